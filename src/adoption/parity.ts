import type { Transaction } from '../stores/postgres/postgres.ts'
import { summarizeFindings } from './bookkeeping.ts'
import { hasLegacyScores, type LegacyTable, presentTables } from './legacy-tables.ts'
import { columnTables } from './phase-a/triggers.ts'
import { ask, type FindingSummary } from './step.ts'

/** How a table from before and ours compare: rows that each has as the other should have it, and a checksum of what is compared of them. */
type TableParity = {
  /** The legacy table, and what it is compared with. */
  source: string
  destination: string
  sourceRows: number
  destinationRows: number
  sourceChecksum: string
  destinationChecksum: string
  /** Rows that only one side has, or that differ without a reason. */
  differences: number
  /** Rows that differ because this program observed them later. */
  explained: number
  /** Some of both, each with what differs, and why where it is known. */
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

/**
 * Two queries that answer the same rows where both systems agree. A row has a key, a value that is always the same, and where both sides hold more,
 * what they tell as JSON (`told`) with the instant as of which they do (`observed`): what was observed later may differ, and is listed.
 * What one side leaves out of `told` is not compared.
 */
type Comparison = {
  source: LegacyTable
  destination: string
  /** Whether the queries are about the channels beyond `$1` and through `$2`, else about everything. */
  isByChannel: boolean
  expected: string
  actual: string
}

const iso = (instant: string): string => `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`

/** SQL: the columns of a comparison that has nothing to tell beside its value. */
const valueAlone = `'{}'::jsonb AS told, 'epoch'::timestamptz AS observed`

const ofChannels = (column: string): string => `${column} > $1::bigint AND ${column} <= $2::bigint`

/** All that can be compared; the steps that look after differences use the same queries. */
export const comparisons: readonly Comparison[] = [
  {
    source: 'public.streamer_channels',
    destination: 'public.streamer_channel_link',
    isByChannel: true,
    expected: `SELECT c.streamer_id || ' ' || a.channel_id AS key, c.verified::text AS value, ${valueAlone}
      FROM (SELECT DISTINCT channel_id FROM public.streamer_channels WHERE ${ofChannels('channel_id')} AND streamer_id IS NOT NULL) a
      CROSS JOIN LATERAL adoption.claims_of(a.channel_id) c`,
    actual: `SELECT streamer_id || ' ' || channel_id AS key, verified::text AS value, ${valueAlone} FROM public.streamer_channel_link WHERE ${ofChannels('channel_id')}`,
  },
  {
    source: 'public.streamer_channels',
    destination: 'dm.streamer_channel',
    isByChannel: true,
    expected: `SELECT r.channel_id || ' profile' AS key, '' AS value, jsonb_strip_nulls(jsonb_build_object(
        'name', (array_agg(kick_display_name ORDER BY at DESC, id DESC) FILTER (WHERE btrim(kick_display_name) <> ''))[1],
        'picture', (array_agg(kick_avatar_url ORDER BY at DESC, id DESC) FILTER (WHERE kick_avatar_url <> ''))[1],
        'about', (array_agg(kick_bio ORDER BY at DESC, id DESC) FILTER (WHERE kick_bio IS NOT NULL))[1],
        'followers', (array_agg(kick_follower_count ORDER BY at DESC, id DESC) FILTER (WHERE kick_follower_count >= 0))[1],
        'subscribers', (array_agg(kick_subscriber_count ORDER BY at DESC, id DESC) FILTER (WHERE kick_subscriber_count >= 0))[1])) AS told,
        adoption.past(max(at)) AS observed
      FROM (SELECT *, coalesce(kick_synced_at, created_at) AS at FROM public.streamer_channels WHERE ${ofChannels('channel_id')}) r GROUP BY r.channel_id`,
    actual: `SELECT c.id || ' profile' AS key, '' AS value, jsonb_build_object('name', coalesce(display_name, ''), 'picture', coalesce(avatar_url, ''), 'about', coalesce(bio, ''),
        'followers', coalesce(follower_count, -1), 'subscribers', coalesce(subscriber_count, -1)) AS told, profile_observed_at AS observed
      FROM dm.streamer_channel c WHERE ${ofChannels('c.id')} AND EXISTS (SELECT FROM public.streamer_channels r WHERE r.channel_id = c.id)`,
  },
  {
    source: 'public.kick_stream_sessions',
    destination: 'dm.stream_session',
    isByChannel: true,
    expected: `SELECT DISTINCT ON (1) btrim(b.kick_user_id) || ' ' || ${iso('b.started_at')} AS key, CASE WHEN b.ended_at IS NULL THEN 'open' ELSE 'ended' END AS value,
        jsonb_strip_nulls(jsonb_build_object('ended', ${iso('b.ended_at')}, 'title', b.title, 'category', b.category, 'peak', b.peak_viewers)) AS told,
        adoption.past(coalesce(b.last_probe_at, b.started_at)) AS observed
      FROM adoption.broadcasts_of(ARRAY(SELECT DISTINCT kick_user_id FROM public.kick_stream_sessions WHERE ${ofChannels('channel_id')})) b
      ORDER BY 1, b.ended_at DESC`,
    // An end that this program observed itself is the better one, and so is a peak that it computed from telemetry.
    actual: `SELECT c.platform_user_id || ' ' || ${iso('s.started_at')} AS key, CASE WHEN s.ended_at IS NULL THEN 'open' ELSE 'ended' END AS value,
        jsonb_strip_nulls(jsonb_build_object('ended', ${iso('s.ended_at')}, 'title', coalesce(s.title, ''), 'category', coalesce(s.category, ''),
          'peak', CASE WHEN s.aggregated_at IS NULL AND s.samples IS NULL THEN s.peak_viewers END)) AS told,
        CASE WHEN s.provenance = 'legacy' AND coalesce(s.end_source, 'import') = 'import' THEN s.details_observed_at ELSE 'infinity' END AS observed
      FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id WHERE c.platform = 'kick' AND ${ofChannels('c.id')}`,
  },
  {
    source: 'public.kick_streamer_probe_schedule',
    destination: 'dm.probe_schedule',
    isByChannel: true,
    expected: `SELECT DISTINCT channel_id::text AS key, '' AS value, ${valueAlone} FROM public.kick_streamer_probe_schedule WHERE ${ofChannels('channel_id')}`,
    actual: `SELECT s.channel_id::text AS key, '' AS value, ${valueAlone} FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id
      WHERE s.active AND c.platform = 'kick' AND ${ofChannels('c.id')}`,
  },
  {
    source: 'public.kick_event_subscriptions',
    destination: 'dm.event_subscription',
    isByChannel: true,
    expected: `SELECT channel_id || ' ' || event_type AS key, max(CASE WHEN subscription_id IS NULL THEN '' ELSE 'promised' END) AS value, ${valueAlone}
      FROM public.kick_event_subscriptions WHERE ${ofChannels('channel_id')} GROUP BY 1`,
    actual: `SELECT d.channel_id || ' ' || d.event AS key, CASE WHEN d.platform_subscription_id IS NULL THEN '' ELSE 'promised' END AS value, ${valueAlone}
      FROM dm.event_subscription d JOIN dm.streamer_channel c ON c.id = d.channel_id
      WHERE c.platform = 'kick' AND ${ofChannels('c.id')} AND (d.platform_subscription_id IS NOT NULL OR EXISTS (
        SELECT FROM public.kick_event_subscriptions r WHERE r.channel_id = d.channel_id AND r.event_type = d.event))`,
  },
  {
    source: 'public.kick_chat_s3_archive_log',
    destination: 'dm.chat_archive_log',
    isByChannel: false,
    expected: `SELECT ${iso('adoption.past(created_at)')} || ' ' || row_number() OVER (PARTITION BY date_trunc('milliseconds', created_at) ORDER BY id) AS key,
      rows_exported || ' ' || files_written || ' ' || success || ' ' || coalesce(error, '') AS value, ${valueAlone} FROM public.kick_chat_s3_archive_log`,
    actual: `SELECT ${iso('created_at')} || ' ' || row_number() OVER (PARTITION BY created_at ORDER BY window_from) AS key,
      rows_exported || ' ' || files_written || ' ' || success || ' ' || coalesce(error, '') AS value, ${valueAlone} FROM dm.chat_archive_log WHERE env = 'legacy'`,
  },
  {
    source: 'webhooks.incoming',
    destination: 'dm.webhook_message_ids',
    isByChannel: false,
    expected: `SELECT message_id AS key, '' AS value, ${valueAlone} FROM webhooks.incoming WHERE source = 'kick' AND verified AND processed AND message_id IS NOT NULL`,
    // Channelscope receives deliveries of its own meanwhile, and forgets old ones.
    actual: `SELECT i.message_id AS key, '' AS value, ${valueAlone} FROM dm.webhook_message_ids i WHERE i.source = 'kick'
      AND EXISTS (SELECT FROM webhooks.incoming r WHERE r.source = 'kick' AND r.message_id = i.message_id AND r.verified AND r.processed)`,
  },
]

/** Channels that are compared at once, so that a comparison needs as much memory for many channels as for few. */
const sliceChannels = 2_000

const nextSlice = ask<{ last: bigint | null }>(
  `SELECT max(id) AS last FROM (SELECT id FROM dm.streamer_channel WHERE id > $1 ORDER BY id LIMIT ${sliceChannels}) s`,
)

/** A part of a comparison: the channels beyond one and through another. */
type Slice = { after: bigint; last: bigint }

/** The part of a comparison behind a channel; null where there is none. */
export const sliceBehind = async (
  db: Transaction,
  { isByChannel }: Comparison,
  after: bigint,
): Promise<Slice | null> => {
  if (!isByChannel) return after === 0n ? { after, last: 1n } : null
  const last = (await db.query(nextSlice, [after]))[0]!.last
  return last === null ? null : { after, last }
}

/** SQL: of what one side tells, that which the other tells as well: the rest is not compared, and is in no checksum. */
const sharedOf = (side: string, other: string): string => `CASE WHEN ${side}.told = ${other}.told THEN ${side}.told
  ELSE (SELECT coalesce(jsonb_object_agg(t.key, t.value), '{}') FROM jsonb_each(${side}.told) t WHERE ${other}.told ? t.key) END`

/** SQL: the rows of both sides side by side, with whether they differ, and whether that has a reason. */
const sideBySide = ({ isByChannel, expected, actual }: Comparison): string => `
  WITH e AS MATERIALIZED (${expected}), a AS MATERIALIZED (${actual}),
  b AS (
    SELECT key, e.key IS NOT NULL AS there, a.key IS NOT NULL AS here, e.value AS value_there, a.value AS value_here, e.observed AS observed_there, a.observed AS observed_here,
      e.value IS DISTINCT FROM a.value AS is_other,
      CASE WHEN e.told IS DISTINCT FROM a.told THEN (
        SELECT jsonb_object_agg(t.key, jsonb_build_array(t.value, a.told -> t.key)) FROM jsonb_each(e.told) t
        WHERE a.told ? t.key AND t.value <> a.told -> t.key) END AS other,
      e.key || chr(31) || e.value || chr(31) || ${sharedOf('e', 'a')} AS text_there, a.key || chr(31) || a.value || chr(31) || ${sharedOf('a', 'e')} AS text_here
    FROM e FULL JOIN a USING (key)${isByChannel ? '' : ' WHERE $1::bigint < $2::bigint'})
  SELECT *, is_other OR other IS NOT NULL AND observed_here <= observed_there AS differs, NOT is_other AND other IS NOT NULL AND observed_here > observed_there AS explained FROM b`

const hashOf = (text: string): string => `coalesce(sum(hashtextextended(${text}, 0)::numeric), 0)::text`

type SliceParity = Omit<TableParity, 'source' | 'destination'>

const examplesShown = 20

const compare = async (db: Transaction, comparison: Comparison): Promise<TableParity> => {
  const { source, destination } = comparison
  const sql = ask<SliceParity>(`
    SELECT (count(*) FILTER (WHERE there))::int AS "sourceRows", (count(*) FILTER (WHERE here))::int AS "destinationRows",
      ${hashOf('text_there')} AS "sourceChecksum", ${hashOf('text_here')} AS "destinationChecksum",
      (count(*) FILTER (WHERE differs))::int AS differences, (count(*) FILTER (WHERE explained))::int AS explained,
      coalesce((array_agg(key || CASE WHEN NOT here THEN ' is missing' WHEN NOT there THEN ' is ours only'
          WHEN is_other THEN ' is ' || value_there || ' there, ' || value_here || ' here'
          ELSE (SELECT string_agg(' has ' || t.key || ' ' || (t.value -> 0) || ' there, ' || (t.value -> 1) || ' here', ';') FROM jsonb_each(other) t)
            || CASE WHEN explained THEN ': this program observed it later' ELSE '' END END ORDER BY differs DESC, key)
        FILTER (WHERE differs OR explained))[1:${examplesShown}], '{}') AS examples
    FROM (${sideBySide(comparison)}) s`)
  const sum: SliceParity = {
    sourceRows: 0,
    destinationRows: 0,
    sourceChecksum: '0',
    destinationChecksum: '0',
    differences: 0,
    explained: 0,
    examples: [],
  }
  const added = (one: string, other: string): string => String(BigInt(one) + BigInt(other))
  let slice = await sliceBehind(db, comparison, 0n)
  for (; slice; slice = await sliceBehind(db, comparison, slice.last)) {
    const row = (await db.query(sql, [slice.after, slice.last]))[0]!
    sum.sourceRows += row.sourceRows
    sum.destinationRows += row.destinationRows
    sum.sourceChecksum = added(sum.sourceChecksum, row.sourceChecksum)
    sum.destinationChecksum = added(sum.destinationChecksum, row.destinationChecksum)
    sum.differences += row.differences
    sum.explained += row.explained
    sum.examples = [...sum.examples, ...row.examples].slice(0, examplesShown)
  }
  const shown = (checksum: string): string => BigInt.asUintN(64, BigInt(checksum)).toString(16).padStart(16, '0')
  return {
    source,
    destination,
    ...sum,
    sourceChecksum: shown(sum.sourceChecksum),
    destinationChecksum: shown(sum.destinationChecksum),
  }
}

/** The keys of a part that differ without a reason, for whoever looks after them. */
export const differingKeys = async (db: Transaction, comparison: Comparison, slice: Slice): Promise<string[]> =>
  (
    await db.query(ask<{ key: string }>(`SELECT key FROM (${sideBySide(comparison)}) s WHERE differs ORDER BY 1`), [
      slice.after,
      slice.last,
    ])
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
