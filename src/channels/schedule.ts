import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, statement } from '../stores/postgres/statement.ts'

const track = statement(
  'schedule_track',
  `INSERT INTO dm.probe_schedule (channel_id, active)
   SELECT unnest($1::bigint[]), true
   ON CONFLICT (channel_id) DO UPDATE SET active = true, next_probe_at = least(probe_schedule.next_probe_at, now())`,
)

const monitor = statement(
  'schedule_set_monitoring',
  `INSERT INTO dm.probe_schedule (channel_id, active)
   SELECT id, $2 FROM dm.streamer_channel WHERE id = $1
   ON CONFLICT (channel_id) DO UPDATE SET active = $2,
     next_probe_at = CASE WHEN $2 AND NOT probe_schedule.active THEN now() ELSE probe_schedule.next_probe_at END
   RETURNING channel_id`,
)

const touch = statement(
  'channels_touch_seen',
  `UPDATE dm.streamer_channel SET last_seen_at = ${notInFuture('$2::timestamptz')},
     last_seen_online_at = CASE WHEN is_live THEN ${notInFuture('$2::timestamptz')} ELSE last_seen_online_at END
   WHERE id = ANY ($1::bigint[]) AND last_seen_at < ${notInFuture('$2::timestamptz')} - interval '10 minutes'`,
)

/** Watches the channels from now on; their first probe is due at once. Repeating it changes nothing. */
export const schedule = async (db: Transaction, channelIds: readonly bigint[]): Promise<void> => {
  await db.query(track, [channelIds])
}

/** Switches watching on or off; false when there is no such channel. */
export const setMonitoring = async (db: Transaction, channelId: bigint, active: boolean): Promise<boolean> =>
  (await db.query(monitor, [channelId, active])).length > 0

/** Keeps last_seen_at (and last_seen_online_at of live channels) of channels just seen exact to ten minutes, at a tenth of the writes. */
export const touchSeen = async (db: Transaction, channelIds: readonly bigint[], at: Date): Promise<void> => {
  await db.query(touch, [channelIds, at])
}
