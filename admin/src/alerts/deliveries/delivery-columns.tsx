import type { AlertDeliveryLineFragment } from '../../../generated/graphql.ts'
import { visibleText } from '../../parts/json/visible-text.ts'
import { Mark } from '../../parts/status/mark.tsx'
import type { Column } from '../../parts/table/column.ts'
import { Unknown } from '../../parts/text/unknown.tsx'
import { clockTime, exactNumber, shortDay, shortInstant, utcInstant } from '../../view/format.ts'
import { useView } from '../../view/view.tsx'
import styles from '../alerts.module.css'
import { OthersText } from '../others-text.tsx'
import { tookText } from '../targets/target-words.ts'
import own from './deliveries.module.css'
import { stateOf } from './delivery-words.ts'

type Line = AlertDeliveryLineFragment

const notYet = 'It has not been tried yet.'

export const StateMark = ({ line }: { line: Line }) => {
  const { tone, word, sentence } = stateOf(line)
  return (
    <Mark tone={tone} title={sentence}>
      {word}
    </Mark>
  )
}

/** When it was told; in a narrow window the day alone where that is not today. */
const ToldAt = ({ at }: { at: string }) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  const [short, clock] = [shortInstant(ms, zone), clockTime(ms, zone)]
  return (
    <time dateTime={at} title={utcInstant(ms)}>
      <span className={own.few}>{short === clock ? clock : shortDay(ms, zone)}</span>
      <span className={own.many}>{short}</span>
    </time>
  )
}

const at: Column<Line> = {
  id: 'at',
  head: 'Told',
  width: 'min(112px, 21vw)',
  cell: ({ createdAt }) => <ToldAt at={createdAt} />,
}

/** What was told. Below it stands to whom, always or only where the column that says it has no place. */
const textWithTarget = (where: 'always' | 'narrow'): Column<Line> => ({
  id: 'text',
  head: 'Alert',
  names: true,
  cell: ({ text, target }) => (
    <>
      <OthersText text={text} isCut />
      <span className={own.target} data-where={where}>
        to <OthersText text={target.name} isCut />
      </span>
    </>
  ),
})

const state: Column<Line> = {
  id: 'state',
  head: 'State',
  width: 'min(112px, 28vw)',
  cell: (line) => <StateMark line={line} />,
}

const rest: readonly Column<Line>[] = [
  {
    id: 'target',
    head: 'Target',
    width: '14%',
    hideBelow: 640,
    cell: ({ target }) => <OthersText text={target.name} isCut />,
  },
  state,
  {
    id: 'attempts',
    head: 'Attempts',
    width: '80px',
    align: 'end',
    hideBelow: 860,
    cell: ({ attemptCount }) => exactNumber(attemptCount),
  },
  {
    id: 'status',
    head: 'Status',
    width: '72px',
    align: 'end',
    hideBelow: 860,
    cell: ({ lastAttempt }) =>
      lastAttempt?.status ?? <Unknown reason={lastAttempt ? 'There was no answer.' : notYet} />,
  },
  {
    id: 'took',
    head: 'Took',
    width: '84px',
    align: 'end',
    hideBelow: 860,
    cell: ({ lastAttempt }) => (lastAttempt ? tookText(lastAttempt.durationMs) : <Unknown reason={notYet} />),
  },
  {
    id: 'answer',
    head: 'Answer',
    width: '18%',
    hideBelow: 1200,
    cell: ({ lastAttempt }) =>
      lastAttempt?.answer ? (
        <span className={styles.quiet} title={visibleText(lastAttempt.answer)}>
          {visibleText(lastAttempt.answer)}
        </span>
      ) : lastAttempt ? (
        <span className={styles.quiet}>empty</span>
      ) : (
        <Unknown reason={notYet} />
      ),
  },
]

/** The columns of the list. */
export const allColumns: readonly Column<Line>[] = [at, textWithTarget('narrow'), ...rest]

/** Those that have a place beside a delivery that is open. */
export const fewColumns: readonly Column<Line>[] = [at, textWithTarget('always'), state]
