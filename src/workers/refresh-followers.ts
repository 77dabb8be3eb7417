import { upsertChannels } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import type { CallResult, Platform, PlatformName, ProfileObservation } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import {
  claimFollowers,
  completeFollowerProbes,
  type FollowerClaim,
  giveBackFollowers,
  keepFollowers,
} from './follower-queue.ts'
import { probeInstant } from './probe-instant.ts'
import type { ProbeRow } from './record-probes.ts'
import { logCalls } from './scrape-log.ts'

/** Seconds until followers are asked for again after a call without an answer. */
const retrySeconds = 900

/** What refreshing works with. */
export type RefreshFollowersDeps = {
  db: Postgres
  platform: Platform
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
}

type Told = CallResult<Map<string, ProfileObservation>>

/** Whether users may have been charged for although no answer can be read. */
const mayHaveCost = (result: Told & { ok: false }, givenUp: boolean): boolean =>
  ['timeout', 'malformed'].includes(result.failure.kind) || (givenUp && result.call.durationMs > 0)

// What the column can hold. A day is more, and a look that comes when it should is not late by this.
const longestInterval = 0xffff

/** The row of a look at a channel that nothing else looks at: a probe that shows neither a broadcast nor viewers. */
export const followerProbe = (
  platform: PlatformName,
  { platformUserId, lastProbedAt, intervalSeconds }: FollowerClaim,
  followerCount: number | undefined,
  at: Date,
): ProbeRow => ({
  platform,
  platformUserId,
  ...probeInstant(at, lastProbedAt),
  streamStartedAt: null,
  viewerCount: null,
  followerCount: followerCount ?? null,
  intervalSeconds: Math.min(intervalSeconds, longestInterval),
})

/**
 * Asks the platform once for the followers of channels that are due, within what may be spent in a day, and records what it
 * tells: in rows of their own where this is the channels' only probe, else for their next probes to carry. Returns how many
 * channels it asked for; 0 means that asking again at once is of no use: nothing is due, the day's users are spent, or the
 * platform does not answer or does not tell us now.
 */
export const refreshFollowers = async (
  { db, platform, appendProbes, log }: RefreshFollowersDeps,
  signal?: AbortSignal,
): Promise<number> => {
  const { name, capabilities, followerTotals } = platform
  if (!followerTotals || !capabilities.has('follower-total')) return 0
  const { batchSize, everySeconds, usersPerDay } = followerTotals
  const isProbe = !capabilities.has('live-status')
  const options = { platform: name, batchSize, everySeconds, usersPerDay, isProbe }
  const { claims, postponed } = await claimFollowers(db, options)
  if (postponed > 0) log.warn({ platform: name, usersPerDay, postponed }, 'the users of the day are spent')
  if (claims.length === 0) return 0

  const channelIds = claims.map(({ channelId }) => channelId)
  const result = await followerTotals.fetch(
    claims.map(({ platformUserId }) => platformUserId),
    signal,
  )
  await logCalls(db, [...(result.otherCalls ?? []), result.call])
  if (!result.ok) {
    const { kind, status, message, retryAfterMs = 0 } = result.failure
    const spent = Number.isFinite(usersPerDay) && mayHaveCost(result, signal?.aborted === true)
    const seconds = Math.max(retrySeconds, Math.ceil(retryAfterMs / 1000))
    log.warn({ platform: name, kind, status, channels: claims.length }, `no follower totals: ${message}`)
    await giveBackFollowers(db, channelIds, { seconds, spent, isProbe })
    return kind === 'rejected' ? claims.length : 0
  }

  const { value, observedAt } = result
  const told = claims.filter(({ platformUserId }) => value.has(platformUserId))
  await upsertChannels(
    db,
    name,
    told.map(({ platformUserId }) => ({ ...value.get(platformUserId)!, observedAt })),
    { log },
  )
  if (isProbe) {
    await completeFollowerProbes(db, channelIds, observedAt)
    // A channel without a count was looked at all the same.
    const followers = (claim: FollowerClaim) => value.get(claim.platformUserId)?.followerCount
    await appendProbes(claims.map((claim) => followerProbe(name, claim, followers(claim), observedAt)))
  } else {
    await keepFollowers(
      db,
      told.flatMap(({ channelId, platformUserId }) => {
        const { followerCount } = value.get(platformUserId)!
        return followerCount === undefined ? [] : [{ channelId, followerCount }]
      }),
    )
  }
  return claims.length
}
