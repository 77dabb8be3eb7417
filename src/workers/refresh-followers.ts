import { callsOf, logCalls } from '../calls/log-calls.ts'
import { updateChannels } from '../channels/upsert.ts'
import type { Clock } from '../lib/clock.ts'
import { createGate, type Gate } from '../lib/gate.ts'
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
import { probeInstant } from './probe-interval.ts'
import type { ProbeRow } from './record-probes.ts'

/** Seconds until followers are asked for again after a call without an answer. */
const retrySeconds = 900

const channelIdsOf = (leases: readonly FollowerLease[]): bigint[] => leases.map(({ channelId }) => channelId)

type RefreshFollowersDeps = {
  db: Postgres
  platform: Platform
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  /** Announces that rows of now will be appended, until it is disposed. */
  announceProbes?: () => Disposable
  /** What is recorded of an answer passes it as a whole; absent, it is always open. */
  gate?: Pick<Gate, 'through'> | undefined
  clock: Clock
  log: Log
}

type TotalsResult = CallResult<Map<string, ProfileObservation>>

/** Whether a call without a readable answer may have spent users of the day. */
const mayHaveCost = (result: TotalsResult & { ok: false }, givenUp: boolean): boolean =>
  ['timeout', 'malformed'].includes(result.failure.kind) || (givenUp && result.call.durationMs > 0)

// The most that the column can hold. The interval of a day is cut to it, which makes no probe look late.
const longestInterval = 0xffff

/** The row of a channel whose only probe asks for followers: it shows neither a broadcast nor viewers. */
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
  subscriberCount: null,
  intervalSeconds: Math.min(intervalSeconds, longestInterval),
})

/**
 * Makes the function that asks the platform once for the followers of due channels, within the users of a day. Where this is
 * the channels' only probe, the totals become rows; else they wait for the next probes. It returns how many channels it asked
 * for. 0 means that asking again at once is of no use: nothing is due, the day is spent, or the platform gives no totals now.
 */
export const createFollowerRefresh = (deps: RefreshFollowersDeps) => {
  const { db, platform, appendProbes, announceProbes, gate = createGate(), clock, log } = deps
  const { name, capabilities, followerTotals } = platform
  const leaseHolder = createLeaseHolder()
  const isProbe = !capabilities.has('live-status')

  const recordTotals = async (leases: readonly FollowerLease[], result: TotalsResult & { ok: true }): Promise<void> => {
    const { value, observedAt } = result
    const found = leases.filter(({ platformUserId }) => value.has(platformUserId))
    const profiles = found.map(({ platformUserId }) => ({ ...value.get(platformUserId)!, observedAt }))
    await updateChannels(db, name, profiles, { log })
    if (isProbe) {
      await completeFollowerProbes(db, channelIdsOf(leases), observedAt)
      // A channel without a count was probed all the same.
      const followers = (lease: FollowerLease) => value.get(lease.platformUserId)?.followerCount
      await appendProbes(leases.map((lease) => followerProbe(name, lease, followers(lease), observedAt)))
      return
    }
    const totals = found.flatMap(({ channelId, platformUserId }) => {
      const { followerCount } = value.get(platformUserId)!
      return followerCount === undefined ? [] : [{ channelId, followerCount }]
    })
    await storePendingTotals(db, totals)
  }

  const giveBack = async (
    leases: readonly FollowerLease[],
    result: TotalsResult & { ok: false },
    isGivenUp: boolean,
  ) => {
    const { kind, status, message, retryAfterMs = 0 } = result.failure
    const spent = Number.isFinite(followerTotals!.usersPerDay) && mayHaveCost(result, isGivenUp)
    const seconds = Math.max(retrySeconds, Math.ceil(retryAfterMs / 1000))
    log.warn({ platform: name, kind, status, channels: leases.length }, `no follower totals: ${message}`)
    await releaseFollowerLeases(db, channelIdsOf(leases), { seconds, spent, isProbe })
  }

  const askApart = followerTotals && createBisectingFetch({ platform: name, ask: followerTotals.fetch, clock, log })

  /** Asks for the channels of a lease. False when asking for others at once is of no use; a malformed answer may cost as well. */
  const ask = async (
    leases: readonly FollowerLease[],
    request: LeaseRequest,
    signal?: AbortSignal,
  ): Promise<boolean> => {
    using _announced = announceProbes?.()
    const leaseOf = new Map(leases.map((lease) => [lease.platformUserId, lease]))
    const parts: BatchPart<Map<string, ProfileObservation>>[] = []
    for await (const part of askApart!([...leaseOf.keys()], signal)) parts.push(part)
    try {
      await closeFollowerLease(db, request)
    } catch (error) {
      // The lease may still be open. Nobody may take it back, because its channels were asked for and would cost a second time.
      leaseHolder.abandonAll()
      throw error
    }
    for (const { ids, result } of parts) {
      const asked = ids.map((id) => leaseOf.get(id)!)
      await logCalls(db, callsOf(result, channelIdsOf(asked)))
      if (result.ok) await gate.through(() => recordTotals(asked, result))
      else await giveBack(asked, result, signal?.aborted === true)
    }
    return parts.some(({ result }) => result.ok || (isAnswered(result.failure) && result.failure.kind !== 'malformed'))
  }

  return async (signal?: AbortSignal): Promise<number> => {
    if (!followerTotals || !platform.capabilities.has('follower-total')) return 0
    const { batchSize, everySeconds, usersPerDay } = followerTotals
    const request = leaseHolder.next()
    try {
      const options = { platform: name, batchSize, everySeconds, usersPerDay, isProbe, request }
      const { leases, postponed } = await leaseFollowers(db, options)
      if (postponed > 0) log.warn({ platform: name, usersPerDay, postponed }, 'the users of the day are used up')
      return leases.length > 0 && (await ask(leases, request, signal)) ? leases.length : 0
    } finally {
      leaseHolder.end(request)
    }
  }
}
