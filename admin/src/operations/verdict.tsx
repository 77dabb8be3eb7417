import { Ago } from '../parts/time/ago.tsx'
import { sectionOf } from './evidence.ts'
import { LostNotice } from './lost-notice.tsx'
import { useLostLately } from './use-lost-lately.ts'
import type { OperationsState } from './use-operations.ts'
import styles from './verdict.module.css'

const words = { WELL: 'Operational', DEGRADED: 'Needs attention', FAILING: 'Failing' } as const

/** The one line that says whether everything is watched, and what is wrong. It can be read from afar. */
export const Verdict = ({ of: { state, toldAt, problem } }: { of: OperationsState }) => {
  const lost = useLostLately()
  if (!state) return null
  const isOld = problem !== null
  const isLost = lost !== null && lost.untold > 0
  return (
    <section className={styles.verdict} data-state={isOld ? 'OLD' : state.state} aria-label="Verdict">
      <p className={styles.word}>
        <span className={styles.mark} aria-hidden="true" />
        {isOld ? 'Unknown' : words[state.state]}
        <span className={styles.told}>
          as of <Ago at={new Date(toldAt).toISOString()} />
        </span>
      </p>
      <p className={styles.sentence} role="status">
        {isOld ? `${problem.message} The page shows the last known state.` : state.verdict}
      </p>
      {!isOld && (state.problems.length > 0 || isLost) && (
        <ul className={styles.problems}>
          {state.problems.map(({ kind, sentence, since, state: how }) => {
            const section = sectionOf[kind]
            return (
              <li key={`${kind} ${sentence}`} data-state={how}>
                <span>{sentence}</span>
                {since && (
                  <span className={styles.since}>
                    for <Ago at={since} suffix="" />
                  </span>
                )}
                {section && <a href={`#${section.id}`}>{section.name}</a>}
                {kind === 'POLLING' && <a href="/operations?view=calls">Failed calls</a>}
                {!section && <a href="/ready">See /ready</a>}
              </li>
            )
          })}
          {lost && <LostNotice counts={lost} />}
        </ul>
      )}
    </section>
  )
}
