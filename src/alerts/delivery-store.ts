import type { ModelRows } from '../../prisma/generated/models.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { TargetKind } from '../targets/target.ts'
import type { Message } from './message.ts'

/** A delivery that this process may try now, with what it needs for that. */
export type Leased = Pick<ModelRows['AlertDelivery'], 'id' | 'messageId' | 'targetId' | 'tries'> &
  Pick<ModelRows['Alert'], 'channelId'> & {
    lease: string
    /** How long ago what it tells was recorded. */
    ageMs: number
    message: Message
    threadState: string | null
    target: TargetRow
  }

/** A target as it is opened. */
export type TargetRow = Pick<ModelRows['AlertTarget'], 'id' | 'name' | 'kind' | 'version' | 'secrets' | 'failures'> & {
  settings: Record<string, unknown>
}

export type LeaseLimits = {
  /** Deliveries that are taken at most. */
  count: number
  /** Deliveries of one target that are under way at once, on all nodes. */
  perTarget: number
  /** After as many failures in a row only one delivery of a target is under way at once: one that hangs takes no more of the places of others. */
  failuresBeforeOne: number
  /** Kinds of targets that take one delivery after another. */
  oneByOne: readonly TargetKind[]
  leaseMs: number
}

// Of each strand only the first that waits. The strands are walked along the index, so what waits behind costs nothing.
const lease = statement(
  'alerts_lease',
  sql`WITH due AS (
     SELECT h.id FROM public.alert_target t
     CROSS JOIN LATERAL (
       WITH RECURSIVE heads AS (
         (SELECT d.strand, d.id, d.due_at, d.leased_until FROM public.alert_delivery d
          WHERE d.target_id = t.id AND d.state = 'waiting' ORDER BY d.strand, d.id LIMIT 1)
         UNION ALL
         SELECT n.* FROM heads h CROSS JOIN LATERAL (
           SELECT d.strand, d.id, d.due_at, d.leased_until FROM public.alert_delivery d
           WHERE d.target_id = t.id AND d.state = 'waiting' AND d.strand > h.strand ORDER BY d.strand, d.id LIMIT 1) n)
       SELECT f.id, f.due_at FROM heads f WHERE f.due_at <= now() AND (f.leased_until IS NULL OR f.leased_until < now())
       ORDER BY f.due_at, f.id
       LIMIT greatest(0, CASE WHEN t.failures >= $4 OR t.kind = ANY ($5) THEN 1 ELSE $3 END - (SELECT count(*) FROM heads b WHERE b.leased_until >= now()))) h
     WHERE t.paused_at IS NULL AND (t.wait_until IS NULL OR t.wait_until <= now())
     ORDER BY h.due_at, h.id LIMIT $1),
   taken AS (
     SELECT d.id FROM public.alert_delivery d WHERE d.id IN (SELECT id FROM due)
       AND d.state = 'waiting' AND (d.leased_until IS NULL OR d.leased_until < now())
     FOR UPDATE SKIP LOCKED),
   leased AS (
     UPDATE public.alert_delivery d SET lease = gen_random_uuid(), leased_until = now() + $2 * interval '1 millisecond',
       attempts = d.attempts + 1
     FROM taken WHERE d.id = taken.id
     RETURNING d.*)
   SELECT ${select('AlertDelivery', ['id', 'messageId', 'targetId', 'tries'], 'd')},
     ${select('Alert', ['channelId'], 'a')},
     ${expressions<{ lease: string; ageMs: number; message: unknown; threadState: string | null; target: unknown }>({
       lease: 'd.lease::text',
       ageMs: `(extract(epoch FROM clock_timestamp() - a.recorded_at) * 1000)::float8`,
       message: 'a.message',
       threadState: `(SELECT h.state FROM public.alert_thread h WHERE h.target_id = d.target_id AND h.thread = a.message->>'thread')`,
       target: `json_build_object('id', t.id, 'name', t.name, 'kind', t.kind, 'version', t.version, 'secrets', t.secrets, 'failures', t.failures, 'settings', t.settings)`,
     })}
   FROM leased d JOIN public.alert a ON a.id = d.alert_id JOIN public.alert_target t ON t.id = d.target_id
   ORDER BY d.id`,
)

/** Takes deliveries that are due. Nobody else tries them until the lease is over. */
export const leaseDeliveries = async (db: Transaction, limits: LeaseLimits): Promise<Leased[]> => {
  const { count, perTarget, failuresBeforeOne, oneByOne, leaseMs } = limits
  return (await db.query(lease, [count, leaseMs, perTarget, failuresBeforeOne, oneByOne])) as Leased[]
}

const giveBack = statement(
  'alerts_give_back',
  `UPDATE public.alert_delivery SET lease = NULL, leased_until = NULL WHERE lease = ANY ($1::uuid[])`,
)

/** Gives leases back whose attempts were broken off. */
export const giveBackLeases = async (db: Transaction, leases: readonly string[]): Promise<void> => {
  if (leases.length > 0) await db.query(giveBack, [leases])
}

/** How an attempt ended, as it is kept. */
export type Attempt = { outcome: 'delivered' | 'retry' | 'refused'; status: number | null; answer: string; ms: number }

const record = (state: string, more: string, target: string) => `
   WITH ended AS (
     UPDATE public.alert_delivery SET lease = NULL, leased_until = NULL, state = ${state}${more},
       ended_at = CASE WHEN ${state} <> 'waiting' THEN now() END
     WHERE id = $1 AND lease = $2 RETURNING id, attempts, target_id),
   tried AS (
     INSERT INTO public.alert_attempt (delivery_id, number, outcome, status, answer, ms)
     SELECT id, attempts, $3, $4, $5, $6 FROM ended)${target}`

// The same values as of the attempt itself.
const answered = 'answered_at = now(), answer_outcome = $3, answer_status = $4, answer = $5, answer_ms = $6'

const attemptValues = ({ id, lease: token }: Pick<Leased, 'id' | 'lease'>, attempt: Attempt) => [
  ...[id, token, attempt.outcome, attempt.status, attempt.answer, Math.round(attempt.ms)],
]

// The row of the target is written where that says something new, so that deliveries do not wait for each other.
const recordDelivered = statement(
  'alerts_record_delivered',
  sql`${record(`'delivered'`, '', '')},
   thread AS (
     INSERT INTO public.alert_thread AS h (target_id, thread, channel_id, state)
     SELECT target_id, $7, $8, $9 FROM ended WHERE $9::text IS NOT NULL AND $7::text IS NOT NULL
     ON CONFLICT (target_id, thread) DO UPDATE SET state = EXCLUDED.state, updated_at = now()),
   healthy AS (
     UPDATE public.alert_target t SET failures = 0, failing_since = NULL, wait_until = NULL, delivered_at = now(), ${answered}
     FROM ended e WHERE t.id = e.target_id
       AND (t.failures > 0 OR t.wait_until IS NOT NULL OR t.delivered_at IS NULL OR t.delivered_at < now() - interval '10 seconds'))
   SELECT ${expressions<{ count: number }>({ count: 'count(*)::integer' })} FROM ended`,
)

/** Writes that a delivery arrived. False where the lease was lost meanwhile: then somebody else tries it. */
export const keepDelivered = async (
  db: Transaction,
  leased: Leased,
  attempt: Attempt,
  threadState: string | undefined,
): Promise<boolean> => {
  const values = [leased.message.thread, leased.channelId ?? 0n, threadState ?? null]
  return (await db.query(recordDelivered, [...attemptValues(leased, attempt), ...values]))[0]!.count > 0
}

const failed = expressions<{ failures: number; failingForMs: number }>({
  failures: 't.failures',
  failingForMs: `(extract(epoch FROM now() - t.failing_since) * 1000)::float8`,
})

const recordFailed = statement(
  'alerts_record_failed',
  sql`${record(
    `CASE WHEN $7 THEN 'dead' ELSE 'waiting' END`,
    `, tries = tries + 1, due_at = now() + $8 * interval '1 millisecond'`,
    `,
   sick AS (
     UPDATE public.alert_target t SET failures = t.failures + 1, failing_since = coalesce(t.failing_since, now()), ${answered},
       wait_until = CASE WHEN $9::float8 IS NULL THEN t.wait_until
         ELSE greatest(t.wait_until, now() + $9::float8 * interval '1 millisecond') END
     FROM ended e WHERE t.id = e.target_id RETURNING t.*)`,
  )}
   SELECT ${failed} FROM sick t`,
)

/** What becomes of a delivery, and of its target, after an attempt that failed. */
export type Failure = {
  isDead: boolean
  /** When the delivery is tried again. */
  retryMs: number
  /** For how long nothing at all is sent to the target; null for no longer than before. */
  targetWaitMs: number | null
}

/** Writes that an attempt failed, and says how the target does; null where the lease was lost meanwhile. */
export const keepFailed = async (
  tx: Transaction,
  leased: Leased,
  attempt: Attempt,
  { isDead, retryMs, targetWaitMs }: Failure,
): Promise<{ failures: number; failingForMs: number } | null> =>
  (await tx.query(recordFailed, [...attemptValues(leased, attempt), isDead, retryMs, targetWaitMs]))[0] ?? null

const pause = statement(
  'alerts_pause_target',
  `UPDATE public.alert_target SET paused_at = now(), paused_reason = $2 WHERE id = $1 AND paused_at IS NULL RETURNING id`,
)

/** Sends nothing to a target until somebody resumes it; false where it is paused already. */
export const pauseTarget = async (tx: Transaction, targetId: string, reason: string): Promise<boolean> =>
  (await tx.query(pause, [targetId, reason])).length > 0
