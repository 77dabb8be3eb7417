import { ConfigError } from '../lib/errors.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { hasLegacyScores, type LegacyTable, legacyTables } from './legacy-tables.ts'
import { columnTables, scores } from './phase-a/triggers.ts'
import { ask } from './step.ts'

/** A type as the old tables have it. */
type Type = 'text' | 'integer' | 'bigint' | 'numeric' | 'boolean' | 'jsonb' | 'timestamptz'

/** What a column may be instead: the same words, or whole numbers that are no wider. */
const allowed: Readonly<Record<Type, readonly string[]>> = {
  text: ['text', 'character varying'],
  integer: ['integer', 'smallint'],
  bigint: ['bigint', 'integer', 'smallint'],
  numeric: ['numeric'],
  boolean: ['boolean'],
  jsonb: ['jsonb'],
  timestamptz: ['timestamp with time zone'],
}

/** The columns of each by which it is taken over, and into which is written back; what an old writer may leave out is among them. */
export const legacyColumns: Readonly<Record<LegacyTable | typeof scores, Partial<Record<Type, string>>>> = {
  'public.streamer_channels': {
    integer: 'id streamer_id kick_follower_count kick_subscriber_count',
    text: 'platform channel_name kick_user_id kick_display_name kick_avatar_url kick_bio',
    boolean: 'verified kick_is_live',
    timestamptz: 'created_at kick_synced_at',
  },
  'public.kick_stream_sessions': {
    bigint: 'id',
    text: 'kick_user_id channel_name title category',
    integer: 'peak_viewers',
    numeric: 'avg_viewers',
    timestamptz: 'stream_started_at stream_ended_at last_probe_at',
  },
  'public.kick_streamer_probe': {
    bigint: 'id',
    text: 'platform platform_user_id',
    integer: 'viewer_count follower_count',
    timestamptz: 'stream_started_at recorded_at',
  },
  'public.kick_streamer_probe_schedule': {
    text: 'kick_user_id',
    integer: 'interval_seconds',
    timestamptz: 'next_probe_at last_probed_at',
  },
  'public.kick_chat_messages': {
    bigint: 'id',
    text: 'message_id kick_user_id channel_slug sender_user_id sender_username content',
    jsonb: 'emotes badges',
    timestamptz: 'created_at',
  },
  'public.kick_chat_s3_archive_log': {
    bigint: 'id rows_exported',
    integer: 'files_written',
    boolean: 'success',
    text: 'error',
    timestamptz: 'created_at',
  },
  'public.kick_event_subscriptions': {
    bigint: 'id',
    text: 'kick_user_id event_type subscription_id',
    timestamptz: 'created_at',
  },
  'public.streamer_trust_score_history': {
    bigint: 'id',
    text: 'platform platform_user_id',
    numeric: 'score',
    jsonb: 'factors',
    timestamptz: 'computed_at',
  },
  'public.streamer_trust_scores': {
    text: 'platform platform_user_id',
    numeric: 'score',
    jsonb: 'factors',
    timestamptz: 'computed_at',
  },
  'scrape.kick_raw': { bigint: 'id', text: 'kick_user_id url body', integer: 'status', timestamptz: 'fetched_at' },
  'webhooks.incoming': {
    bigint: 'id',
    text: 'source event_type message_id subscription_id payload signature error',
    boolean: 'verified processed',
    timestamptz: 'received_at',
  },
}

const unfit = ask<{ table: string; column: string; needed: string; type: string | null }>(
  `SELECT t."table", c.name AS "column", t.needed, format_type(a.atttypid, NULL) AS type
    FROM json_to_recordset($1) AS t("table" text, needed text, allowed text[], columns text[]) CROSS JOIN unnest(t.columns) c(name)
    LEFT JOIN pg_attribute a ON a.attrelid = to_regclass(t."table") AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped
    WHERE to_regclass(t."table") IS NOT NULL AND (a.attname IS NULL OR format_type(a.atttypid, NULL) <> ALL (t.allowed))
    ORDER BY a.attname IS NOT NULL, 1, 2 LIMIT 1`,
)

const requireColumns = async (db: Transaction, tables: readonly (LegacyTable | typeof scores)[]): Promise<void> => {
  const asked = tables.flatMap((table) =>
    Object.entries(legacyColumns[table]).map(([needed, columns]) => ({
      table,
      needed,
      allowed: allowed[needed as Type],
      columns: columns.split(' '),
    })),
  )
  const [found] = await db.query(unfit, [JSON.stringify(asked)])
  if (!found) return
  const { table, column, needed, type } = found
  const what = type === null ? `${table} has no column ${column}` : `${table}.${column} is ${type} and not ${needed}`
  throw new ConfigError(`${what}, so it is not the table that can be adopted: rename it, or name another database.`)
}

/** The columns that Phase A adds. */
const addedColumns = [
  ...columnTables.map((table) => ({ table, column: 'channel_id' })),
  ...['channel_id', 'algorithm', 'legacy_factors'].map((column) => ({ table: scores, column })),
]

const taken = ask<{ table: string; column: string }>(
  `SELECT t."table", t."column" FROM json_to_recordset($1) AS t("table" text, "column" text)
    WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(t."table") AND a.attname = t."column" AND NOT a.attisdropped)`,
)

/** The columns of the old tables that have a name of one that Phase A adds. Once it has begun, they may be its own. */
export const takenColumns = async (db: Transaction): Promise<{ table: string; column: string }[]> => {
  const withScores = await hasLegacyScores(db)
  const asked = addedColumns.filter(({ table }) => table !== scores || withScores)
  return db.query(taken, [JSON.stringify(asked)])
}

// What Phase A makes on the tables is for their owner alone; indexes of a table need its schema, references to streamers a right.
const lackingRights = ask<{ login: string; lacking: string }>(
  `SELECT current_user AS login, lacking FROM (
    SELECT 1 AS n, 'own ' || t.name AS lacking FROM unnest($1::text[]) AS t(name) JOIN pg_class c ON c.oid = to_regclass(t.name)
      WHERE NOT pg_has_role(c.relowner, 'USAGE')
    UNION ALL SELECT 2, 'own the function public.delete_streamer_cascade(integer)' FROM pg_proc
      WHERE oid = to_regprocedure('public.delete_streamer_cascade(integer)') AND NOT pg_has_role(proowner, 'USAGE')
    UNION ALL SELECT 3, 'have CREATE on the database' WHERE NOT has_database_privilege(current_database(), 'CREATE')
    UNION ALL SELECT 4, 'have CREATE on the schema ' || n.nspname FROM pg_namespace n
      WHERE NOT has_schema_privilege(n.oid, 'CREATE') AND (n.nspname = 'public' OR n.nspname = 'scrape' AND to_regclass('scrape.kick_raw') IS NOT NULL)
    UNION ALL SELECT 5, 'have ' || r.name || ' on public.streamers' FROM unnest(ARRAY['REFERENCES', 'SELECT']) r(name)
      WHERE NOT has_table_privilege(to_regclass('public.streamers'), r.name)
  ) l ORDER BY n, lacking LIMIT 1`,
)

/** Refuses old tables that can not be adopted as they are, before anything is made, as a ConfigError that names the first reason. */
export const requireAdoptable = async (db: Transaction): Promise<void> => {
  const tables = [...legacyTables, ...((await hasLegacyScores(db)) ? ([scores] as const) : [])]
  await requireColumns(db, tables)
  const [column] = await takenColumns(db)
  if (column)
    throw new ConfigError(
      `${column.table} has a column ${column.column}, which Phase A adds: rename that column, then try again.`,
    )
  const [right] = await db.query(lackingRights, [tables])
  if (right)
    throw new ConfigError(
      `The login ${right.login} of DATABASE_URL has to ${right.lacking}: give it that, or name the login that has it.`,
    )
}
