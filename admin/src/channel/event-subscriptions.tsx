import type { ChannelWatchingQuery } from '../../generated/graphql.ts'
import { Message } from '../parts/states/message.tsx'
import { type Column, DataTable } from '../parts/table/data-table.tsx'
import { Ago } from '../parts/time/ago.tsx'
import { Instant } from '../parts/time/instant.tsx'
import styles from './watching.module.css'

type Subscription = NonNullable<ChannelWatchingQuery['channel']>['eventSubscriptions'][number]

const meanings: Record<string, string> = {
  pending: 'Requested; the platform has not answered yet.',
  active: 'The platform is delivering it.',
  failed: 'The platform refused it. We will try again later.',
  limited: 'The platform allows no more subscriptions of this type.',
  renewing: 'Ended so that it can be requested again.',
  revoked: 'Ended by the platform.',
}

const columns: readonly Column<Subscription>[] = [
  { id: 'event', head: 'Event', width: '34%', cell: ({ event }) => event },
  {
    id: 'status',
    head: 'Status',
    width: '110px',
    cell: ({ status }) => (
      <span title={meanings[status]} data-wrong={status === 'failed' || status === 'revoked'} className={styles.status}>
        {status}
      </span>
    ),
  },
  {
    id: 'last',
    head: 'Last delivery',
    width: '150px',
    cell: ({ lastEventAt }) => (lastEventAt ? <Ago at={lastEventAt} /> : 'none yet'),
  },
  {
    id: 'since',
    head: 'Requested',
    width: '140px',
    hideBelow: 860,
    cell: ({ createdAt }) => <Instant at={createdAt} />,
  },
  {
    id: 'error',
    head: 'Problem',
    hideBelow: 640,
    cell: ({ error }) => <span title={error ?? undefined}>{error}</span>,
  },
]

/** What the platform is to deliver, by event. */
export const EventSubscriptions = ({ subscriptions }: { subscriptions: readonly Subscription[] }) => (
  <section className={styles.part}>
    <h2>Event subscriptions</h2>
    <DataTable
      columns={columns}
      rows={subscriptions}
      rowKey={({ id }) => id}
      caption="Event subscriptions of the channel"
      dense
      empty={
        <Message title="No event subscriptions for this channel">
          It is known by polling alone. Event subscriptions are made while it is watched and webhooks are set up.
        </Message>
      }
    />
  </section>
)
