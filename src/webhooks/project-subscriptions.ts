import type { PlatformName } from '../platforms/platform.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

// Locks in id order, so that two processes with the same subscriptions never deadlock. The usual gap is the longest one, and
// shrinks by a tenth with every newer event, so that the time a channel was offline soon stops to count.
const touchSubscriptions = statement(
  'webhook_touch_subscriptions',
  `UPDATE dm.event_subscription s SET last_event_at = newer.at,
     usual_gap_seconds = CASE WHEN s.last_event_at IS NOT NULL
       THEN greatest(least(86400, extract(epoch FROM newer.at - s.last_event_at)), 0.9 * s.usual_gap_seconds)::integer END
   FROM (
     SELECT e.id, v.at
     FROM (SELECT id, max(at) AS at FROM unnest($1::bigint[], $2::timestamptz[]) AS told(id, at) GROUP BY id) v
     JOIN dm.event_subscription e ON e.id = v.id
     WHERE e.last_event_at IS NULL OR e.last_event_at < v.at
     ORDER BY e.id FOR UPDATE OF e) newer
   WHERE s.id = newer.id`,
)

const revokeSubscriptions = statement(
  'webhook_revoke_subscriptions',
  sql`UPDATE dm.event_subscription s SET status = 'revoked', updated_at = now()
   FROM unnest($1::text[], $2::text[]) AS v(platform, id)
   JOIN dm.streamer_channel c ON c.platform = v.platform
   WHERE s.platform_subscription_id = v.id AND s.channel_id = c.id
   RETURNING ${expressions<{ platform: string; id: string }>({ platform: 'v.platform', id: 'v.id' })}`,
)

/** Stores when each subscription last delivered something; an older instant changes nothing. */
export const touchDelivering = async (tx: Transaction, events: readonly { id: bigint; at: Date }[]): Promise<void> => {
  if (events.length === 0) return
  await tx.query(touchSubscriptions, [events.map(({ id }) => id), events.map(({ at }) => at)])
}

/** Marks subscriptions that the platform has ended; returns for each whether it is ours. */
export const revoke = async (
  tx: Transaction,
  events: readonly { platform: PlatformName; subscriptionId: string }[],
): Promise<boolean[]> => {
  if (events.length === 0) return []
  const columns = [events.map(({ platform }) => platform), events.map(({ subscriptionId }) => subscriptionId)]
  const rows = await tx.query(revokeSubscriptions, columns)
  const ours = new Set(rows.map(({ platform, id }) => `${platform} ${id}`))
  return events.map(({ platform, subscriptionId }) => ours.has(`${platform} ${subscriptionId}`))
}
