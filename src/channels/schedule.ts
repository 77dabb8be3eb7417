import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, sql, statement } from '../stores/postgres/statement.ts'

const track = statement(
  'schedule_track',
  `INSERT INTO dm.probe_schedule (channel_id, active)
   SELECT unnest($1::bigint[]), true
   ON CONFLICT (channel_id) DO UPDATE SET active = true, next_probe_at = least(probe_schedule.next_probe_at, now())`,
)

const lockChannel = statement(
  'schedule_lock_channel',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE id = $1 FOR NO KEY UPDATE`,
)

const monitor = statement(
  'schedule_set_monitoring',
  sql`WITH before AS (SELECT active FROM dm.probe_schedule WHERE channel_id = $1)
   INSERT INTO dm.probe_schedule (channel_id, active) VALUES ($1, $2)
   ON CONFLICT (channel_id) DO UPDATE SET active = $2,
     next_probe_at = CASE WHEN $2 AND NOT probe_schedule.active THEN now() ELSE probe_schedule.next_probe_at END
   RETURNING ${expressions<{ wasActive: boolean | null }>({ wasActive: '(SELECT active FROM before)' })}`,
)

const touch = statement(
  'channels_touch_seen',
  `UPDATE dm.streamer_channel SET last_seen_at = ${notInFuture('$2::timestamptz')},
     last_seen_online_at = CASE WHEN is_live THEN ${notInFuture('$2::timestamptz')} ELSE last_seen_online_at END
   WHERE id = ANY ($1::bigint[]) AND last_seen_at < ${notInFuture('$2::timestamptz')} - interval '10 minutes'`,
)

/** Monitors the channels from now on; their first probe is due at once. Repeating it changes nothing. */
export const schedule = async (db: Transaction, channelIds: readonly bigint[]): Promise<void> => {
  await db.query(track, [channelIds])
}

/**
 * Switches the monitoring of a channel on or off. Returns what it was before, with null for "never switched"; null when there
 * is no such channel. Until the end of the transaction nobody else can switch the same channel.
 */
export const setMonitoring = async (
  tx: Transaction,
  channelId: bigint,
  active: boolean,
): Promise<{ wasActive: boolean | null } | null> => {
  if ((await tx.query(lockChannel, [channelId])).length === 0) return null
  const [row] = await tx.query(monitor, [channelId, active])
  return row!
}

/** Keeps last_seen_at (and last_seen_online_at of live channels) exact to ten minutes, which takes a tenth of the writes. */
export const touchSeen = async (db: Transaction, channelIds: readonly bigint[], at: Date): Promise<void> => {
  await db.query(touch, [channelIds, at])
}
