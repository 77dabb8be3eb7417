import type { ModelRows } from '../../prisma/generated/models.ts'
import { jsonRows } from '../lib/json-rows.ts'
import type { FollowerTotals, PlatformName } from '../platforms/platform.ts'
import { isOrphanedLease, type LeaseRequest, leaseRequestValues } from '../stores/postgres/lease-holder.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, sql, statement } from '../stores/postgres/statement.ts'

/** A channel whose followers are to be asked for, with what is stored of its probes. */
export type FollowerLease = Pick<ModelRows['ProbeSchedule'], 'channelId' | 'lastProbedAt' | 'intervalSeconds'> &
  Pick<ModelRows['Channel'], 'platformUserId'>

type FollowerLeaseOptions = Pick<FollowerTotals, 'batchSize' | 'everySeconds' | 'usersPerDay'> & {
  platform: PlatformName
  /** Whether this is the only probe that the platform's channels get. */
  isProbe: boolean
  request: LeaseRequest
}

// Two processes that counted the same spending would spend the rest twice.
const lockBudget = statement('followers_lock_budget', `SELECT pg_advisory_xact_lock(hashtext('dm followers ' || $1))`)

const countSpent = statement(
  'followers_count_spent',
  sql`SELECT ${expressions<{ spent: number }>({ spent: 'count(*)::integer' })} FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id AND c.platform = $1
   WHERE s.followers_asked_at >= date_trunc('day', now(), 'UTC') AND ${isOrphanedLease('s.followers_lease_id', 2)} IS NOT TRUE`,
)

// The due time moves before the call, so that a crash in between costs a turn and no money. An orphaned lease is due at once.
const leaseDue = statement(
  'followers_lease_due',
  sql`UPDATE dm.probe_schedule s SET followers_asked_at = now(), followers_due_at = now() + make_interval(secs => $3::integer), followers_lease_id = $5,
     next_probe_at = CASE WHEN $4::boolean THEN now() + make_interval(secs => $3::integer) ELSE s.next_probe_at END,
     interval_seconds = CASE WHEN $4::boolean THEN $3::integer ELSE s.interval_seconds END
   FROM (SELECT s.channel_id, s.last_probed_at, s.interval_seconds, c.platform_user_id FROM dm.probe_schedule s
         JOIN dm.streamer_channel c ON c.id = s.channel_id AND c.platform = $1
         WHERE s.active AND (s.followers_due_at <= now() OR ${isOrphanedLease('s.followers_lease_id', 5)})
         ORDER BY s.followers_asked_at NULLS FIRST, s.channel_id LIMIT $2 FOR UPDATE OF s SKIP LOCKED) due
   WHERE s.channel_id = due.channel_id
   RETURNING ${select('ProbeSchedule', ['channelId', 'lastProbedAt', 'intervalSeconds'], 'due')},
     ${select('Channel', ['platformUserId'], 'due')}`,
)

const postponeDue = statement(
  'followers_postpone_due',
  `UPDATE dm.probe_schedule s SET followers_due_at = date_trunc('day', now(), 'UTC') + interval '1 day',
     next_probe_at = CASE WHEN $2 THEN date_trunc('day', now(), 'UTC') + interval '1 day' ELSE s.next_probe_at END
   FROM dm.streamer_channel c WHERE c.id = s.channel_id AND c.platform = $1 AND s.active AND s.followers_due_at <= now()
   RETURNING s.channel_id`,
)

const closeLease = statement(
  'followers_close_lease',
  'UPDATE dm.probe_schedule SET followers_lease_id = NULL WHERE followers_lease_id = $1',
)

const completeProbes = statement(
  'followers_complete_probes',
  `UPDATE dm.probe_schedule SET last_probed_at = ${notInFuture('$2::timestamptz')}, consecutive_failures = 0
   WHERE channel_id = ANY ($1::bigint[])`,
)

const keepTotals = statement(
  'followers_keep_told',
  `UPDATE dm.probe_schedule s SET followers_told = v."followerCount"
   FROM json_to_recordset($1) AS v("channelId" bigint, "followerCount" integer) WHERE s.channel_id = v."channelId"`,
)

const giveBack = statement(
  'followers_give_back',
  `UPDATE dm.probe_schedule SET followers_asked_at = CASE WHEN $3::boolean THEN followers_asked_at END,
     followers_due_at = CASE WHEN $3::boolean THEN followers_due_at ELSE now() + make_interval(secs => $2::integer) END,
     next_probe_at = CASE WHEN $4::boolean AND NOT $3::boolean THEN now() + make_interval(secs => $2::integer) ELSE next_probe_at END,
     consecutive_failures = consecutive_failures + CASE WHEN $4::boolean THEN 1 ELSE 0 END
   WHERE channel_id = ANY ($1::bigint[])`,
)

/**
 * Leases up to a batch of due channels, those not asked for longest first, and counts them as asked for. When the users of the
 * UTC day are spent, everything due is `postponed` to the next day.
 */
export const leaseFollowers = (
  db: Postgres,
  { platform, batchSize, everySeconds, usersPerDay, isProbe, request }: FollowerLeaseOptions,
): Promise<{ leases: FollowerLease[]; postponed: number }> =>
  db.transaction(async (tx) => {
    let limit = batchSize
    if (Number.isFinite(usersPerDay)) {
      await tx.query(lockBudget, [platform])
      const [row] = await tx.query(countSpent, [platform, ...leaseRequestValues(request)])
      limit = Math.min(batchSize, usersPerDay - row!.spent)
      if (limit <= 0) return { leases: [], postponed: (await tx.query(postponeDue, [platform, isProbe])).length }
    }
    const values = [platform, limit, everySeconds, isProbe, ...leaseRequestValues(request)]
    return { leases: await tx.query(leaseDue, values), postponed: 0 }
  })

/** Notes that the platform was asked for the channels of a lease, so that the lease is not taken back. */
export const closeFollowerLease = async (db: Transaction, { id }: LeaseRequest): Promise<void> => {
  await db.query(closeLease, [id])
}

/** Notes a probe of channels that have no other. */
export const completeFollowerProbes = async (
  db: Transaction,
  channelIds: readonly bigint[],
  at: Date,
): Promise<void> => {
  await db.query(completeProbes, [channelIds, at])
}

/** Keeps totals until the next probe of their channels records them. */
export const storePendingTotals = async (
  db: Transaction,
  totals: readonly { channelId: bigint; followerCount: number }[],
): Promise<void> => {
  if (totals.length > 0) await db.query(keepTotals, [jsonRows(totals)])
}

/** Gives leases back after a call without an answer. They are due again in `seconds`, unless the call `spent` their turn. */
export const releaseFollowerLeases = async (
  db: Transaction,
  channelIds: readonly bigint[],
  { seconds, spent, isProbe }: { seconds: number; spent: boolean; isProbe: boolean },
): Promise<void> => {
  await db.query(giveBack, [channelIds, seconds, spent, isProbe])
}
