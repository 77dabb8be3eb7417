import { instant, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { historyUnavailable } from './history-unavailable.ts'
import type { InboxDelivery } from './webhook-inbox.ts'

/** A header of a delivery. */
export type WebhookHeader = { name: string; value: string }

/** Where a delivery is in the inbox. */
export type InboxKey = Pick<InboxDelivery, 'messageId' | 'receivedAt'>

/** The headers of some deliveries, found by the key of the table. */
const headersQuery = namedQuery({
  name: 'webhook_headers',
  sql: `
SELECT message_id AS messageId, toFloat64(toUnixTimestamp64Milli(received_at)) AS receivedAt, headers, signature, subscription_id AS subscriptionId
FROM webhook_inbox
WHERE env = {env:String} AND received_at >= {from:DateTime64(3)} AND received_at <= {to:DateTime64(3)}
  AND (received_at, message_id) IN (
    SELECT fromUnixTimestamp64Milli(one.1), one.2
    FROM (SELECT arrayJoin(arrayZip({instants:Array(Int64)}, {ids:Array(String)})) AS one))
  AND headers != ''`,
  row: { messageId: text, receivedAt: instant, headers: text, signature: text, subscriptionId: text },
})

/** The text of a delivery's place in the inbox. */
export const inboxKey = ({ messageId, receivedAt }: InboxKey): string => `${receivedAt.getTime()} ${messageId}`

/** The headers of deliveries by `inboxKey`, without those that have none; UNAVAILABLE when ClickHouse does not answer. */
export const readHeaders = async (
  store: ClickHouse,
  env: string,
  deliveries: readonly InboxKey[],
): Promise<Map<string, WebhookHeader[]>> => {
  const instants = deliveries.map(({ receivedAt }) => receivedAt.getTime())
  const parameters = {
    env,
    from: new Date(Math.min(...instants)),
    to: new Date(Math.max(...instants)),
    instants: instants.map(BigInt),
    ids: deliveries.map(({ messageId }) => messageId),
  }
  const rows = await store.query(headersQuery, parameters, { pool: 'light' }).catch(historyUnavailable('webhook inbox'))
  return new Map(
    rows.map(({ headers, signature, messageId, subscriptionId, receivedAt }) => {
      const columns = [signature, messageId, subscriptionId]
      const stored = JSON.parse(headers) as [string, string | number][]
      const list = stored.map(([name, value]) => ({ name, value: typeof value === 'number' ? columns[value]! : value }))
      return [inboxKey({ messageId, receivedAt }), list]
    }),
  )
}
