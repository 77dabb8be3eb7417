import type pg from 'pg'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

export type LargeOptions = {
  users?: number
  sessions?: number
  /** Rows of probes in Postgres; ClickHouse has the older half of them, and as many from before. */
  probes?: number
  chat?: number
  deliveries?: number
}

const defaults = { users: 50_000, sessions: 1_000_000, probes: 10_000_000, chat: 3_000_000, deliveries: 300_000 }

/** Everything about row `n` of `count` follows from its number: its user takes turns, its instant runs from `days` ago to now. */
const spread = (count: number, users: number, days: number) => ({
  user: `(90000000 + n % ${users})::text`,
  at: `at - make_interval(secs => (${count} - n)::bigint * ${days * 86_400} / ${count})`,
})

const statements = ({ users, sessions, probes, chat, deliveries }: Required<LargeOptions>): string[] => {
  const s = spread(sessions, users, 700)
  const p = spread(probes, users, 60)
  const c = spread(chat, users, 14)
  const d = spread(deliveries, users, 30)
  const series = (count: number) => `FROM generate_series(1, ${count}) n, date_trunc('hour', now()) at`
  return [
    `INSERT INTO public.streamers (id, name) SELECT 90000000 + n, 'Streamer ' || n ${series(Math.ceil(users / 2))}`,
    `INSERT INTO public.streamer_channels (streamer_id, kick_user_id, channel_name, kick_display_name, kick_follower_count, verified, created_at,
       kick_synced_at)
     SELECT 90000000 + n, (90000000 + n)::text, 'Large_' || n, 'Large ' || n, n % 100000, n % 3 = 0, at - interval '800 days', at
     ${series(Math.ceil(users / 2))}`,
    `INSERT INTO public.kick_stream_sessions (kick_user_id, channel_name, stream_started_at, stream_ended_at, title, category, peak_viewers,
       avg_viewers, last_probe_at)
     SELECT ${s.user}, 'large_' || n % ${users}, ${s.at}, ${s.at} + interval '2 hours', 'Title ' || n, 'Category ' || n % 40, n % 5000,
       n % 4000, ${s.at} + interval '2 hours' ${series(sessions)}`,
    `INSERT INTO public.kick_streamer_probe_schedule (kick_user_id, next_probe_at, last_probed_at)
     SELECT (90000000 + n % ${users})::text, at, at - interval '1 minute' ${series(users)}`,
    `INSERT INTO public.kick_streamer_probe (platform_user_id, stream_started_at, viewer_count, follower_count, recorded_at)
     SELECT ${p.user}, date_trunc('day', ${p.at}), n % 5000, n % 100000, ${p.at} ${series(probes)}`,
    `INSERT INTO public.kick_chat_messages (message_id, kick_user_id, channel_slug, sender_user_id, sender_username, content, created_at, exported)
     SELECT 'large-' || n, ${c.user}, 'large_' || n % ${users}, (n % 9973)::text, 'chatter_' || n % 9973, 'message number ' || n, ${c.at}, n % 2 = 0
     ${series(chat)}`,
    `INSERT INTO public.kick_event_subscriptions (kick_user_id, event_type, subscription_id)
     SELECT (90000000 + n)::text, 'chat.message.sent', 'large-' || n ${series(Math.ceil(users / 2))}`,
    `INSERT INTO public.streamer_trust_scores (platform, platform_user_id, score, factors, computed_at)
     SELECT 'kick', (90000000 + n)::text, n % 100, '{"age": 0.5, "followers": 0.25}', at ${series(Math.ceil(users / 2))}`,
    `INSERT INTO public.streamer_trust_score_history (platform, platform_user_id, score, factors, computed_at)
     SELECT 'kick', ${s.user}, n % 100, '{"age": 0.5}', ${s.at} ${series(users * 2)}`,
    `INSERT INTO scrape.kick_raw (kick_user_id, url, body, fetched_at)
     SELECT ${s.user}, 'https://kick.com/api/' || n, '{"id": ' || n || '}', ${s.at} ${series(users)}`,
    `INSERT INTO webhooks.incoming (source, event_type, message_id, subscription_id, payload, signature, verified, processed, received_at)
     SELECT 'kick', 'channel.followed', 'large-' || n, 'large', '{"broadcaster":{"user_id":' || ${d.user} || ',"channel_slug":"large"},"follower":{"user_id":'
       || n || ',"username":"f' || n || '"}}', 'c2ln', true, true, ${d.at} ${series(deliveries)}`,
  ]
}

const tables = [
  'public.streamer_channels',
  'public.kick_stream_sessions',
  'public.kick_streamer_probe',
  'public.kick_streamer_probe_schedule',
  'public.kick_chat_messages',
  'webhooks.incoming',
]

/** Fills the legacy tables of Postgres with rows that are plain but many; the same sizes give the same rows within an hour. */
export const fillLarge = async (client: pg.Client, options: LargeOptions = {}): Promise<void> => {
  for (const text of statements({ ...defaults, ...options })) await client.query(text)
  for (const table of tables) await client.query(`ANALYZE ${table}`)
}

/** Fills the legacy history: the older half of what Postgres has, and as many probes of the months before. */
export const fillLargeHistory = async (store: ClickHouse, options: LargeOptions = {}): Promise<void> => {
  const { users, probes } = { ...defaults, ...options }
  const half = Math.floor(probes / 2)
  const insert = (rows: number, at: string) => `INSERT INTO kick_streamer_probe
    SELECT 'production', 'kick', toString(90000000 + n % ${users}), ${at} AS ts, toStartOfDay(ts), n % 5000, n % 100000, concat('large_', toString(n % ${users}))
    FROM (SELECT number + 1 AS n FROM numbers(${rows})) SETTINGS max_partitions_per_insert_block = 0, session_timezone = 'UTC'`
  const now = 'toStartOfHour(now())'
  const before = (days: number, count: number) =>
    `toIntervalSecond(intDiv((${count} - n) * ${days * 86_400}, ${count}))`
  await store.command(insert(half, `${now} - ${before(60, probes)}`))
  await store.command(insert(half, `${now} - toIntervalDay(60) - ${before(290, half)}`))
  await store.command(`INSERT INTO streamer_trust_score_history SELECT 'production', 'kick', toString(90000000 + number % ${users}),
    ${now} - toIntervalSecond(number), number % 100, '{"age": 0.5}' FROM numbers(${users})`)
}
