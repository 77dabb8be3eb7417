import { tierWorkLease } from '../stores/postgres/environments.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { type Statement, sql, statement } from '../stores/postgres/statement.ts'
import { type JobScope, queueSchema } from './job-scope.ts'

type Bounds = {
  table: string
  /** How far ahead of now each column may lie at most, as an interval of SQL. */
  columns: Readonly<Record<string, string>>
  /** Due times by the column with the instant at which they were planned; the two move back together. */
  plannedAt?: Readonly<Record<string, string>>
  where?: string
}

/** Bounds of columns that say when something was seen or done. */
const allPast = (...columns: string[]): Record<string, string> =>
  Object.fromEntries(columns.map((name) => [name, '0 seconds']))

/** Every instant that is compared with the database's now. A due time is bounded by the longest plan, a lease by its length. */
const dmBounds: readonly Bounds[] = [
  {
    table: 'dm.probe_schedule',
    columns: {
      ...allPast(
        'last_probed_at',
        'last_live_at',
        'last_missed_at',
        'missed_before_at',
        'followers_asked_at',
        'switched_at',
      ),
      leased_until: '90 seconds',
      profile_due_at: '28 hours',
      followers_due_at: '1 day',
    },
    plannedAt: { followers_due_at: 'followers_asked_at' },
  },
  {
    table: 'dm.streamer_channel',
    columns: allPast(
      'first_seen_at',
      'last_seen_at',
      'last_seen_online_at',
      'last_status_change_at',
      'profile_observed_at',
      'slug_observed_at',
      'status_observed_at',
    ),
  },
  {
    table: 'dm.stream_session',
    columns: allPast('last_live_at', 'told_live_at', 'details_observed_at', 'updated_at', 'aggregates_due_at'),
    // Those that are not over, and those that are not aggregated.
    where: 'aggregated_at IS NULL',
  },
  {
    table: 'dm.event_subscription',
    columns: { ...allPast('last_event_at', 'missing_since', 'renewed_at'), retry_at: '6 hours' },
  },
  { table: 'dm.event_subscription_removal', columns: allPast('removed_at') },
  { table: 'dm.event_type_watch', columns: allPast('watched_since', 'quiet_since', 'checked_at', 'renewed_at') },
  { table: 'dm.chat_archive_log', columns: { leased_until: '2 minutes' } },
  { table: 'dm.erasure', columns: { leased_until: '30 seconds' } },
  { table: 'dm.spool_backlog', columns: allPast('oldest_at', 'told_at') },
  { table: 'dm.environment', columns: { ...allPast('told_at'), work_until: tierWorkLease } },
  { table: 'dm.deleted_channel', columns: allPast('deleted_at') },
  { table: 'dm.channel_trust_score', columns: allPast('computed_at') },
]

// A statement of the future would outweigh what is said from now on. Those of a channel keep their order and stay apart, because the same
// may be said twice. Channels whose sessions are all aggregated are left out: nothing more is said of those.
const statementsAhead = statement(
  'pull_back_dm_session_detail',
  sql`WITH ahead AS (
       SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY said_at DESC, id DESC) AS nth FROM dm.session_detail
       WHERE said_at > now() AND channel_id IN (SELECT channel_id FROM dm.stream_session WHERE aggregated_at IS NULL)),
     pulled AS (
       UPDATE dm.session_detail d SET said_at = now() - (ahead.nth - 1) * interval '1 millisecond' FROM ahead
       WHERE d.id = ahead.id RETURNING 1)
   SELECT ${expressions<{ rows: number }>({ rows: 'count(*)::integer' })} FROM pulled`,
)

const publicBounds: readonly Bounds[] = [
  { table: 'public.api_keys', columns: allPast('last_used_at') },
  // A ticket beyond this bound would be valid for longer than it was made for, so it ends.
  { table: 'public.link_tickets', columns: { expires_at: '24 hours' } },
  { table: 'public.streamer_trust_scores', columns: allPast('computed_at') },
  { table: 'public.alert_cursor', columns: allPast('begun_at') },
  { table: 'public.alert_rule', columns: allPast('since') },
  { table: 'public.alert_state', columns: allPast('told_at') },
  {
    table: 'public.alert_target',
    columns: { ...allPast('failing_since', 'delivered_at', 'answered_at'), wait_until: '24 hours' },
  },
  { table: 'public.alert_delivery', columns: { due_at: '24 hours', leased_until: '2 minutes' } },
  { table: 'public.alert_thread', columns: allPast('updated_at') },
]

/** A queue of jobs. Its first start makes these tables. */
const queueBoundsOf = (schema: string): readonly Bounds[] => [
  { table: `${schema}.version`, columns: allPast('cron_on', 'bam_on', 'flow_on', 'reindex_on') },
  { table: `${schema}.queue`, columns: allPast('monitor_claim_on', 'monitor_on', 'maintain_on') },
  {
    table: `${schema}.job`,
    columns: { ...allPast('created_on', 'started_on', 'heartbeat_on'), start_after: '1 hour' },
    where: `state < 'completed'`,
  },
]

const pullBackOf = ({ table, columns, plannedAt = {}, where = 'true' }: Bounds): Statement<{ rows: number }> => {
  const names = Object.keys(columns)
  const isAhead = (name: string): string => `${name} > now() + interval '${columns[name]}'`
  const values = names.map((name) => {
    const plan = plannedAt[name]
    const moved = plan === undefined ? '' : `WHEN ${plan} > now() THEN ${name} - (${plan} - now())`
    return `${name} = CASE ${moved} WHEN ${isAhead(name)} THEN now() ELSE ${name} END`
  })
  return statement(
    `pull_back_${table.replace('.', '_')}`,
    sql`WITH pulled AS (UPDATE ${table} SET ${values.join(', ')} WHERE ${where} AND (${names.map(isAhead).join(' OR ')}) RETURNING 1)
     SELECT ${expressions<{ rows: number }>({ rows: 'count(*)::integer' })} FROM pulled`,
  )
}

const dmStatements = [...dmBounds.map(pullBackOf), statementsAhead]
const publicStatements = publicBounds.map(pullBackOf)

const queueOf = (scope: JobScope) => {
  const schema = queueSchema[scope]
  return {
    exists: statement(
      `pull_back_has_${schema}`,
      sql`SELECT ${expressions<{ hasQueue: boolean }>({ hasQueue: `to_regclass('${schema}.job') IS NOT NULL` })}`,
    ),
    statements: queueBoundsOf(schema).map(pullBackOf),
    // pg-boss queues each due time once. A due time in the future that is noted as queued has to be queued again when it comes.
    forgetSlots: statement(
      `pull_back_slots_${schema}`,
      `UPDATE ${schema}.job SET singleton_on = NULL WHERE singleton_on > now() AT TIME ZONE 'UTC'`,
    ),
  }
}
const queues = { tier: queueOf('tier'), environment: queueOf('environment') }

/** Which columns of which tables are pulled back. */
export const clampedColumns: ReadonlyMap<string, readonly string[]> = new Map(
  [...dmBounds, { table: 'dm.session_detail', columns: allPast('said_at') }, ...publicBounds].map(
    ({ table, columns }) => [table, Object.keys(columns)],
  ),
)

/**
 * Sets every stored instant to now that lies further ahead of the database's clock than anybody plans, and returns how many
 * rows it changed. Such an instant was stored before the clock was set back. Until it came, nothing would be leased, renewed
 * or believed. Repeating it changes nothing.
 */
export const clampFutureInstants = async (databases: { dm: Postgres; public: Postgres }): Promise<number> => {
  let rows = 0
  const run = async (db: Postgres, statements: readonly Statement<{ rows: number }>[]): Promise<void> => {
    for (const one of statements) rows += await db.transaction(async (tx) => (await tx.query(one))[0]!.rows)
  }
  const runSide = async (
    db: Postgres,
    own: typeof publicStatements,
    queue: ReturnType<typeof queueOf>,
  ): Promise<void> => {
    await run(db, own)
    if (!(await db.query(queue.exists))[0]!.hasQueue) return
    await run(db, queue.statements)
    await db.query(queue.forgetSlots)
  }
  await runSide(databases.dm, dmStatements, queues.tier)
  await runSide(databases.public, publicStatements, queues.environment)
  return rows
}
