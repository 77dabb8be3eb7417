import type { AlertOutcome } from '../../generated/graphql.ts'
import { Mark } from '../parts/status/mark.tsx'
import { Ago } from '../parts/time/ago.tsx'
import styles from './alerts.module.css'
import { OthersText } from './others-text.tsx'
import { outcomeWords, statusText } from './targets/target-words.ts'

type Props = {
  of: { outcome: AlertOutcome; status: number | null; durationMs: number; answer: string; at?: string }
}

/** How an attempt ended, and what was answered. */
export const Answer = ({ of }: Props) => {
  const [tone, word] = outcomeWords[of.outcome]
  return (
    <>
      <p className={styles.answered}>
        <Mark tone={tone}>{word}</Mark>
        <span>{statusText(of)}</span>
        {of.at && (
          <span className={styles.quiet}>
            <Ago at={of.at} />
          </span>
        )}
      </p>
      {of.answer && (
        <pre className={styles.answer}>
          <OthersText text={of.answer} />
        </pre>
      )}
    </>
  )
}
