import { expressions, tableOf } from '../stores/postgres/model.ts'
import { sql } from '../stores/postgres/statement.ts'
import type { BucketPlan } from '../telemetry/buckets.ts'
import { outageIntervals } from '../telemetry/outages.ts'
import type { Context } from './context.ts'
import { type Condition, rowsWhere, statementOf } from './row-list.ts'

/** The follows of channels that fulfil the conditions, by the buckets of a plan that has some; one statement. */
export const totalsOfFollows = async (
  { databases }: Context,
  { from, to, edges }: BucketPlan,
  conditions: readonly Condition[],
): Promise<number[]> => {
  const totals = Array<number>(edges.length - 1).fill(0)
  const counted = expressions<{ bucket: number; follows: number }>({
    bucket: 'width_bucket(f.occurred_at, $3::timestamptz[])',
    follows: 'count(*)::float8',
  })
  const { statement, values } = statementOf(
    'totals_of_follows',
    conditions,
    (parameters) => sql`SELECT ${counted} FROM ${tableOf('KickFollowEvent')} f
     WHERE f.occurred_at >= $1 AND f.occurred_at < $2 ${
       conditions.length > 0
         ? `AND f.channel_id IN (SELECT c.id ${rowsWhere('Channel', conditions, 'c', parameters)})`
         : ''
     }
     GROUP BY 1`,
    4,
  )
  const starts = edges.slice(0, -1).map((edge) => new Date(edge))
  const rows = await databases.dm.query(statement, [new Date(from), new Date(to), starts, ...values])
  // Postgres counts buckets from 1.
  for (const { bucket, follows } of rows) totals[bucket - 1]! += follows
  return totals
}

/** What is expected of the probes of some channels. */
export type ExpectedProbes = {
  /** For how many seconds the channels should have been observed in the range. */
  seconds: number
  /** Probes to come stand for no time before it, in milliseconds since the epoch; null where no channel is watched. */
  settledUntil: number | null
  /** The longest interval between probes that is planned now, in milliseconds; 0 where no channel is watched. */
  longestInterval: number
}

/**
 * What is expected of the probes of the channels that fulfil the conditions from `from` to `until`, one statement. A channel should be observed while it
 * is watched, up to `until` or to its last probe where the next one is not overdue; one that is watched no more, up to its last probe. The next probe
 * stands for the time since the last one, in whole seconds, and at most for 2.5 intervals before `now`. Instants are in milliseconds since the epoch.
 */
export const expectedProbes = async (
  { databases }: Context,
  { from, until, now }: { from: number; until: number; now: number },
  conditions: readonly Condition[],
): Promise<ExpectedProbes> => {
  const reach = `make_interval(secs => ${outageIntervals} * s.interval_seconds)`
  const watchedUntil = `CASE WHEN NOT s.active OR $2::timestamptz - s.last_probed_at <= ${reach}
    THEN s.last_probed_at ELSE $2::timestamptz END`
  const expected = expressions<ExpectedProbes>({
    seconds: `coalesce(sum(greatest(0, extract(epoch FROM least($2::timestamptz, ${watchedUntil}) - $1::timestamptz))), 0)::float8`,
    settledUntil: `(floor(extract(epoch FROM min(greatest(s.last_probed_at, $3::timestamptz - ${reach})) FILTER (WHERE s.active))) * 1000)::float8`,
    longestInterval: '(coalesce(max(s.interval_seconds) FILTER (WHERE s.active), 0) * 1000)::float8',
  })
  const { statement, values } = statementOf(
    'expected_probes',
    conditions,
    (parameters) => sql`SELECT ${expected} FROM ${tableOf('ProbeSchedule')} s
     ${conditions.length > 0 ? `WHERE s.channel_id IN (SELECT c.id ${rowsWhere('Channel', conditions, 'c', parameters)})` : ''}`,
    4,
  )
  const instants = [from, until, now].map((ms) => new Date(ms))
  const [row] = await databases.dm.query(statement, [...instants, ...values])
  return row!
}
