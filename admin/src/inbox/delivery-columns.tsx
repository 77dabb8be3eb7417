import { ChannelLink } from '../parts/channel/channel-link.tsx'
import { visibleText } from '../parts/json/visible-text.ts'
import type { Column } from '../parts/table/data-table.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { exactNumber, utcInstant } from '../view/format.ts'
import { useView } from '../view/view.tsx'
import styles from './delivery-table.module.css'
import { lagText } from './lag.ts'
import { OutcomeMark } from './outcome-mark.tsx'
import { receiptText } from './receipt.ts'
import type { Line } from './tail.ts'

const ReceivedAt = ({ at }: { at: string }) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  return (
    <time className={styles.quiet} dateTime={at} title={utcInstant(ms)}>
      {receiptText(ms, zone)}
    </time>
  )
}

const why = ({ reason, leftOut }: Line): string =>
  [reason && visibleText(reason), leftOut > 0 && `${exactNumber(leftOut)} more like it were not kept.`]
    .filter(Boolean)
    .join(' ')

const first: readonly Column<Line>[] = [
  {
    id: 'at',
    head: 'Received',
    width: 'min(132px, 21vw)',
    cell: ({ receivedAt }) => <ReceivedAt at={receivedAt} />,
  },
  {
    id: 'type',
    head: 'Type',
    names: true,
    cell: ({ eventType, replay }) => (
      <>
        <bdi>{visibleText(eventType || 'no type')}</bdi>
        {replay && <span className={styles.tag}>replay</span>}
      </>
    ),
  },
  {
    id: 'channel',
    head: 'Channel',
    width: '22%',
    hideBelow: 640,
    cell: ({ channel }) =>
      channel ? <ChannelLink channel={channel} /> : <Unknown reason="It names no tracked channel." />,
  },
  {
    id: 'outcome',
    head: 'Outcome',
    width: 'min(148px, 33vw)',
    cell: ({ outcome }) => <OutcomeMark outcome={outcome} />,
  },
]

const rest: readonly Column<Line>[] = [
  {
    id: 'lag',
    head: 'Delay',
    width: '84px',
    align: 'end',
    hideBelow: 640,
    cell: ({ lagMs }) =>
      lagMs === null ? <Unknown reason="The platform’s timestamp cannot be read." /> : lagText(lagMs),
  },
  {
    id: 'why',
    head: 'Reason',
    width: '26%',
    hideBelow: 860,
    cell: (line) => (
      <span className={styles.quiet} title={why(line)}>
        {why(line)}
      </span>
    ),
  },
]

/** The columns of the list. */
export const allColumns: readonly Column<Line>[] = [...first, ...rest]

/** Those that have a place beside a delivery that is open. */
export const fewColumns: readonly Column<Line>[] = first
