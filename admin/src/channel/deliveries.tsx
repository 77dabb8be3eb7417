import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { ChannelDeliveries } from '../../generated/channel.ts'
import type { ChannelDeliveriesQuery } from '../../generated/graphql.ts'
import { problemOf } from '../data/problem.ts'
import { outcomeNames } from '../parts/delivery/outcome-names.ts'
import { Message } from '../parts/states/message.tsx'
import { type Column, DataTable } from '../parts/table/data-table.tsx'
import { ShowMore } from '../parts/table/pages.tsx'
import { StaleNote } from '../parts/table/stale-note.tsx'
import { usePages } from '../parts/table/use-pages.ts'
import { Unknown } from '../parts/text/unknown.tsx'
import { Instant } from '../parts/time/instant.tsx'
import { useView } from '../view/view.tsx'
import styles from './channel.module.css'
import { lagText } from './lag.ts'

type Delivery = ChannelDeliveriesQuery['webhookInbox']['nodes'][number]

const columns: readonly Column<Delivery>[] = [
  {
    id: 'received',
    head: 'Received',
    width: '140px',
    cell: ({ receivedAt }) => <Instant at={receivedAt} form="seconds" />,
  },
  { id: 'type', head: 'Type', width: '24%', cell: ({ eventType }) => <bdi>{eventType}</bdi> },
  {
    id: 'outcome',
    head: 'Outcome',
    width: '150px',
    cell: ({ outcome, replay }) => (
      <>
        {outcomeNames[outcome]}
        {replay && <span className={styles.quiet}> · replay</span>}
      </>
    ),
  },
  {
    id: 'verified',
    head: 'Signature',
    width: '90px',
    hideBelow: 860,
    cell: ({ verified }) => (verified ? 'valid' : <span className={styles.wrong}>invalid</span>),
  },
  {
    id: 'lag',
    head: 'Delay',
    hint: 'From when the platform sent it until we received it',
    align: 'end',
    width: '120px',
    hideBelow: 640,
    cell: ({ lagMs }) => (lagMs === null ? <Unknown reason="Its timestamp is not readable." /> : lagText(lagMs)),
  },
  {
    id: 'reason',
    head: 'Why',
    hideBelow: 860,
    cell: ({ reason, leftOut }) => (
      <span className={styles.quiet} title={reason ?? undefined}>
        {reason}
        {leftOut > 0 && ` ${leftOut} more like it were dropped.`}
      </span>
    ),
  },
]

const keyOf = ({ messageId, receivedAt, replay }: Delivery): string => `${messageId} ${receivedAt} ${replay}`
const read = (result: ChannelDeliveriesQuery) => result.webhookInbox

/** What the platform delivered of the channel in the range, newest first. */
export const Deliveries = ({ id }: { id: string }) => {
  const { range } = useView()
  const [{ data, error, fetching, stale }, ask] = useQuery({ query: ChannelDeliveries, variables: { id, range } })
  const list = usePages({
    list: `${id} ${range.from} ${range.to}`,
    first: data?.webhookInbox ?? null,
    keyOf,
    operation: ChannelDeliveries,
    variables: (after) => ({ id, range, after }),
    read,
  })
  return (
    <>
      <DataTable
        columns={columns}
        rows={list.rows}
        rowKey={keyOf}
        caption="Deliveries of the channel, newest first"
        busy={fetching || stale}
        problem={problemOf(error)}
        onRetry={() => ask({ requestPolicy: 'network-only' })}
        href={({ messageId: open, receivedAt: at }) => ({ to: '/inbox', search: { channel: id, open, at } })}
        dense
        empty={
          <Message
            title="No deliveries in this range"
            action={
              <Link to="." search={(before) => ({ ...before, tab: 'watching' })}>
                See the event subscriptions
              </Link>
            }
          >
            Choose a longer range, or check which events are subscribed to.
          </Message>
        }
      />
      {list.problem && <StaleNote problem={list.problem} onRetry={() => void list.more()} />}
      <ShowMore hasMore={list.hasMore} busy={list.busy} onMore={() => void list.more()} />
    </>
  )
}
