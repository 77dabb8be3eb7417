import { callsOf, logCalls } from '../calls/log-calls.ts'
import { updateChannels } from '../channels/upsert.ts'
import type { Clock } from '../lib/clock.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { Log } from '../lib/log.ts'
import { createBisectingFetch } from '../platforms/bisecting-fetch.ts'
import type { CallResult, Platform, ProfileObservation } from '../platforms/platform.ts'
import { createLeaseHolder, isOrphanedLease, leaseRequestValues } from '../stores/postgres/lease-holder.ts'
import { recordset, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** Lookups by id in a row that must miss a channel before it counts as banned. */
export const missesUntilBanned = 3

// The lease moves the due time, so a crash costs one retry interval. An answer that was lost costs nothing.
const leaseDue = statement(
  'profile_lease_due',
  sql`UPDATE dm.probe_schedule s SET profile_due_at = now() + interval '5 minutes', profile_lease_id = $3
   FROM (SELECT s.channel_id, c.platform_user_id FROM dm.probe_schedule s
         JOIN dm.streamer_channel c ON c.id = s.channel_id AND c.platform = $1
         WHERE s.profile_due_at <= now() OR ${isOrphanedLease('s.profile_lease_id', 3)}
         ORDER BY s.profile_due_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED) due
   WHERE s.channel_id = due.channel_id
   RETURNING ${select('ProbeSchedule', ['channelId', 'profileMisses'], 's')}, ${select('Channel', ['platformUserId'], 'due')}`,
)

// A day with jitter, so that channels added together do not stay together. The next probe carries the subscribers into the history.
const markFound = statement(
  'profile_mark_found',
  `UPDATE dm.probe_schedule s SET profile_misses = 0, profile_due_at = now() + interval '20 hours' + random() * interval '8 hours',
     subscribers_told = CASE WHEN s.active THEN coalesce(v."subscribersTold", s.subscribers_told) END
   FROM json_to_recordset($1) AS v(${recordset('ProbeSchedule', ['channelId', 'subscribersTold'])}) WHERE s.channel_id = v."channelId"`,
)

const markMissed = statement(
  'profile_mark_missed',
  `UPDATE dm.probe_schedule SET profile_misses = profile_misses + 1,
     profile_due_at = now() + CASE WHEN profile_misses + 1 < $2 THEN interval '10 minutes' ELSE interval '6 hours' END
   WHERE channel_id = ANY ($1::bigint[])`,
)

const postpone = statement(
  'profile_postpone',
  'UPDATE dm.probe_schedule SET profile_due_at = greatest(profile_due_at, now() + make_interval(secs => $2)) WHERE channel_id = ANY ($1::bigint[])',
)

const closeLease = statement(
  'profile_close_lease',
  'UPDATE dm.probe_schedule SET profile_lease_id = NULL WHERE profile_lease_id = $1',
)

type Due = { channelId: bigint; platformUserId: string; profileMisses: number }

const idsOf = (due: readonly Due[]): bigint[] => due.map(({ channelId }) => channelId)

type RefreshProfilesDeps = { db: Postgres; platform: Platform; clock: Clock; log: Log }

/**
 * Makes the function that asks the platform once for due profiles, by id, and returns how many it asked for. A channel that
 * was missed `missesUntilBanned` times is marked banned. A failed call says nothing about its channels.
 */
export const createProfileRefresh = ({ db, platform, clock, log }: RefreshProfilesDeps) => {
  const leaseHolder = createLeaseHolder()
  const askApart = createBisectingFetch({ platform: platform.name, ask: platform.fetchProfiles, clock, log })

  const record = async (
    due: readonly Due[],
    result: CallResult<ReadonlyMap<string, ProfileObservation>>,
  ): Promise<void> => {
    await logCalls(db, callsOf(result, idsOf(due)))
    if (!result.ok) {
      const { retryAfterMs } = result.failure
      if (retryAfterMs !== undefined) await db.query(postpone, [idsOf(due), Math.ceil(retryAfterMs / 1_000)])
      return
    }
    const { value, unclear, observedAt } = result
    const found = due.filter(({ platformUserId }) => value.has(platformUserId))
    const missed = due.filter(({ platformUserId: id }) => !value.has(id) && !unclear?.has(id))
    const banned = missed.filter(({ profileMisses }) => profileMisses + 1 >= missesUntilBanned)
    const observations = [
      ...found.map(({ platformUserId }) => ({ isBanned: false, ...value.get(platformUserId)!, observedAt })),
      ...banned.map(({ platformUserId }) => ({ platformUserId, isBanned: true, observedAt })),
    ]
    await updateChannels(db, platform.name, observations, { log })
    const told = found.map(({ channelId, platformUserId }) => ({
      channelId,
      subscribersTold: value.get(platformUserId)!.subscriberCount,
    }))
    if (told.length > 0) await db.query(markFound, [jsonRows(told)])
    if (missed.length > 0) await db.query(markMissed, [idsOf(missed), missesUntilBanned])
  }

  return async (signal?: AbortSignal): Promise<number> => {
    const request = leaseHolder.next()
    try {
      const values = [platform.name, platform.profileBatchSize, ...leaseRequestValues(request)]
      const dueOf = new Map((await db.query(leaseDue, values)).map((due) => [due.platformUserId, due]))
      if (dueOf.size === 0) return 0
      for await (const { ids, result } of askApart([...dueOf.keys()], signal)) {
        const due = ids.map((id) => dueOf.get(id)!)
        await record(due, result)
      }
      await db.query(closeLease, [request.id])
      return dueOf.size
    } finally {
      leaseHolder.end(request)
    }
  }
}
