import type { Transaction } from '../stores/postgres/postgres.ts'
import { summarizeFindings } from './bookkeeping.ts'
import { hasLegacyScores, type LegacyTable, presentTables } from './legacy-tables.ts'
import { columnTables } from './phase-a/triggers.ts'
import { ask, type FindingSummary } from './step.ts'

/** How a table from before and ours compare: rows that each has as the other should have it, and a checksum of them. */
type TableParity = {
  /** The legacy table, and what it is compared with. */
  source: string
  destination: string
  sourceRows: number
  destinationRows: number
  sourceChecksum: string
  destinationChecksum: string
  /** Rows that only one side has, or that differ. */
  differences: number
  examples: string[]
}

/** What the two systems agree on, and what they do not. */
export type Parity = {
  /** Whether nothing differs and no row of a user lacks its channel. */
  isClean: boolean
  /** By table: rows that name a user and have no channel. */
  withoutChannel: { table: string; rows: number }[]
  tables: TableParity[]
  findings: FindingSummary[]
  /** What was written through old tables and columns, the latest first. */
  lastWrites: { table: string; column: string; at: Date }[]
}

/** Two queries that answer the same rows, as (key, value), where both systems agree. */
type Comparison = { source: LegacyTable; destination: string; expected: string; actual: string }

const iso = (instant: string): string => `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`

/** All that can be compared; the steps that look after differences use the same queries. */
export const comparisons: readonly Comparison[] = [
  {
    source: 'public.streamer_channels',
    destination: 'public.streamer_channel_link',
    expected: `SELECT c.streamer_id || ' ' || a.channel_id AS key, c.verified::text AS value
      FROM (SELECT DISTINCT channel_id FROM public.streamer_channels WHERE channel_id IS NOT NULL AND streamer_id IS NOT NULL) a
      CROSS JOIN LATERAL adoption.claims_of(a.channel_id) c`,
    actual: `SELECT streamer_id || ' ' || channel_id AS key, verified::text AS value FROM public.streamer_channel_link`,
  },
  {
    source: 'public.kick_stream_sessions',
    destination: 'dm.stream_session',
    // An end that this program observed itself is the better one, and is written back.
    expected: `SELECT btrim(b.kick_user_id) || ' ' || ${iso('b.started_at')} AS key, CASE WHEN b.ended_at IS NULL THEN 'open' ELSE 'ended' END AS value
      FROM adoption.broadcasts_of(ARRAY(SELECT DISTINCT kick_user_id FROM public.kick_stream_sessions)) b`,
    actual: `SELECT c.platform_user_id || ' ' || ${iso('s.started_at')} AS key, CASE WHEN s.ended_at IS NULL THEN 'open' ELSE 'ended' END AS value
      FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id WHERE c.platform = 'kick'`,
  },
  {
    source: 'public.kick_streamer_probe_schedule',
    destination: 'dm.probe_schedule',
    expected: `SELECT DISTINCT channel_id::text AS key, '' AS value FROM public.kick_streamer_probe_schedule WHERE channel_id IS NOT NULL`,
    actual: `SELECT s.channel_id::text AS key, '' AS value FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id WHERE s.active AND c.platform = 'kick'`,
  },
  {
    source: 'public.kick_event_subscriptions',
    destination: 'dm.event_subscription',
    expected: `SELECT channel_id || ' ' || event_type AS key, max(CASE WHEN subscription_id IS NULL THEN '' ELSE 'promised' END) AS value
      FROM public.kick_event_subscriptions WHERE channel_id IS NOT NULL GROUP BY 1`,
    actual: `SELECT d.channel_id || ' ' || d.event AS key, CASE WHEN d.platform_subscription_id IS NULL THEN '' ELSE 'promised' END AS value
      FROM dm.event_subscription d JOIN dm.streamer_channel c ON c.id = d.channel_id
      WHERE c.platform = 'kick' AND (d.platform_subscription_id IS NOT NULL OR EXISTS (
        SELECT FROM public.kick_event_subscriptions r WHERE r.channel_id = d.channel_id AND r.event_type = d.event))`,
  },
  {
    source: 'public.kick_chat_s3_archive_log',
    destination: 'dm.chat_archive_log',
    expected: `SELECT ${iso('adoption.past(created_at)')} || ' ' || row_number() OVER (PARTITION BY date_trunc('milliseconds', created_at) ORDER BY id) AS key,
      rows_exported || ' ' || files_written || ' ' || success AS value FROM public.kick_chat_s3_archive_log`,
    actual: `SELECT ${iso('created_at')} || ' ' || row_number() OVER (PARTITION BY created_at ORDER BY window_from) AS key,
      rows_exported || ' ' || files_written || ' ' || success AS value FROM dm.chat_archive_log WHERE env = 'legacy'`,
  },
  {
    source: 'webhooks.incoming',
    destination: 'dm.webhook_message_ids',
    expected: `SELECT message_id AS key, '' AS value FROM webhooks.incoming WHERE source = 'kick' AND verified AND processed AND message_id IS NOT NULL`,
    // Channelscope receives deliveries of its own meanwhile, and forgets old ones.
    actual: `SELECT i.message_id AS key, '' AS value FROM dm.webhook_message_ids i WHERE i.source = 'kick'
      AND EXISTS (SELECT FROM webhooks.incoming r WHERE r.source = 'kick' AND r.message_id = i.message_id AND r.verified AND r.processed)`,
  },
]

const compare = async (
  db: Transaction,
  { source, destination, expected, actual }: Comparison,
): Promise<TableParity> => {
  const checksum = (side: string) =>
    `md5(coalesce(sum(hashtextextended(${side}.key || chr(31) || ${side}.value, 0)::numeric) FILTER (WHERE ${side}.key IS NOT NULL), 0)::text)`
  const [row] = await db.query(
    ask<Omit<TableParity, 'source' | 'destination'>>(`
    WITH e AS MATERIALIZED (${expected}), a AS MATERIALIZED (${actual})
    SELECT count(e.key)::int AS "sourceRows", count(a.key)::int AS "destinationRows", ${checksum('e')} AS "sourceChecksum", ${checksum('a')} AS "destinationChecksum",
      (count(*) FILTER (WHERE e.value IS DISTINCT FROM a.value))::int AS differences,
      coalesce((array_agg(coalesce(e.key, a.key) || CASE WHEN a.key IS NULL THEN ' is missing' WHEN e.key IS NULL THEN ' is ours only' ELSE ' is ' || e.value || ' there, ' || a.value || ' here' END)
        FILTER (WHERE e.value IS DISTINCT FROM a.value))[1:3], '{}') AS examples
    FROM e FULL JOIN a USING (key)`),
  )
  return { source, destination, ...row! }
}

/** The keys that differ, for whoever looks after them. */
export const differingKeys = async (db: Transaction, { expected, actual }: Comparison): Promise<string[]> =>
  (
    await db.query(
      ask<{ key: string }>(`WITH e AS MATERIALIZED (${expected}), a AS MATERIALIZED (${actual})
      SELECT key FROM e FULL JOIN a USING (key) WHERE e.value IS DISTINCT FROM a.value ORDER BY 1`),
    )
  ).map(({ key }) => key)

const users: readonly { table: LegacyTable | 'public.streamer_trust_scores'; sql: string }[] = [
  ...columnTables.map((table) => ({
    table,
    sql: `SELECT count(*)::int AS rows FROM ${table} WHERE channel_id IS NULL AND adoption.user_of(kick_user_id) IS NOT NULL
      ${table === 'public.streamer_channels' ? 'AND adoption.platform_of(platform) IS NOT NULL' : ''}`,
  })),
  ...(
    ['public.kick_streamer_probe', 'public.streamer_trust_score_history', 'public.streamer_trust_scores'] as const
  ).map((table) => ({
    table,
    sql: `SELECT coalesce(sum(u.rows), 0)::int AS rows FROM (
        SELECT adoption.platform_of(platform) AS platform, adoption.user_of(platform_user_id) AS platform_user_id, sum(rows) AS rows
        FROM (SELECT platform, platform_user_id, count(*) AS rows FROM ${table} GROUP BY 1, 2) g GROUP BY 1, 2) u
      LEFT JOIN dm.streamer_channel c USING (platform, platform_user_id) WHERE c.id IS NULL AND u.platform IS NOT NULL AND u.platform_user_id IS NOT NULL`,
  })),
]

/** Compares both systems; reads all of the tables, and changes nothing. */
export const readParity = async (db: Transaction): Promise<Parity> => {
  const present = await presentTables(db)
  const withScores = await hasLegacyScores(db)
  const withoutChannel: Parity['withoutChannel'] = []
  for (const { table, sql } of users)
    if (table === 'public.streamer_trust_scores' ? withScores : present.has(table))
      withoutChannel.push({ table, rows: (await db.query(ask<{ rows: number }>(sql)))[0]!.rows })
  const tables: TableParity[] = []
  for (const comparison of comparisons) if (present.has(comparison.source)) tables.push(await compare(db, comparison))
  const findings = await summarizeFindings(db)
  const lastWrites = await db.query(
    ask<Parity['lastWrites'][number]>(
      `SELECT table_name AS "table", column_name AS "column", last_at AS at FROM adoption.last_write ORDER BY last_at DESC`,
    ),
  )
  const isClean = withoutChannel.every(({ rows }) => rows === 0) && tables.every(({ differences }) => differences === 0)
  return { isClean, withoutChannel, tables, findings, lastWrites }
}
