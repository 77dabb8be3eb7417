import { upsertChannels } from '../channels/upsert.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { type BatchPart, createBisectingFetch } from '../platforms/bisecting-fetch.ts'
import { isAnswered } from '../platforms/failure.ts'
import type { CallResult, Platform, PlatformName, ProfileObservation } from '../platforms/platform.ts'
import { createLeaseHolder, type LeaseRequest } from '../stores/postgres/lease-holder.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import {
  closeFollowerLease,
  completeFollowerProbes,
  type FollowerLease,
  leaseFollowers,
  releaseFollowerLeases,
  storePendingTotals,
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
  /** Says that rows of now will be appended, until it is disposed. */
  announceProbes?: () => Disposable
  clock: Clock
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
  { platformUserId, lastProbedAt, intervalSeconds }: FollowerLease,
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
 * What asks the platform once for the followers of channels that are due, within what may be spent in a day, and records what it tells: in
 * rows of their own where this is the channels' only probe, else for their next probes to carry. It returns how many channels it asked for;
 * 0 means that asking again at once is of no use: nothing is due, the day's users are spent, or the platform does not answer or does not
 * tell us now.
 */
export const createFollowerRefresh = ({
  db,
  platform,
  appendProbes,
  announceProbes,
  clock,
  log,
}: RefreshFollowersDeps) => {
  const { name, capabilities, followerTotals } = platform
  const claimer = createLeaseHolder()
  const isProbe = !capabilities.has('live-status')

  const recordTold = async (claims: readonly FollowerLease[], result: Told & { ok: true }): Promise<void> => {
    const { value, observedAt } = result
    const told = claims.filter(({ platformUserId }) => value.has(platformUserId))
    await upsertChannels(
      db,
      name,
      told.map(({ platformUserId }) => ({ ...value.get(platformUserId)!, observedAt })),
      { log },
    )
    if (isProbe) {
      await completeFollowerProbes(
        db,
        claims.map(({ channelId }) => channelId),
        observedAt,
      )
      // A channel without a count was looked at all the same.
      const followers = (claim: FollowerLease) => value.get(claim.platformUserId)?.followerCount
      await appendProbes(claims.map((claim) => followerProbe(name, claim, followers(claim), observedAt)))
      return
    }
    await storePendingTotals(
      db,
      told.flatMap(({ channelId, platformUserId }) => {
        const { followerCount } = value.get(platformUserId)!
        return followerCount === undefined ? [] : [{ channelId, followerCount }]
      }),
    )
  }

  const giveBack = async (claims: readonly FollowerLease[], result: Told & { ok: false }, isGivenUp: boolean) => {
    const { kind, status, message, retryAfterMs = 0 } = result.failure
    const spent = Number.isFinite(followerTotals!.usersPerDay) && mayHaveCost(result, isGivenUp)
    const seconds = Math.max(retrySeconds, Math.ceil(retryAfterMs / 1000))
    log.warn({ platform: name, kind, status, channels: claims.length }, `no follower totals: ${message}`)
    await releaseFollowerLeases(
      db,
      claims.map(({ channelId }) => channelId),
      { seconds, spent, isProbe },
    )
  }

  const askApart = followerTotals && createBisectingFetch({ platform: name, ask: followerTotals.fetch, clock, log })

  /** Whether the platform answered for somebody, or may for the next; answers that nobody can read may cost. */
  const ask = async (
    claims: readonly FollowerLease[],
    ticket: LeaseRequest,
    signal?: AbortSignal,
  ): Promise<boolean> => {
    using _announced = announceProbes?.()
    const claimOf = new Map(claims.map((claim) => [claim.platformUserId, claim]))
    const parts: BatchPart<Map<string, ProfileObservation>>[] = []
    for await (const part of askApart!([...claimOf.keys()], signal)) parts.push(part)
    try {
      await closeFollowerLease(db, ticket)
    } catch (error) {
      // They were asked for, and asking for them again would cost a second time.
      claimer.abandonAll()
      throw error
    }
    for (const { ids, result } of parts) {
      const asked = ids.map((id) => claimOf.get(id)!)
      await logCalls(db, [...(result.otherCalls ?? []), result.call])
      if (result.ok) await recordTold(asked, result)
      else await giveBack(asked, result, signal?.aborted === true)
    }
    return parts.some(({ result }) => result.ok || (isAnswered(result.failure) && result.failure.kind !== 'malformed'))
  }

  return async (signal?: AbortSignal): Promise<number> => {
    if (!followerTotals || !platform.capabilities.has('follower-total')) return 0
    const { batchSize, everySeconds, usersPerDay } = followerTotals
    const ticket = claimer.next()
    try {
      const options = { platform: name, batchSize, everySeconds, usersPerDay, isProbe, ticket }
      const { claims, postponed } = await leaseFollowers(db, options)
      if (postponed > 0) log.warn({ platform: name, usersPerDay, postponed }, 'the users of the day are spent')
      return claims.length > 0 && (await ask(claims, ticket, signal)) ? claims.length : 0
    } finally {
      claimer.end(ticket)
    }
  }
}
