import { ConfigError } from '../lib/errors.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { ask } from './step.ts'

/** The tables of the system from before that are taken over; `public.streamers` and what hangs on it is not among them. */
export const legacyTables = [
  'public.streamer_channels',
  'public.kick_stream_sessions',
  'public.kick_streamer_probe',
  'public.kick_streamer_probe_schedule',
  'public.kick_chat_messages',
  'public.kick_chat_s3_archive_log',
  'public.kick_event_subscriptions',
  'public.streamer_trust_score_history',
  'scrape.kick_raw',
  'webhooks.incoming',
] as const

export type LegacyTable = (typeof legacyTables)[number]

/** The columns of each by which it is taken over; what an old writer may leave out is among them. */
const legacyColumns: Readonly<Record<LegacyTable | 'public.streamer_trust_scores', string>> = {
  'public.streamer_channels':
    'id streamer_id platform channel_name kick_user_id kick_display_name kick_avatar_url kick_bio kick_follower_count kick_subscriber_count verified created_at kick_synced_at',
  'public.kick_stream_sessions':
    'id kick_user_id channel_name stream_started_at stream_ended_at title category peak_viewers last_probe_at',
  'public.kick_streamer_probe':
    'id platform platform_user_id stream_started_at viewer_count follower_count recorded_at',
  'public.kick_streamer_probe_schedule': 'kick_user_id next_probe_at last_probed_at interval_seconds',
  'public.kick_chat_messages':
    'id message_id kick_user_id channel_slug sender_user_id sender_username content emotes badges created_at',
  'public.kick_chat_s3_archive_log': 'id rows_exported files_written success error created_at',
  'public.kick_event_subscriptions': 'id kick_user_id event_type subscription_id created_at',
  'public.streamer_trust_score_history': 'id platform platform_user_id score factors computed_at',
  'public.streamer_trust_scores': 'platform platform_user_id score factors computed_at',
  'scrape.kick_raw': 'id kick_user_id url status body fetched_at',
  'webhooks.incoming': 'id source event_type message_id payload signature verified received_at',
}

const lackingColumn = ask<{ table: string; column: string }>(
  `SELECT t.name AS "table", c.name AS "column"
    FROM json_each_text($1) t(name, columns) CROSS JOIN string_to_table(t.columns, ' ') c(name)
    WHERE to_regclass(t.name) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = to_regclass(t.name) AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped)
    ORDER BY 1, 2 LIMIT 1`,
)

/** Refuses tables that have only the names of those from before, as a ConfigError that names a column that is missing. */
export const requireLegacyColumns = async (db: Transaction): Promise<void> => {
  const { 'public.streamer_trust_scores': _, ...others } = legacyColumns
  const looked = (await hasLegacyScores(db)) ? legacyColumns : others
  const [lacking] = await db.query(lackingColumn, [JSON.stringify(looked)])
  if (lacking)
    throw new ConfigError(
      `${lacking.table} has no column ${lacking.column}, so it is not the table that can be adopted: rename it, or name another database.`,
    )
}

/** Those of them that a database has. */
export const presentTables = async (db: Transaction): Promise<ReadonlySet<LegacyTable>> => {
  // By the catalogue: to look up a name in a schema that a login may not use is an error.
  const rows = await db.query(
    ask<{ name: LegacyTable }>(
      `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind NOT IN ('i', 'I', 'S', 'c') AND n.nspname || '.' || c.relname = ANY ($1)`,
    ),
    [legacyTables],
  )
  return new Set(rows.map(({ name }) => name))
}

/** Whether the table of scores is the one from before: it is kept under its name, so its columns tell. */
export const hasLegacyScores = async (db: Transaction): Promise<boolean> => {
  const [row] = await db.query(
    ask<{
      has: boolean
    }>(`SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.streamer_trust_scores')
      AND attname = 'platform_user_id' AND NOT attisdropped) AS has`),
  )
  return row!.has
}

/** Whether a database has any table of the system from before. */
export const hasLegacyTables = async (db: Transaction): Promise<boolean> =>
  (await presentTables(db)).size > 0 || (await hasLegacyScores(db))
