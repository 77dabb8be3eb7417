import { columnsOfRows } from '../lib/json-rows.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, type Sql, sql, statement } from '../stores/postgres/statement.ts'

const track = statement(
  'schedule_track',
  `INSERT INTO dm.probe_schedule (channel_id, active)
   SELECT unnest($1::bigint[]), true
   ON CONFLICT (channel_id) DO UPDATE SET active = true, next_probe_at = least(probe_schedule.next_probe_at, now()),
     switched_at = CASE WHEN probe_schedule.active THEN probe_schedule.switched_at ELSE now() END`,
)

const lockChannel = statement(
  'schedule_lock_channel',
  sql`SELECT ${select('Channel', ['id'])} FROM ${tableOf('Channel')} WHERE id = $1 FOR NO KEY UPDATE`,
)

// A total that nobody carried into the history would be old when the channel is monitored again.
const monitor = statement(
  'schedule_set_monitoring',
  sql`WITH before AS (SELECT active FROM dm.probe_schedule WHERE channel_id = $1)
   INSERT INTO dm.probe_schedule (channel_id, active) VALUES ($1, $2)
   ON CONFLICT (channel_id) DO UPDATE SET active = $2,
     switched_at = CASE WHEN probe_schedule.active = $2 THEN probe_schedule.switched_at ELSE now() END,
     next_probe_at = CASE WHEN $2 AND NOT probe_schedule.active THEN now() ELSE probe_schedule.next_probe_at END,
     followers_told = CASE WHEN $2 THEN probe_schedule.followers_told END,
     subscribers_told = CASE WHEN $2 THEN probe_schedule.subscribers_told END
   RETURNING ${expressions<{ wasActive: boolean | null }>({ wasActive: '(SELECT active FROM before)' })}`,
)

/** Whether a channel was stored as seen, and as seen live, so lately that `touchSeen` would change nothing for two minutes yet. */
export type SeenLately = { seenLately: boolean; seenLiveLately: boolean | null }

/** Selects `SeenLately` of dm.streamer_channel under the alias `c`. */
export const seenLately = (c: string): Sql<SeenLately> =>
  expressions<SeenLately>({
    seenLately: `${c}.last_seen_at > now() - interval '8 minutes'`,
    seenLiveLately: `${c}.last_seen_online_at > now() - interval '8 minutes'`,
  })

const touch = statement(
  'channels_touch_seen',
  `UPDATE dm.streamer_channel c SET last_seen_at = greatest(c.last_seen_at, v.at),
     last_seen_online_at = CASE WHEN v.is_live THEN greatest(c.last_seen_online_at, v.at) ELSE c.last_seen_online_at END
   FROM (SELECT id, ${notInFuture('at')} AS at, is_live
     FROM unnest($1::bigint[], $2::timestamptz[], $3::boolean[]) AS v(id, at, is_live)) v
   WHERE c.id = v.id AND (c.last_seen_at < v.at - interval '10 minutes'
     OR (v.is_live AND (c.last_seen_online_at IS NULL OR c.last_seen_online_at < v.at - interval '10 minutes')))`,
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

/** A probe of a channel: when it was, and whether it saw a broadcast. */
type SeenChannel = { channelId: bigint; at: Date; isLive: boolean }

/** Keeps last_seen_at, and last_seen_online_at of channels that were seen live, exact to ten minutes, which takes a tenth of the writes. */
export const touchSeen = async (db: Transaction, seen: readonly SeenChannel[]): Promise<void> => {
  if (seen.length > 0) await db.query(touch, columnsOfRows(seen, 'channelId', 'at', 'isLive'))
}
