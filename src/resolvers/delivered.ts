import { type DeliveredKind, eventsThatCarry } from '../platforms/platform-definition.ts'
import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { DeliveredChannel } from '../telemetry/series.ts'
import type { Context } from './context.ts'
import { loadTold, type ToldRows } from './told-rows.ts'

/** Since when a platform has promised to deliver each event of a channel. */
type Deliveries = ReadonlyMap<string, Date>

const deliveriesSql = (c: string): string =>
  `(SELECT json_build_array(${c}.id::text, coalesce(json_agg(json_build_array(s.event, s.since) ORDER BY s.event), '[]'))
    FROM (SELECT event, min(created_at) AS since FROM dm.event_subscription
      WHERE channel_id = ${c}.id AND status = 'active' GROUP BY event) s)`

/** What platforms deliver of channels. */
export const deliveriesOfChannels: ToldRows<Deliveries> = {
  name: 'deliveries',
  sql: deliveriesSql,
  read(list) {
    const [id, since] = list as [string, [event: string, since: string][]]
    return [BigInt(id), new Map(since.map(([event, at]) => [event, new Date(at)]))]
  },
  statement: statement(
    'delivered_since',
    sql`SELECT ${expressions<{ list: unknown[] }>({ list: deliveriesSql('c') })} FROM ${tableOf('Channel')} c WHERE c.id = ANY ($1::bigint[])`,
  ),
}

/** The channels, and since when their platform has promised to deliver what is asked for; one statement for all of them. */
export const deliveredChannels = (
  context: Context,
  channelIds: readonly bigint[],
  what: DeliveredKind,
): Promise<DeliveredChannel[]> => {
  const events = eventsThatCarry(context.registry, what)
  return Promise.all(
    channelIds.map(async (channelId) => {
      const deliveries = await loadTold(context, deliveriesOfChannels, channelId)
      const since = events.flatMap((event) => deliveries?.get(event)?.getTime() ?? [])
      return { channelId, deliveredSince: since.length > 0 ? new Date(Math.min(...since)) : null }
    }),
  )
}
