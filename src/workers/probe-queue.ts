import type { ModelRows } from '../../prisma/generated/models.ts'
import { type SeenLately, seenLately } from '../channels/schedule.ts'
import { columnsOfRows, jsonRows } from '../lib/json-rows.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { type LatestProbes, liveDetails, probeInstants } from '../sessions/latest-probes.ts'
import { detailFields, type Status } from '../sessions/status-observation.ts'
import {
  createLeaseHolder,
  isOrphanedLease,
  type LeaseRequest,
  leaseRequestValues,
} from '../stores/postgres/lease-holder.ts'
import { expressions, select, tableOf } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, notInFuture, sql, statement } from '../stores/postgres/statement.ts'
import { type PendingTotals, pendingTotals } from './pending-totals.ts'

/** What probes tell of a channel each time. A lease has it, so that nothing is asked or written where it is the same. */
const profileFields = ['currentSlug', 'displayName', 'avatarUrl'] as const

/** A leased row of the queue with what is stored of its channel. */
export type ProbeLease = LatestProbes &
  PendingTotals &
  SeenLately &
  Pick<
    ModelRows['ProbeSchedule'],
    | ('channelId' | 'leaseToken' | 'intervalSeconds' | 'consecutiveFailures' | 'lastProbedAt')
    | ('topViewers' | 'usualViewers')
  > &
  Pick<ModelRows['Channel'], 'platformUserId' | 'lastStatusChangeAt' | (typeof profileFields)[number]> &
  Pick<ModelRows['StreamSession'], (typeof detailFields)[number]> & { status: Status; openStartedAt: Date | null }

/** How long a lease holds, in seconds of the database's clock; a slower poller has lost it. */
export const leaseSeconds = 90

// Rows that fall due within the next two seconds are taken as well, so that they share one call of the platform.
const leaseDue = statement(
  'probe_lease_due',
  sql`WITH due AS (
     SELECT s.channel_id FROM dm.probe_schedule s
     JOIN ${tableOf('Channel')} c ON c.id = s.channel_id AND c.platform = $1
     WHERE s.active AND s.next_probe_at <= least(now(), $7::timestamptz) + interval '2 seconds'
       AND (s.leased_until IS NULL OR s.leased_until < now() OR ${isOrphanedLease('s.lease_id', 4)})
     ORDER BY s.next_probe_at LIMIT $2 FOR UPDATE OF s SKIP LOCKED),
   leased AS (
     UPDATE dm.probe_schedule s SET lease_token = s.lease_token + 1, leased_until = now() + make_interval(secs => $3), lease_id = $4
     FROM due WHERE s.channel_id = due.channel_id
     RETURNING s.*)
   SELECT ${select('ProbeSchedule', ['channelId', 'leaseToken', 'intervalSeconds', 'consecutiveFailures', 'lastProbedAt'], 's')},
     ${select('ProbeSchedule', ['topViewers', 'usualViewers'], 's')},
     ${select('ProbeSchedule', [...probeInstants, ...pendingTotals], 's')}, ${liveDetails('s')},
     ${select('Channel', ['platformUserId', 'lastStatusChangeAt', ...profileFields], 'c')}, ${seenLately('c')},
     ${narrowed<{ status: Status }>(select('Channel', ['status'], 'c'))}, ${select('StreamSession', detailFields, 'o')},
     ${expressions<{ openStartedAt: Date | null }>({ openStartedAt: 'o.started_at' })}
   FROM leased s
   JOIN ${tableOf('Channel')} c ON c.id = s.channel_id
   LEFT JOIN ${tableOf('StreamSession')} o ON o.channel_id = s.channel_id AND o.ended_at IS NULL`,
)

/** A probe with what is stored after it; its `liveDetails` are null where those of before stay. */
export type CompletedProbe = LatestProbes & {
  channelId: bigint
  leaseToken: bigint
  at: Date
  /** What this probe counted; null where it saw no broadcast, or no viewers of it. */
  liveViewers: number | null
  /** The most that were counted of the broadcast that `liveStartedAt` names. */
  topViewers: number | null
  /** The usual viewers of the channel when that began. */
  usualViewers: number | null
  /** Seconds to the next probe. */
  seconds: number
}

const completedTypes: Record<keyof CompletedProbe, string> = {
  channelId: 'bigint',
  leaseToken: 'bigint',
  at: 'timestamptz',
  lastLiveAt: 'timestamptz',
  liveStartedAt: 'timestamptz',
  liveDetails: 'jsonb',
  lastMissedAt: 'timestamptz',
  missedBeforeAt: 'timestamptz',
  liveViewers: 'integer',
  topViewers: 'integer',
  usualViewers: 'float8',
  seconds: 'integer',
}
const completedFields = Object.keys(completedTypes) as (keyof CompletedProbe)[]

// The next probe counts from the time at which this one was due, so that the rhythm does not drift. After a standstill it
// restarts from now. When the answer to this statement was lost it is sent again, and the next probe stays as it is. Viewers are those of
// the latest probe: one that comes late leaves them. Nearly every lease holds, so those that were lost are the answer.
const completeProbes = statement(
  'probe_complete',
  sql`WITH told AS (
     SELECT * FROM unnest(${completedFields.map((field, i) => `$${i + 1}::${completedTypes[field]}[]`).join()})
       AS v(${completedFields.map((field) => `"${field}"`).join()})),
   held AS (
     UPDATE dm.probe_schedule s SET
       last_probed_at = ${notInFuture('v.at')}, last_live_at = ${notInFuture('v."lastLiveAt"')},
       live_started_at = v."liveStartedAt", last_missed_at = ${notInFuture('v."lastMissedAt"')},
       missed_before_at = ${notInFuture('v."missedBeforeAt"')}, live_details = coalesce(v."liveDetails", s.live_details),
       interval_seconds = v.seconds,
       live_viewers = CASE WHEN ${notInFuture('v.at')} < greatest(s.last_live_at, s.last_missed_at) THEN s.live_viewers ELSE v."liveViewers" END,
       top_viewers = v."topViewers", usual_viewers = v."usualViewers",
       next_probe_at = CASE WHEN s.leased_until IS NULL THEN s.next_probe_at
         ELSE greatest(s.next_probe_at + make_interval(secs => v.seconds), ${notInFuture('v.at')} + make_interval(secs => v.seconds / 2.0)) END,
       consecutive_failures = 0, leased_until = NULL
     FROM told v WHERE s.channel_id = v."channelId" AND s.lease_token = v."leaseToken"
     RETURNING s.channel_id, s.lease_token)
   SELECT ${expressions<Lease>({ channelId: 'v."channelId"', leaseToken: 'v."leaseToken"' })}
   FROM told v WHERE (v."channelId", v."leaseToken") NOT IN (SELECT channel_id, lease_token FROM held)`,
)

const postponeProbes = statement(
  'probe_postpone',
  `UPDATE dm.probe_schedule s SET consecutive_failures = s.consecutive_failures + 1, leased_until = NULL,
     next_probe_at = now() + make_interval(secs => v.seconds)
   FROM json_to_recordset($1) AS v("channelId" bigint, "leaseToken" bigint, seconds integer)
   WHERE s.channel_id = v."channelId" AND s.lease_token = v."leaseToken" AND s.leased_until IS NOT NULL`,
)

const releaseDue = statement(
  'probe_release',
  `UPDATE dm.probe_schedule s SET leased_until = NULL
   FROM json_to_recordset($1) AS v("channelId" bigint, "leaseToken" bigint)
   WHERE s.channel_id = v."channelId" AND s.lease_token = v."leaseToken"`,
)

// Live channels are due within one interval, others within five. Random times keep them from falling due at once.
const bringForward = statement(
  'probe_bring_forward',
  `UPDATE dm.probe_schedule s SET next_probe_at = now() + random() * v.longest
   FROM (SELECT c.id, make_interval(secs => $2 * CASE WHEN c.is_live THEN 1 ELSE 5 END) AS longest
     FROM ${tableOf('Channel')} c WHERE c.platform = $1) v
   WHERE s.channel_id = v.id AND s.active AND s.next_probe_at > now() + v.longest`,
)

const lag = statement(
  'probe_lag',
  sql`SELECT ${expressions<{ active: number; lagSeconds: number }>({
    active: 'count(*)::integer',
    lagSeconds: 'greatest(0, extract(epoch FROM now() - min(next_probe_at)))::float8',
  })}
   FROM dm.probe_schedule s JOIN ${tableOf('Channel')} c ON c.id = s.channel_id AND c.platform = ANY ($1) WHERE s.active`,
)

/**
 * Leases up to `limit` due channels for this poller alone, most overdue first, and orphaned leases of its holder with them.
 * Without a `request`, nobody takes a lost lease back before it runs out. With `dueBy`, only what was due at that instant of the past.
 */
export const leaseProbes = (
  db: Transaction,
  platform: PlatformName,
  limit: number,
  request: LeaseRequest = createLeaseHolder().next(),
  dueBy: Date | null = null,
): Promise<ProbeLease[]> => db.query(leaseDue, [platform, limit, leaseSeconds, ...leaseRequestValues(request), dueBy])

/** What names a lease. */
type Lease = Pick<CompletedProbe, 'channelId' | 'leaseToken'>
type Completed<Probe> = Probe & { completed: CompletedProbe }

const keyOf = ({ channelId, leaseToken }: Lease): string => `${channelId} ${leaseToken}`

/**
 * Gives leases back with what was seen; returns the probes whose leases still held. What was seen under another token must not
 * be written: a poller can have lost a channel and leased it again.
 */
export const completeLeases = async <Probe>(
  tx: Transaction,
  probes: readonly Completed<Probe>[],
): Promise<readonly Completed<Probe>[]> => {
  const rows = probes.map(({ completed }) => completed)
  const lost = new Set((await tx.query(completeProbes, columnsOfRows(rows, ...completedFields))).map(keyOf))
  return lost.size === 0 ? probes : probes.filter(({ completed }) => !lost.has(keyOf(completed)))
}

/** Gives leases back after a call without an answer. Only the time of the next try changes. */
export const postponeLeases = async (
  tx: Transaction,
  leases: readonly { channelId: bigint; leaseToken: bigint; seconds: number }[],
): Promise<void> => {
  await tx.query(postponeProbes, [jsonRows(leases)])
}

/** Gives leases back unused, for a poller that stops. */
export const releaseLeases = async (tx: Transaction, leases: readonly ProbeLease[]): Promise<void> => {
  const rows = leases.map(({ channelId, leaseToken }) => ({ channelId, leaseToken }))
  if (rows.length > 0) await tx.query(releaseDue, [jsonRows(rows)])
}

/** Brings probes forward that are planned for later than an interval in seconds allows; repeating it changes nothing. */
export const bringProbesForward = async (
  db: Transaction,
  platform: PlatformName,
  pollIntervalSeconds: number,
): Promise<void> => {
  await db.query(bringForward, [platform, pollIntervalSeconds])
}

/** How many channels of the platforms are probed and how late the most overdue of them is, in seconds. */
export const pollLag = async (
  db: Transaction,
  platforms: readonly PlatformName[],
): Promise<{ active: number; lagSeconds: number }> => (await db.query(lag, [platforms]))[0]!
