import { type BenchPostgres, fillChannels } from './postgres-data.ts'

/** Of which days the logs are. */
export const loggedDays = 90

// Each session began and, but for those that go on, ended. Ids follow the time, as commits would.
const journal = `
INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
  received_timestamp, processed_timestamp)
SELECT s.channel_id, s.started_at, e.type, e.before, e.after, 'webhook', e.at, e.at, e.at + interval '40 milliseconds'
FROM dm.stream_session s, LATERAL (VALUES ('stream_start', 'offline', 'online', s.started_at),
  ('stream_end', 'online', 'offline', s.ended_at)) AS e(type, before, after, at)
WHERE e.at IS NOT NULL AND e.at < now() - interval '1 minute' ORDER BY e.at`

// What a broadcast begins with, another title and another category.
const details = `
INSERT INTO dm.session_detail (channel_id, session_started_at, said_at, source, title, category, created_at)
SELECT s.channel_id, s.started_at, d.at, 'webhook', d.title, d.category, d.at + interval '40 milliseconds'
FROM dm.stream_session s, LATERAL (VALUES (s.started_at, s.title, s.category),
  (s.started_at + interval '40 minutes', s.title, 'Category ' || (s.id + 1) % 20),
  (s.started_at + interval '80 minutes', s.title || ', the end', 'Category ' || (s.id + 1) % 20)) AS d(at, title, category)
WHERE d.at < now() - interval '1 minute' ORDER BY d.at`

// Four marks that the viewers of a broadcast pass, one after another.
const viewers = `
INSERT INTO dm.happening (kind, channel_id, happened_at, recorded_at, facts)
SELECT 'viewers-passed', s.channel_id, m.at, m.at + interval '40 milliseconds', jsonb_build_object('startedAt', s.started_at,
  'viewers', m.mark + 3, 'viewersBefore', m.mark - 5, 'usualViewers', 40 + s.channel_id % 900)
FROM dm.stream_session s, LATERAL (SELECT s.started_at + n * interval '15 minutes' AS at,
  (ARRAY[25, 50, 100, 250, 500, 1000])[n + s.channel_id % 3] AS mark FROM generate_series(1, 4) AS n) AS m
WHERE m.at < now() - interval '1 minute' ORDER BY m.at`

// Who broadcasts rests on two days of seven.
const rest = 'DELETE FROM dm.stream_session WHERE ended_at IS NOT NULL AND (id + channel_id) % 7 IN (2, 5)'

/** The name of the event subscription of the n-th channel for its starts and ends. */
export const subscriptionOf = (n: number): string => `subscription-${n}`

const subscriptions = `
INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status)
SELECT id, 'livestream.status.updated', 'subscription-' || platform_user_id::bigint - 1000000, 'active' FROM dm.streamer_channel`

/** Fills a database with channels that broadcast on five days of seven, and with what the logs that alerts read have of that. Returns the entries of each log. */
export const fillAlertLogs = async (postgres: BenchPostgres, channels: number): Promise<Record<string, number>> => {
  await fillChannels(postgres, channels, loggedDays)
  await postgres.query(subscriptions)
  await postgres.query(rest)
  const entries: Record<string, number> = {}
  for (const [name, sql] of Object.entries({ journal, details, viewers }))
    entries[name] = (await postgres.query(sql)).rowCount ?? 0
  await postgres.query('VACUUM ANALYZE')
  return entries
}
