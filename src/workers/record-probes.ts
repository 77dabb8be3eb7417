import { touchSeen } from '../channels/schedule.ts'
import { upsertChangedChannels } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import { encodeViewerNotices, viewerNoticeChannel } from '../live/viewer-notice.ts'
import type { CallRecord, CallResult, LiveObservation, PlatformName } from '../platforms/platform.ts'
import { applyStatus } from '../sessions/apply-status.ts'
import { type LatestProbes, lastSighting, withProbe } from '../sessions/latest-probes.ts'
import type { StatusObservation, StreamDetails } from '../sessions/status-observation.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { probeInstant } from './probe-instant.ts'
import { nextIntervalSeconds, retryIntervalSeconds } from './probe-interval.ts'
import { type CompletedProbe, completeLeases, type ProbeLease, postponeLeases } from './probe-queue.ts'
import { logCalls } from './scrape-log.ts'

/** One look at one channel, as it goes to the viewer history. */
export type ProbeRow = {
  platform: PlatformName
  platformUserId: string
  /** In whole seconds. */
  at: Date
  /** Null when the channel was not live. */
  streamStartedAt: Date | null
  viewerCount: number | null
  followerCount: number | null
  /** Seconds since the channel's previous probe, 0 for its first. */
  elapsedSeconds: number
  /** The interval that was planned before this probe, in seconds. */
  intervalSeconds: number
}

/** The answer of one call for the channels that were claimed for it. */
export type ProbeOutcome = { leases: readonly ProbeLease[]; result: CallResult<Map<string, LiveObservation>> }

export type RecordProbesDeps = {
  db: Postgres
  platform: PlatformName
  pollIntervalSeconds: number
  /** Resolves when the rows are durable. */
  appendProbes: (rows: readonly ProbeRow[]) => Promise<void>
  log: Log
}

type Probe = { claim: ProbeLease; at: Date; seen: LiveObservation | null; completed: CompletedProbe }

const notifyViewers = statement(
  'viewers_notify',
  `SELECT pg_notify('${viewerNoticeChannel}', payload) FROM unnest($1::text[]) AS payload`,
)

const details = ({ platformStreamId, title, category, language }: LiveObservation): StreamDetails => ({
  platformStreamId,
  title,
  category,
  language,
})

const isKnown = (claim: ProbeLease, seen: LiveObservation): boolean =>
  claim.status === 'online' &&
  claim.openStartedAt?.getTime() === seen.startedAt.getTime() &&
  (['platformStreamId', 'title', 'category', 'language'] as const).every(
    (field) => seen[field] === undefined || seen[field] === claim[field],
  )

/** The status observation of a probe; null when it only confirms what is stored. */
const statusOf = ({ claim, at, seen }: Probe): StatusObservation | null => {
  const { channelId } = claim
  if (seen) {
    if (isKnown(claim, seen)) return null
    return {
      kind: 'live',
      channelId,
      at,
      source: 'poll',
      startedAt: seen.startedAt,
      seenBefore: lastSighting(claim),
      details: details(seen),
    }
  }
  if (claim.openStartedAt === null && claim.status === 'offline') return null
  return { kind: 'not-live', channelId, at, source: 'poll' }
}

const looksOf = ({ liveStartedAt, lastLiveAt, lastMissedAt, missedBeforeAt }: ProbeLease): LatestProbes => ({
  liveStartedAt,
  lastLiveAt,
  lastMissedAt,
  missedBeforeAt,
})

const completed = (
  claim: ProbeLease,
  seen: LiveObservation | null,
  at: Date,
  pollIntervalSeconds: number,
): CompletedProbe => ({
  channelId: claim.channelId,
  leaseToken: claim.leaseToken,
  at,
  ...withProbe(looksOf(claim), at, seen?.startedAt ?? null),
  seconds: nextIntervalSeconds({
    live: seen !== null,
    missing: claim.openStartedAt !== null,
    offlineForMs: claim.lastStatusChangeAt && at.getTime() - claim.lastStatusChangeAt.getTime(),
    pollIntervalSeconds,
  }),
})

const probeRow = (platform: PlatformName, { claim, at, seen }: Probe): ProbeRow => ({
  platform,
  platformUserId: claim.platformUserId,
  ...probeInstant(at, claim.lastProbedAt),
  streamStartedAt: seen?.startedAt ?? null,
  viewerCount: seen?.viewerCount ?? null,
  followerCount: seen?.profile.followerCount ?? null,
  intervalSeconds: claim.intervalSeconds,
})

const viewerNotices = (probes: readonly Probe[]): string[] =>
  [
    ...Map.groupBy(
      probes.filter(({ seen }) => seen),
      ({ at }) => at.getTime(),
    ),
  ].flatMap(([, same]) =>
    encodeViewerNotices({
      observedAt: same[0]!.at,
      samples: same.map(({ claim, seen }) => [claim.channelId, seen!.viewerCount]),
    }),
  )

/** How many looks were recorded, how many of them showed a live channel, and how many channels got no answer. */
export type ProbesRecorded = { probes: number; live: number; unanswered: number }

/**
 * Records what calls showed: profiles, schedule, status, sessions and journal in Postgres, then the samples of every claim
 * that still held. A channel without an answer changes nothing but the schedule. One statement per table, whatever the size.
 */
export const recordProbes = async (
  deps: RecordProbesDeps,
  outcomes: readonly ProbeOutcome[],
): Promise<ProbesRecorded> => {
  const { db, platform, pollIntervalSeconds, appendProbes, log } = deps
  const calls: CallRecord[] = outcomes.flatMap(({ result }) => [...(result.otherCalls ?? []), result.call])
  const isAnswered = ({ platformUserId }: ProbeLease, result: ProbeOutcome['result']): boolean =>
    result.ok && !result.unclear?.has(platformUserId)
  const failed = outcomes.flatMap(({ leases: claims, result }) =>
    claims
      .filter((claim) => !isAnswered(claim, result))
      .map(({ channelId, leaseToken, consecutiveFailures }) => ({
        channelId,
        leaseToken,
        seconds: Math.max(
          retryIntervalSeconds(consecutiveFailures, pollIntervalSeconds),
          Math.ceil((result.ok ? 0 : (result.failure.retryAfterMs ?? 0)) / 1_000),
        ),
      })),
  )
  const probes: Probe[] = outcomes.flatMap(({ leases: claims, result }) =>
    result.ok
      ? claims
          .filter((claim) => isAnswered(claim, result))
          .map((claim) => {
            const seen = result.value.get(claim.platformUserId) ?? null
            return {
              claim,
              at: result.observedAt,
              seen,
              completed: completed(claim, seen, result.observedAt, pollIntervalSeconds),
            }
          })
      : [],
  )

  const profiles = probes.flatMap(({ seen, at }) => (seen ? [{ ...seen.profile, observedAt: at }] : []))
  await upsertChangedChannels(db, platform, profiles, { log })

  const recorded = await db.transaction(async (tx) => {
    await logCalls(tx, calls)
    if (failed.length > 0) await postponeLeases(tx, failed)
    if (probes.length === 0) return []
    // Also the fence: a claim that was lost meanwhile writes nothing below.
    const held = await completeLeases(
      tx,
      probes.map((probe) => probe.completed),
    )
    const kept = probes.filter(({ claim }) => held.get(claim.channelId) === claim.leaseToken)
    await applyStatus(
      tx,
      kept.flatMap((probe) => statusOf(probe) ?? []),
    )
    await touchSeen(
      tx,
      kept.map(({ claim }) => claim.channelId),
      probes[0]!.at,
    )
    const notices = viewerNotices(kept)
    if (notices.length > 0) await tx.query(notifyViewers, [notices])
    return kept
  })
  if (recorded.length > 0) await appendProbes(recorded.map((probe) => probeRow(platform, probe)))
  const live = recorded.filter(({ seen }) => seen !== null).length
  return { probes: recorded.length, live, unanswered: failed.length }
}
