import { type DeliveredKind, eventsThatCarry } from '../platforms/platform-definition.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { DeliveredChannel } from '../telemetry/series.ts'
import type { Context } from './context.ts'

const subscriptions = statement(
  'delivered_since',
  sql`SELECT ${select('EventSubscription', ['channelId'])}, ${expressions<{ since: Date }>({ since: 'min(created_at)' })}
   FROM dm.event_subscription
   WHERE channel_id = ANY ($1::bigint[]) AND event = ANY ($2::text[]) AND status = 'active' GROUP BY channel_id`,
)

/** The channels, and since when their platform has promised to deliver what is asked for; one statement for all of them. */
export const deliveredChannels = async (
  { databases, registry }: Context,
  channelIds: readonly bigint[],
  what: DeliveredKind,
): Promise<DeliveredChannel[]> => {
  const rows = await databases.dm.query(subscriptions, [channelIds, eventsThatCarry(registry, what)])
  const since = new Map(rows.map((row) => [row.channelId, row.since]))
  return channelIds.map((channelId) => ({ channelId, deliveredSince: since.get(channelId) ?? null }))
}
