import { Sparkline } from '../parts/chart/sparkline.tsx'
import { ProblemMessage } from '../parts/states/problem-message.tsx'
import { Skeleton } from '../parts/states/skeleton.tsx'
import { Renewing } from '../parts/states/working.tsx'
import { Num } from '../parts/text/number.tsx'
import { Figures } from './figures.tsx'
import { OutcomeMark } from './outcome-mark.tsx'
import { outcomeText, outcomeWords } from './outcomes.ts'
import type { InboxSearch } from './search.ts'
import styles from './summary.module.css'
import { TypeTable } from './type-table.tsx'
import type { Statistics } from './use-statistics.ts'

type Props = {
  statistics: Statistics
  search: InboxSearch
  onChange(part: InboxSearch): void
}

/** On top: what is silent or lost, how late deliveries come, and what becomes of them. */
export const Summary = ({ statistics: { data, busy, problem, retry }, search, onChange }: Props) => {
  if (!data) return problem ? <ProblemMessage problem={problem} onRetry={retry} /> : <Skeleton lines={7} height={24} />
  const outcome = search.view === 'lost' ? undefined : search.outcome
  return (
    <Renewing busy={busy}>
      <div className={styles.summary}>
        <Figures data={data} search={search} onChange={onChange} />
        <TypeTable types={data.byType} onChange={onChange} />
        <section className={styles.outcomes} aria-label="Outcomes">
          <h2 className={styles.heading}>Outcomes</h2>
          {data.total.outcomes.length === 0 && <p className={styles.quiet}>Nothing received in this range.</p>}
          <ul>
            {data.total.outcomes.map((total) => (
              <li key={total.outcome} className={styles.outcome}>
                <button
                  type="button"
                  className={styles.choose}
                  aria-pressed={outcome === total.outcome}
                  title={`Show only: ${outcomeWords[total.outcome].name}`}
                  onClick={() =>
                    onChange({ view: undefined, outcome: outcome === total.outcome ? undefined : total.outcome })
                  }
                >
                  <OutcomeMark outcome={total.outcome} />
                </button>
                <Sparkline
                  values={data.points.map(
                    ({ outcomes }) => outcomes.find((one) => one.outcome === total.outcome)?.count ?? 0,
                  )}
                  width={120}
                  height={20}
                  label={`${outcomeWords[total.outcome].name}, over the range`}
                />
                <span className={styles.count}>
                  <Num value={total.count} unit="deliveries" unknown="" />
                </span>
                <p className={styles.sentence}>{outcomeText(total.outcome)}</p>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Renewing>
  )
}
