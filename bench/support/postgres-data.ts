import path from 'node:path'
import pg from 'pg'
import { silentLog } from '../../src/lib/log.ts'
import { startEmbeddedPostgres } from '../../src/stores/postgres/embedded.ts'
import { migratePostgres } from '../../src/stores/postgres/migrate.ts'
import { childrenOf, parentOf, processCpuUs } from './usage.ts'

/** A Postgres of the benchmarks' own, migrated. */
export type BenchPostgres = {
  readonly url: string
  /** CPU time of all its processes so far in microseconds. */
  cpuUs(): number
  query(sql: string): Promise<pg.QueryResult>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a throw-away Postgres below `directory` with the project's own migrations applied. */
export const startPostgres = async (directory: string): Promise<BenchPostgres> => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await startEmbeddedPostgres({ directory, log: silentLog, durable: false }))
  const migrations = path.resolve(import.meta.dirname, '../../prisma/migrations')
  await migratePostgres({ url: server.url, directory: migrations, sides: ['dm', 'public'], log: silentLog })
  const client = new pg.Client({ connectionString: server.url, options: '-c TimeZone=UTC' })
  await client.connect()
  stack.defer(() => client.end())
  // The same for every server that connects, whatever it sets itself.
  await client.query(`ALTER DATABASE channelscope SET jit = off`)
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
  const postmaster = parentOf(rows[0].pid)
  const owned = stack.move()
  return {
    url: server.url,
    cpuUs: () => childrenOf(postmaster).reduce((sum, pid) => sum + processCpuUs(pid), 0),
    query: (sql) => client.query(sql),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The slug of the n-th channel of `fillChannels`; all have the same length. */
export const channelSlug = (n: number): string => `channel-${String(n).padStart(6, '0')}`

const channels = (count: number) => `
INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug, display_name, avatar_url, bio,
  follower_count, status, last_seen_online_at, last_status_change_at, first_seen_at, last_seen_at)
SELECT '01' || lpad(n::text, 24, '0'), 'kick', (1000000 + n)::text, 'channel-' || lpad(n::text, 6, '0'), 'Channel ' || n,
  'https://files.example/profile/' || md5(n::text) || '.webp', 'Streams most evenings. ' || md5((n * 7)::text),
  (n * 7919) % 250000, CASE WHEN n % 10 = 0 THEN 'online' ELSE 'offline' END,
  at - make_interval(secs => n % 86400), at - make_interval(secs => n % 86400), at - interval '400 days',
  at - make_interval(secs => (n * 31) % 600000, mins => 1)
FROM generate_series(1, ${count}) n, date_trunc('hour', now()) at`

// One to three names a channel; the last is the current one.
const slugs = `
INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until)
SELECT c.id, CASE WHEN k = c.id % 3 THEN c.current_slug ELSE 'old-' || k || '-' || c.current_slug END,
  c.first_seen_at + make_interval(days => k::int * 90),
  CASE WHEN k < c.id % 3 THEN c.first_seen_at + make_interval(days => k::int * 90 + 90) END
FROM dm.streamer_channel c, generate_series(0, c.id % 3) k`

const sessions = (each: number) => `
INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, platform_stream_id, title, category, language)
SELECT c.id, began, CASE WHEN k = 0 AND c.is_live THEN NULL ELSE began + make_interval(mins => 90 + (c.id * k % 240)::int) END,
  CASE WHEN k = 0 AND c.is_live THEN NULL ELSE 'poll' END, (c.id * 100 + k)::text,
  'Session ' || k || ' of ' || c.display_name || ', late into the night', 'Category ' || (c.id + k) % 20,
  (ARRAY['en', 'de', 'es', 'pt', 'tr'])[1 + c.id % 5]
FROM dm.streamer_channel c, generate_series(0, ${each - 1}) k,
  LATERAL (SELECT c.last_seen_at - make_interval(days => k, mins => (c.id % 97)::int, secs => 0.125) AS began) s`

/** Fills the database with channels, one to three names each and `sessionsEach` sessions each; every tenth is live now. */
export const fillChannels = async (postgres: BenchPostgres, count: number, sessionsEach: number): Promise<void> => {
  await postgres.query(channels(count))
  await postgres.query(slugs)
  await postgres.query(sessions(sessionsEach))
  await postgres.query('VACUUM ANALYZE')
}
