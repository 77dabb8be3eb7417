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
