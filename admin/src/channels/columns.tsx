import { LiveMark } from '../parts/status/live-mark.tsx'
import type { Column } from '../parts/table/data-table.tsx'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { duration } from '../view/format.ts'
import { platformNames } from '../view/platforms.ts'
import { ChannelName } from './channel-name.tsx'
import type { ChannelRow } from './channel-rows.ts'
import styles from './channels.module.css'

const noBroadcast = 'The channel is not live.'

const viewersUnknown = ({ status }: ChannelRow): string =>
  status === 'ONLINE' ? 'The streamer hides the number, or no probe has counted it yet.' : noBroadcast

/** A text of the broadcast that is on. */
const Words = ({ row, text, unsaid }: { row: ChannelRow; text: string | null | undefined; unsaid: string }) =>
  text ? (
    <span dir="auto" title={text}>
      {text}
    </span>
  ) : (
    <Unknown reason={row.status === 'ONLINE' ? unsaid : noBroadcast} />
  )

const Watched = ({ row: { monitoring } }: { row: ChannelRow }) => {
  if (!monitoring?.active) return <span className={styles.quiet}>not watched</span>
  const { intervalSeconds, consecutiveFailures: failures } = monitoring
  return (
    <>
      {intervalSeconds === null ? 'watched' : `every ${duration(intervalSeconds)}`}
      {failures > 0 && (
        <span className={styles.failures} title="Probes in a row that went unanswered">
          , {failures} failed
        </span>
      )}
    </>
  )
}

const watched: Column<ChannelRow> = {
  id: 'watched',
  head: 'Watched',
  hint: 'How often it is probed, and how many probes in a row went unanswered',
  width: '150px',
  hideBelow: 860,
  cell: (row) => <Watched row={row} />,
}

const followers: Column<ChannelRow> = {
  id: 'followers',
  head: 'Followers',
  align: 'end',
  width: '84px',
  hideBelow: 1200,
  cell: ({ followerCount, followerTotals }) => (
    <Num
      value={followerCount}
      unit="followers"
      unknown={followerTotals.reason ?? 'The platform has not reported them yet.'}
    />
  ),
}

/** Whether a column of followers would say anything. */
export const tellsFollowers = (rows: readonly Pick<ChannelRow, 'followerCount'>[]): boolean =>
  rows.some(({ followerCount }) => followerCount !== null)

type Shown = {
  isOperator: boolean
  /** What somebody searches for: a channel that had another name says so. */
  searched: string
  hasFollowers: boolean
}

/** The columns of the list. */
export const columnsOf = ({ isOperator, searched, hasFollowers }: Shown): readonly Column<ChannelRow>[] => [
  { id: 'channel', head: 'Channel', cell: (row) => <ChannelName row={row} searched={searched} /> },
  {
    id: 'platform',
    head: 'Platform',
    width: '72px',
    hideBelow: 1200,
    cell: ({ platform }) => <span className={styles.quiet}>{platformNames[platform]}</span>,
  },
  { id: 'status', head: 'Status', width: '92px', cell: ({ status }) => <LiveMark status={status} /> },
  {
    id: 'viewers',
    head: 'Viewers',
    hint: 'Viewers now, by the latest probe',
    align: 'end',
    width: '76px',
    cell: (row) => <Num value={row.viewersNow?.count} unit="viewers" unknown={viewersUnknown(row)} />,
  },
  {
    id: 'title',
    head: 'Title',
    hideBelow: 860,
    cell: (row) => <Words row={row} text={row.currentSession?.title} unsaid="No title was reported." />,
  },
  {
    id: 'category',
    head: 'Category',
    width: '14%',
    hideBelow: 1200,
    cell: (row) => <Words row={row} text={row.currentSession?.category} unsaid="No category was reported." />,
  },
  ...(hasFollowers ? [followers] : []),
  {
    id: 'trust',
    head: 'Trust',
    hint: 'The trust score, from 0 to 100',
    align: 'end',
    width: '64px',
    hideBelow: 860,
    cell: ({ trustScore }) => (
      <Num
        value={trustScore?.score}
        unit="of 100"
        unknown="No score has been computed yet, or the channel has not been live in 90 days."
      />
    ),
  },
  {
    id: 'seen',
    head: 'Last live',
    width: '120px',
    align: 'end',
    hideBelow: 640,
    cell: ({ status, lastSeenOnlineAt: at }) => {
      if (status === 'ONLINE') return 'now'
      return at ? <Ago at={at} /> : <Unknown reason="It has never been seen live." />
    },
  },
  ...(isOperator ? [watched] : []),
]
