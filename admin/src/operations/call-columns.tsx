import type { PlatformCallsQuery } from '../../generated/graphql.ts'
import { ChannelLink } from '../parts/channel/channel-link.tsx'
import type { Column } from '../parts/table/data-table.tsx'
import { Num } from '../parts/text/number.tsx'
import { Unknown } from '../parts/text/unknown.tsx'
import { clockSeconds, exactNumber, shortDay, utcInstant } from '../view/format.ts'
import { platformNames } from '../view/platforms.ts'
import { useView } from '../view/view.tsx'
import styles from './operations.module.css'

export type Call = PlatformCallsQuery['scrapeLog']['nodes'][number]

/** When it was asked, to the second. */
const RequestedAt = ({ at }: { at: string }) => {
  const { zone } = useView()
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={utcInstant(ms)}>
      {shortDay(ms, zone)}, {clockSeconds(ms, zone)}
    </time>
  )
}

export const callColumns: readonly Column<Call>[] = [
  { id: 'at', head: 'Sent', width: 'min(150px, 36vw)', cell: ({ requestedAt }) => <RequestedAt at={requestedAt} /> },
  { id: 'platform', head: 'Platform', width: '90px', hideBelow: 640, cell: ({ platform }) => platformNames[platform] },
  { id: 'endpoint', head: 'Path', width: '24%', hideBelow: 860, cell: ({ endpoint }) => <code>{endpoint}</code> },
  {
    id: 'channel',
    head: 'Channel',
    width: '14%',
    hideBelow: 1200,
    cell: ({ channel }) =>
      channel ? <ChannelLink channel={channel} /> : <Unknown reason="This call is about several channels, or none." />,
  },
  {
    id: 'status',
    head: 'Status',
    width: '72px',
    align: 'end',
    cell: ({ status }) => status ?? <Unknown reason="No answer came, or the call was not sent." />,
  },
  {
    id: 'time',
    head: 'Took',
    width: '80px',
    align: 'end',
    hideBelow: 640,
    cell: ({ durationMs }) => `${exactNumber(durationMs)} ms`,
  },
  {
    id: 'items',
    head: 'Results',
    width: '72px',
    align: 'end',
    hideBelow: 860,
    cell: ({ items }) => <Num value={items} unit="results in the answer" unknown="" />,
  },
  {
    id: 'error',
    head: 'Error',
    cell: ({ error }) =>
      error ? (
        <span className={styles.wrong} title={error}>
          {error}
        </span>
      ) : (
        <span className={styles.quiet}>none</span>
      ),
  },
]
