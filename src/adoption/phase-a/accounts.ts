import type { Transaction } from '../../stores/postgres/postgres.ts'
import { hasLegacyScores, type LegacyTable, presentTables } from '../legacy-tables.ts'
import { countRows, distinctBehind } from '../pace.ts'
import { ask, type Step } from '../step.ts'

/** An account that a table knows; `at` is the earliest instant that it is known from. */
type KnownAccount = { platform: string; userId: string; at: Date | null }

/** Makes a channel for each account that has none, with the synthetic slug until its name is known. Returns how many were asked for. */
const ensureChannels = async (tx: Transaction, accounts: readonly KnownAccount[]): Promise<number> => {
  await tx.query(
    ask(`SELECT count(adoption.ensure_channel(v.platform, v.user_id, v.at)) FROM (
      SELECT platform, user_id, at FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS u(platform, user_id, at, n) ORDER BY n) v`),
    [accounts.map(({ platform }) => platform), accounts.map(({ userId }) => userId), accounts.map(({ at }) => at)],
  )
  return accounts.length
}

/** A place in the sources: which one, and the last user or row of it that is done. */
type Position = { source: number; after: string }

/** Where accounts are known from: each answers the next of them behind a place, at most so many, and the place that it came to. */
type Source = {
  table: LegacyTable | 'public.streamer_trust_scores'
  first: string
  /** `$1` is the place, `$2` how many; rows are (place, platform, user_id, at). */
  sql: string
  size: number
}

const byRow = (table: LegacyTable, columns: { platform: string; user: string; at: string; size?: number }): Source => ({
  table,
  first: '0',
  size: columns.size ?? 20_000,
  sql: `WITH behind AS (SELECT * FROM ${table} WHERE id > $1::bigint ORDER BY id LIMIT $2)
    SELECT (SELECT max(id)::text FROM behind) AS place, ${columns.platform} AS platform, ${columns.user} AS user_id, min(${columns.at}) AS at
    FROM behind GROUP BY 2, 3 ORDER BY min(id)`,
})

const byUser = (table: LegacyTable, column: string, { platform, at }: { platform: string; at: string }): Source => ({
  table,
  first: '',
  size: 2_000,
  sql: `SELECT u.id AS place, ${platform} AS platform, u.id AS user_id, (SELECT min(t.${at}) FROM ${table} t WHERE t.${column} = u.id) AS at
    FROM (${distinctBehind(table, column)}) u ORDER BY u.id`,
})

// The order of the design: rows that know a profile, sessions, probes; then every other table that knows a user.
const sources: readonly Source[] = [
  byRow('public.streamer_channels', { platform: 'platform', user: 'kick_user_id', at: 'created_at' }),
  byUser('public.kick_stream_sessions', 'kick_user_id', { platform: `'kick'`, at: 'stream_started_at' }),
  byUser('public.kick_streamer_probe', 'platform_user_id', {
    platform: `(SELECT t.platform FROM public.kick_streamer_probe t WHERE t.platform_user_id = u.id ORDER BY t.recorded_at LIMIT 1)`,
    at: 'recorded_at',
  }),
  // An id of one platform may be one of another: the rows of others than Kick are few, and are read once.
  {
    table: 'public.kick_streamer_probe',
    first: '',
    size: 1_000_000_000,
    sql: `SELECT 'end' AS place, platform, platform_user_id AS user_id, min(recorded_at) AS at FROM public.kick_streamer_probe
      WHERE $1 = '' AND platform <> 'kick' GROUP BY 2, 3 UNION ALL
      SELECT DISTINCT 'end', 'kick', o.platform_user_id, (SELECT min(k.recorded_at) FROM public.kick_streamer_probe k WHERE k.platform_user_id = o.platform_user_id AND k.platform = 'kick')
      FROM (SELECT DISTINCT platform_user_id FROM public.kick_streamer_probe WHERE $1 = '' AND platform <> 'kick') o
      WHERE EXISTS (SELECT FROM public.kick_streamer_probe k WHERE k.platform_user_id = o.platform_user_id AND k.platform = 'kick') LIMIT $2`,
  },
  byUser('public.kick_chat_messages', 'kick_user_id', { platform: `'kick'`, at: 'created_at' }),
  byUser('public.kick_streamer_probe_schedule', 'kick_user_id', { platform: `'kick'`, at: 'last_probed_at' }),
  byRow('public.kick_event_subscriptions', { platform: `'kick'`, user: 'kick_user_id', at: 'created_at' }),
  {
    table: 'public.streamer_trust_scores',
    first: '',
    size: 1_000,
    sql: `SELECT platform || ':' || platform_user_id AS place, platform, platform_user_id AS user_id, computed_at AS at FROM public.streamer_trust_scores
      WHERE (platform || ':' || platform_user_id) COLLATE "C" > $1 COLLATE "C" AND platform IS NOT NULL ORDER BY (platform || ':' || platform_user_id) COLLATE "C" LIMIT $2`,
  },
  byRow('public.streamer_trust_score_history', { platform: 'platform', user: 'platform_user_id', at: 'computed_at' }),
  byRow('scrape.kick_raw', { platform: `'kick'`, user: 'kick_user_id', at: 'fetched_at' }),
]

const countsByUser = new Set<string>([
  'public.kick_stream_sessions',
  'public.kick_streamer_probe',
  'public.kick_chat_messages',
])

/** About how many channels there will be: as many as the largest table of users has different ones. */
export const expectedChannels = async (db: Transaction): Promise<number> => {
  const rows = await db.query(
    ask<{
      count: number
      tuples: number
    }>(`SELECT s.n_distinct::float8 AS count, c.reltuples::float8 AS tuples FROM pg_stats s
      JOIN pg_class c ON c.oid = to_regclass(s.schemaname || '.' || s.tablename)
      WHERE (s.schemaname || '.' || s.tablename, s.attname) IN (('public.kick_stream_sessions', 'kick_user_id'), ('public.kick_streamer_probe', 'platform_user_id'), ('public.kick_chat_messages', 'kick_user_id'))`),
  )
  const small = await countRows(db, ['public.streamer_channels', 'public.kick_streamer_probe_schedule'])
  return Math.max(0, ...small.values(), ...rows.map(({ count, tuples }) => (count < 0 ? -count * tuples : count)))
}

/** Makes the channels. */
export const accountsStep: Step = {
  name: 'accounts',
  phase: 'phase-a',
  fills: ['dm.streamer_channel', 'dm.streamer_channel_slug_history', 'dm.probe_schedule'],
  title: 'Make a channel for each account that any table knows',
  async estimate({ db }) {
    const channels = await expectedChannels(db)
    const present = [...(await presentTables(db))]
    const counts = await countRows(
      db,
      present.filter((table) => !countsByUser.has(table)),
    )
    const rows = [...counts.values()].reduce((sum, count) => sum + count, 0)
    return { rows: Math.round(channels * 3 + rows), seconds: channels * 0.0006 + rows * 0.00002 + 0.3 }
  },
  async run({ db, batches }) {
    const present = await presentTables(db)
    const withScores = await hasLegacyScores(db)
    const used = sources.filter(({ table }) =>
      table === 'public.streamer_trust_scores' ? withScores : present.has(table),
    )
    await batches<Position>(async (tx, saved, size) => {
      const { source, after } = saved ?? { source: 0, after: used[0]?.first ?? '' }
      const at = used[source]
      if (!at) return { position: { source, after }, rows: 0, done: true }
      const rows = await tx.query(
        ask<{ place: string; platform: string; user_id: string | null; at: Date | null }>(at.sql),
        [after, size(at.size)],
      )
      const next = used[source + 1]
      const last = rows.at(-1)
      await ensureChannels(
        tx,
        rows.flatMap(({ platform, user_id: userId, at: seenAt }) =>
          userId === null ? [] : [{ platform, userId, at: seenAt }],
        ),
      )
      // A source that answers nothing more is done; the next one begins at its own start.
      const position =
        last === undefined ? { source: source + 1, after: next?.first ?? '' } : { source, after: last.place }
      return { position, rows: rows.length, done: last === undefined && next === undefined }
    })
  },
}
