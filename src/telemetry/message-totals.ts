import { numbers } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketIndexOf, bucketStarts } from './buckets.ts'
import { aroundHours, chatHours, chatHoursParameters, hourOfChat, inHours } from './chat-hours.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'

const bucketOf = <const Instant extends string>(instant: Instant) =>
  `roundDown(toUnixTimestamp(${instant}), {starts:Array(UInt32)})` as const

const messages = namedQuery({
  name: 'totals_of_messages',
  sql: `
SELECT toUInt32(bucket) AS start, toFloat64(sum(found)) AS messages
FROM (
  SELECT ${bucketOf(hourOfChat)} AS bucket, count() AS found ${inHours} GROUP BY bucket
  UNION ALL
  SELECT ${bucketOf('created_at')} AS bucket, count() AS found ${aroundHours} GROUP BY bucket
)
GROUP BY start`,
  row: numbers('start', 'messages'),
})

const hourMs = 3_600_000

/** The messages in the chats of channels, or of all, by the buckets of a plan that has some, in one query. Rejects with UNAVAILABLE. */
export const totalsOfMessages = async (
  store: ClickHouse,
  plan: BucketPlan,
  { env, channels, signal }: { env: string; channels: readonly bigint[] | null; signal?: AbortSignal },
): Promise<number[]> => {
  const { edges } = plan
  const totals = Array<number>(edges.length - 1).fill(0)
  const hours = chatHours(
    plan,
    edges.slice(1, -1).every((edge) => edge % hourMs === 0),
  )
  if (hours.until <= hours.from || channels?.length === 0) return totals
  const parameters = { ...chatHoursParameters(env, channels, hours), starts: bucketStarts(plan) }
  const rows = await store
    .query(messages, parameters, { signal, pool: readPoolFor(Number.POSITIVE_INFINITY) })
    .catch(historyUnavailable('chat history'))
  for (const row of rows) totals[bucketIndexOf(edges, Math.max(row.start * 1000, edges[0]!))]! += row.messages
  return totals
}
