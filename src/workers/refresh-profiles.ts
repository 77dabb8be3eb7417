import { upsertChannels } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import type { Platform } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { logCalls } from './scrape-log.ts'

/** Lookups by id in a row that must miss a channel before it counts as withdrawn by the platform. */
export const missesUntilBanned = 3

// Claimed by moving the due time: a crash in between costs one retry interval and nothing else.
const claimDue = statement(
  'profile_claim_due',
  `UPDATE dm.probe_schedule s SET profile_due_at = now() + interval '5 minutes'
   FROM (SELECT s.channel_id, c.platform_user_id FROM dm.probe_schedule s
         JOIN dm.streamer_channel c ON c.id = s.channel_id AND c.platform = $1
         WHERE s.profile_due_at <= now() ORDER BY s.profile_due_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED) due
   WHERE s.channel_id = due.channel_id
   RETURNING s.channel_id AS "channelId", due.platform_user_id AS "platformUserId", s.profile_misses AS "profileMisses"`,
)

// A day with jitter, so that channels added together do not stay together.
const markFound = statement(
  'profile_mark_found',
  `UPDATE dm.probe_schedule SET profile_misses = 0, profile_due_at = now() + interval '20 hours' + random() * interval '8 hours'
   WHERE channel_id = ANY ($1::bigint[])`,
)

const markMissed = statement(
  'profile_mark_missed',
  `UPDATE dm.probe_schedule SET profile_misses = profile_misses + 1,
     profile_due_at = now() + CASE WHEN profile_misses + 1 < $2 THEN interval '10 minutes' ELSE interval '6 hours' END
   WHERE channel_id = ANY ($1::bigint[])`,
)

type Due = { channelId: bigint; platformUserId: string; profileMisses: number }

/** Asks the platform once for profiles that are due, by id; returns how many it asked for. A channel it keeps not showing is marked banned. */
export const refreshProfiles = async (
  db: Postgres,
  platform: Platform,
  log: Log,
  signal?: AbortSignal,
): Promise<number> => {
  const due = await db.query<Due>(claimDue, [platform.name, platform.profileBatchSize])
  if (due.length === 0) return 0
  const result = await platform.fetchProfiles(
    due.map(({ platformUserId }) => platformUserId),
    signal,
  )
  await logCalls(db, [...(result.otherCalls ?? []), result.call])
  if (!result.ok) return due.length
  const found = due.filter(({ platformUserId }) => result.value.has(platformUserId))
  const missed = due.filter(({ platformUserId }) => !result.value.has(platformUserId))
  const banned = missed.filter(({ profileMisses }) => profileMisses + 1 >= missesUntilBanned)
  await upsertChannels(
    db,
    platform.name,
    [
      ...found.map(({ platformUserId }) => ({
        isBanned: false,
        ...result.value.get(platformUserId)!,
        observedAt: result.observedAt,
      })),
      ...banned.map(({ platformUserId }) => ({ platformUserId, isBanned: true, observedAt: result.observedAt })),
    ],
    { log },
  )
  if (found.length > 0) await db.query(markFound, [found.map(({ channelId }) => channelId)])
  if (missed.length > 0) await db.query(markMissed, [missed.map(({ channelId }) => channelId), missesUntilBanned])
  return due.length
}
