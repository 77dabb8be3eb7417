import type { AlertDryRunQuery } from '../../../generated/graphql.ts'
import { Message } from '../../parts/states/message.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { Instant } from '../../parts/time/instant.tsx'
import { counted, exactNumber } from '../../view/format.ts'
import { kindNames } from '../kind-names.ts'
import { OthersText } from '../others-text.tsx'
import { untoldTexts } from '../rules/rule-words.ts'
import { DayBars } from './day-bars.tsx'
import { daysBetween } from './days.ts'
import styles from './trial.module.css'

type Run = AlertDryRunQuery['alertDryRun']
type Told = Run['newest'][number] & { number: number }

const columns: readonly Column<Told>[] = [
  { id: 'at', head: 'When', width: '108px', cell: ({ at }) => <Instant at={at} /> },
  { id: 'text', head: 'What would have been told', names: true, cell: ({ text }) => <OthersText text={text} isCut /> },
  {
    id: 'kind',
    head: 'Event',
    width: '124px',
    hideBelow: 640,
    cell: ({ kind }) => <span className={styles.quiet}>{kindNames[kind]}</span>,
  },
]

/** The range in milliseconds, whose days are those of the zone. */
type Props = { run: Run; from: number; to: number; zone: string }

/** What a rule would have told: how much, when, and the newest of it. */
export const TrialResult = ({ run: { told, decisions, days, newest }, from, to, zone }: Props) => {
  const untold = untoldTexts(decisions)
  const shown = daysBetween(days, from, to, zone)
  const more = untold.length > 0 && <>Of what else happened, {untold.join(', ')}.</>
  if (told === 0)
    return (
      <Message title="It would have told nothing">
        {more || 'None of its events happened in this range.'} Choose a longer range to look further back.
      </Message>
    )
  return (
    <>
      <div>
        <p className={styles.sum} role="status">
          It would have told {counted(told, 'alerts')}.
        </p>
        <p className={styles.quiet}>{more}</p>
      </div>
      {shown.length > 1 && <DayBars days={shown} zone={zone} />}
      <div className={styles.list}>
        <DataTable
          columns={columns}
          rows={newest.map((one, number) => ({ ...one, number }))}
          rowKey={({ number }) => String(number)}
          caption="What would have been told, newest first"
          dense
        />
      </div>
      {told > newest.length && (
        <p className={styles.quiet}>
          These are the newest {exactNumber(newest.length)} of {exactNumber(told)}.
        </p>
      )}
    </>
  )
}
