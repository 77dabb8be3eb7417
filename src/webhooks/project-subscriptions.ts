import type { PlatformName } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

// Locked in id order, so that two processes with the same subscriptions can not wait for each other in a circle. The usual gap is the
// longest one, forgotten by a tenth with every newer; how long a channel was off counts only until it is busy again.
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
  `UPDATE dm.event_subscription s SET status = 'revoked', updated_at = now()
   FROM unnest($1::text[], $2::text[]) AS v(platform, id)
   JOIN dm.streamer_channel c ON c.platform = v.platform
   WHERE s.platform_subscription_id = v.id AND s.channel_id = c.id
   RETURNING v.platform, v.id`,
)

/** Remembers when each subscription last delivered something; the newest instant stays. */
export const touchDelivering = async (tx: Transaction, told: readonly { id: bigint; at: Date }[]): Promise<void> => {
  if (told.length === 0) return
  await tx.query(touchSubscriptions, [told.map(({ id }) => id), told.map(({ at }) => at)])
}

/** Marks subscriptions that the platform has ended; answers for each whether it is ours. */
export const revoke = async (
  tx: Transaction,
  told: readonly { platform: PlatformName; subscriptionId: string }[],
): Promise<boolean[]> => {
  if (told.length === 0) return []
  const columns = [told.map(({ platform }) => platform), told.map(({ subscriptionId }) => subscriptionId)]
  const rows = await tx.query<{ platform: string; id: string }>(revokeSubscriptions, columns)
  const ours = new Set(rows.map(({ platform, id }) => `${platform} ${id}`))
  return told.map(({ platform, subscriptionId }) => ours.has(`${platform} ${subscriptionId}`))
}
