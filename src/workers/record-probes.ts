import type { ModelRows } from '../../prisma/generated/models.ts'
import { callsOf, logCalls } from '../calls/log-calls.ts'
import { touchSeen } from '../channels/schedule.ts'
import { upsertChangedChannels } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import { encodeViewerNotices, viewerNoticeChannel, viewerNoticeSql } from '../live/viewer-notice.ts'
import {
  answeredAt,
  type CallRecord,
  type CallResult,
  type LiveObservation,
  type PlatformName,
} from '../platforms/platform.ts'
import { applyStatus } from '../sessions/apply-status.ts'
import { saidFields } from '../sessions/chapters.ts'
import { lastSighting, withProbe } from '../sessions/latest-probes.ts'
import { detailFields, type StatusObservation, type StreamDetails } from '../sessions/status-observation.ts'
import { recordHappenings } from '../stores/postgres/happenings.ts'
import { factsOf } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { forgetCarriedTotals } from './pending-totals.ts'
import { isSameBroadcast, probeHappenings, readUsualViewers } from './probe-happenings.ts'
import { nextIntervalSeconds, probeInstant, retryIntervalSeconds } from './probe-interval.ts'
import { type CompletedProbe, completeLeases, type ProbeLease, postponeLeases } from './probe-queue.ts'

/** One probe of one channel, as it goes to the viewer history. */
export type ProbeRow = {
  platform: PlatformName
  platformUserId: string
  /** In whole seconds. */
  at: Date
  /** Null when the channel was not live. */
  streamStartedAt: Date | null
  viewerCount: number | null
  followerCount: number | null
  subscriberCount: number | null
  /** Seconds since the channel's previous probe, 0 for its first. */
  elapsedSeconds: number
  /** The interval that was planned before this probe, in seconds. */
  intervalSeconds: number
  /** What the broadcast was about, as far as the platform told. */
  details?: StreamDetails
}

/** The answer of one call for the channels that were leased for it. */
export type ProbeOutcome = { leases: readonly ProbeLease[]; result: CallResult<Map<string, LiveObservation>> }

type RecordProbesDeps = {
  db: Postgres
  platform: PlatformName
  pollIntervalSeconds: number
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
}

type Probe = { lease: ProbeLease; at: Date; call: CallRecord; seen: LiveObservation | null; completed: CompletedProbe }

const notifyViewers = statement(
  'viewers_notify',
  `SELECT pg_notify('${viewerNoticeChannel}', ${viewerNoticeSql('rest')}) FROM unnest($1::text[]) AS rest`,
)

/** Whether a sighting tells of its channel only what was stored when it was leased. */
const isSameProfile = (lease: ProbeLease, { profile }: LiveObservation): boolean => {
  const stored: Partial<ModelRows['Channel']> = lease
  return (
    (profile.slug === undefined || profile.slug === stored.currentSlug) &&
    factsOf('Channel').every((fact) => profile[fact] === undefined || profile[fact] === stored[fact])
  )
}

const details = (seen: LiveObservation): StreamDetails =>
  Object.fromEntries(detailFields.map((field) => [field, seen[field]]))

const isKnown = (lease: ProbeLease, seen: LiveObservation): boolean =>
  lease.status === 'online' &&
  lease.openStartedAt?.getTime() === seen.startedAt.getTime() &&
  saidFields.every((field) => seen[field] === undefined || seen[field] === lease[field]) &&
  (seen.platformStreamId ?? '') <= (lease.platformStreamId ?? '')

/** The status observation of a probe; null when it only confirms what is stored. */
const statusOf = ({ lease, at, call, seen }: Probe): StatusObservation | null => {
  if (seen ? isKnown(lease, seen) : lease.openStartedAt === null && lease.status === 'offline') return null
  const { channelId } = lease
  const { endpoint } = call
  const common = { channelId, at, receivedAt: answeredAt(call), source: 'poll' } as const
  if (!seen) return { ...common, kind: 'not-live', evidence: { kind: 'answer', endpoint } }
  return {
    ...common,
    kind: 'live',
    evidence: { kind: 'answer', endpoint, row: seen.row },
    startedAt: seen.startedAt,
    seenBefore: lastSighting(lease),
    details: details(seen),
  }
}

/** The most viewers of the latest broadcast and the usual ones, with a probe; a broadcast before that one leaves them. */
const mostViewers = (
  { channelId, liveStartedAt, lastLiveAt, topViewers, usualViewers }: ProbeLease,
  seen: LiveObservation | null,
  at: Date,
  usual: ReadonlyMap<bigint, number>,
): Pick<CompletedProbe, 'topViewers' | 'usualViewers'> => {
  const viewers = seen?.viewerCount ?? null
  if (!seen || (lastLiveAt !== null && at <= lastLiveAt)) return { topViewers, usualViewers }
  if (!isSameBroadcast({ liveStartedAt }, seen.startedAt))
    return { topViewers: viewers, usualViewers: usual.get(channelId) ?? null }
  return { topViewers: viewers === null ? topViewers : Math.max(viewers, topViewers ?? 0), usualViewers }
}

const completed = (
  lease: ProbeLease,
  seen: LiveObservation | null,
  at: Date,
  usual: ReadonlyMap<bigint, number>,
  pollIntervalSeconds: number,
): CompletedProbe => {
  const latest = withProbe(lease, at, seen?.startedAt ?? null, seen ?? {})
  const { topViewers, usualViewers } = mostViewers(lease, seen, at, usual)
  return {
    channelId: lease.channelId,
    leaseToken: lease.leaseToken,
    at,
    lastLiveAt: latest.lastLiveAt,
    liveStartedAt: latest.liveStartedAt,
    lastMissedAt: latest.lastMissedAt,
    missedBeforeAt: latest.missedBeforeAt,
    liveDetails: latest.liveDetails === lease.liveDetails ? null : latest.liveDetails,
    liveViewers: seen?.viewerCount ?? null,
    topViewers,
    usualViewers,
    seconds: nextIntervalSeconds({
      live: seen !== null,
      missing: lease.openStartedAt !== null,
      offlineForMs: lease.lastStatusChangeAt && at.getTime() - lease.lastStatusChangeAt.getTime(),
      pollIntervalSeconds,
    }),
  }
}

const probeRow = (platform: PlatformName, { lease, at, seen }: Probe): ProbeRow => ({
  platform,
  platformUserId: lease.platformUserId,
  ...probeInstant(at, lease.lastProbedAt),
  streamStartedAt: seen?.startedAt ?? null,
  viewerCount: seen?.viewerCount ?? null,
  followerCount: seen?.profile.followerCount ?? lease.followersTold,
  subscriberCount: seen?.profile.subscriberCount ?? lease.subscribersTold,
  intervalSeconds: lease.intervalSeconds,
  ...(seen && { details: seen }),
})

/** Whether a probe saw a broadcast. One that comes late, behind another, is history. */
const isSighting = (probe: Probe): probe is Probe & { seen: LiveObservation } =>
  probe.seen !== null && !(probe.lease.lastLiveAt !== null && probe.at <= probe.lease.lastLiveAt)

/** Whether `touchSeen` may have to store something of a probe. */
const isSeenAnew = ({ lease: { seenLately, seenLiveLately }, seen }: Probe): boolean =>
  !(seenLately && (seen === null || seenLiveLately))

const viewerNotices = (probes: readonly Probe[]): string[] => {
  const sightings = probes.filter(({ seen }) => seen)
  return [...Map.groupBy(sightings, ({ at }) => at.getTime()).values()].flatMap((same) => {
    const samples = same.map(({ lease, seen }) => [lease.channelId, seen!.viewerCount] as const)
    return encodeViewerNotices({ observedAt: same[0]!.at, samples })
  })
}

/** How many probes were recorded, how many of them were sightings, and how many channels got no answer. */
export type ProbesRecorded = { probes: number; live: number; unanswered: number }

/**
 * Records what calls showed: profiles, schedule, status, sessions and journal in Postgres, then the rows of every lease that
 * still held. A channel without an answer changes only its schedule. Each table takes one statement, whatever the size.
 */
export const recordProbes = async (
  deps: RecordProbesDeps,
  outcomes: readonly ProbeOutcome[],
): Promise<ProbesRecorded> => {
  const { db, platform, pollIntervalSeconds, appendProbes, log } = deps
  const calls = outcomes.flatMap(({ leases, result }) =>
    callsOf(
      result,
      leases.map(({ channelId }) => channelId),
    ),
  )
  const isAnswered = ({ platformUserId }: ProbeLease, result: ProbeOutcome['result']): boolean =>
    result.ok && !result.unclear?.has(platformUserId)
  const failed = outcomes.flatMap(({ leases, result }) =>
    leases
      .filter((lease) => !isAnswered(lease, result))
      .map(({ channelId, leaseToken, consecutiveFailures }) => ({
        channelId,
        leaseToken,
        seconds: Math.max(
          retryIntervalSeconds(consecutiveFailures, pollIntervalSeconds),
          Math.ceil((result.ok ? 0 : (result.failure.retryAfterMs ?? 0)) / 1_000),
        ),
      })),
  )
  const begun = outcomes.flatMap(({ leases, result }) =>
    leases.filter((lease) => {
      const seen = result.ok ? result.value.get(lease.platformUserId) : undefined
      return seen && !isSameBroadcast(lease, seen.startedAt)
    }),
  )
  const usual = await readUsualViewers(
    db,
    begun.map(({ channelId }) => channelId),
  )
  const probes = outcomes.flatMap(({ leases, result }): Probe[] => {
    if (!result.ok) return []
    const { value, observedAt: at, call } = result
    return leases
      .filter((lease) => isAnswered(lease, result))
      .map((lease) => {
        const seen = value.get(lease.platformUserId) ?? null
        return { lease, at, call, seen, completed: completed(lease, seen, at, usual, pollIntervalSeconds) }
      })
  })

  if (probes.some(({ lease, seen }) => seen && !isSameProfile(lease, seen))) {
    const profiles = probes.flatMap(({ seen, at }) => (seen ? [{ ...seen.profile, observedAt: at }] : []))
    await upsertChangedChannels(db, platform, profiles, { log })
  }

  const recorded = await db.transaction(async (tx) => {
    await logCalls(tx, calls)
    if (failed.length > 0) await postponeLeases(tx, failed)
    if (probes.length === 0) return []
    // A lease that was lost meanwhile writes nothing below.
    const kept = await completeLeases(tx, probes)
    const statuses = kept.map(statusOf).filter((status) => status !== null)
    await applyStatus(tx, statuses)
    const seenAnew = kept.filter(isSeenAnew)
    await touchSeen(
      tx,
      seenAnew.map(({ lease: { channelId }, at, seen }) => ({ channelId, at, isLive: seen !== null })),
    )
    await recordHappenings(tx, 'dm', probeHappenings(kept.filter(isSighting)))
    const notices = viewerNotices(kept)
    if (notices.length > 0) await tx.query(notifyViewers, [notices])
    return kept
  })
  if (recorded.length > 0) {
    await appendProbes(recorded.map((probe) => probeRow(platform, probe)))
    await forgetCarriedTotals(
      db,
      recorded.map(({ lease }) => lease),
      { platform, log },
    )
  }
  const live = recorded.filter(({ seen }) => seen !== null).length
  return { probes: recorded.length, live, unanswered: failed.length }
}
