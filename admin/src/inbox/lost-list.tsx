import type { LinkProps } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { LostDeliveries } from '../../generated/webhooks.ts'
import { problemOf } from '../data/problem.ts'
import { channelParams } from '../parts/channel/channel-params.ts'
import { Button } from '../parts/control/button.tsx'
import { Message } from '../parts/states/message.tsx'
import { DataTable } from '../parts/table/data-table.tsx'
import { Pages } from '../parts/table/pages.tsx'
import { useView } from '../view/view.tsx'
import styles from './inbox.module.css'
import { type Lost, lostColumns } from './lost-columns.tsx'
import { type InboxSearch, noFilters } from './search.ts'

/** Where the row leads: to the broadcast, or to its channel where it is gone. */
const evidenceOf = ({ session, channel }: Lost): LinkProps =>
  (session
    ? { to: '/sessions/$id', params: { id: session.id } }
    : { to: '/channels/$platform/$slug', params: channelParams(channel) }) as LinkProps

type Props = { search: InboxSearch; onChange(part: InboxSearch): void }

/** The deliveries that should have come and did not: which channel, what it should have told, and what noticed it. */
export const LostList = ({ search: { channel, type: eventType, after }, onChange }: Props) => {
  const { range } = useView()
  const variables = { range, channel, eventType, after }
  const [{ data, error, fetching, stale }, renew] = useQuery({ query: LostDeliveries, variables })
  const retry = (): void => renew({ requestPolicy: 'network-only' })
  const isFiltered = channel !== undefined || eventType !== undefined
  return (
    <section className={styles.lost} aria-label="Lost deliveries">
      <p className={styles.quiet}>
        Each of these stream starts and ends had an active event subscription, but no delivery arrived. Polling caught
        them, so the broadcasts are stored. Many at one time: the platform could not reach this server. Many for one
        channel: check its event subscription.
      </p>
      <DataTable
        columns={lostColumns}
        rows={data?.lostDeliveries.nodes ?? null}
        rowKey={({ channel: { id }, occurredAt, change, eventType: type }) => `${id} ${occurredAt} ${change} ${type}`}
        caption="Lost deliveries, newest first"
        href={evidenceOf}
        busy={fetching || stale}
        problem={problemOf(error)}
        onRetry={retry}
        empty={
          <Message
            title="No lost deliveries in this range"
            action={
              isFiltered && (
                <Button onClick={() => onChange({ ...noFilters, after: undefined })}>
                  Show all channels and types
                </Button>
              )
            }
          >
            Only stream starts and ends can be checked, 30 minutes after they happen.
          </Message>
        }
      />
      <Pages info={data?.lostDeliveries.pageInfo} at={{ after }} />
    </section>
  )
}
