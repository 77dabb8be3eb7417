import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'

/** What must never be found, whatever happens to pollers: each statement returns the channels that break it. */
const violations = [
  statement(
    'each event follows from the one before',
    `SELECT channel_id FROM (
       SELECT channel_id, event_type, previous_status, new_status, lag(new_status) OVER (PARTITION BY channel_id ORDER BY id) AS before
       FROM dm.status_event) e
     WHERE coalesce(before, previous_status) <> previous_status OR previous_status = new_status
       OR new_status <> CASE event_type WHEN 'stream_start' THEN 'online' ELSE 'offline' END`,
  ),
  statement(
    'a session has one start event, and one end event when it has ended',
    `SELECT coalesce(s.channel_id, e.channel_id) AS channel_id
     FROM dm.stream_session s FULL JOIN (
       SELECT channel_id, session_started_at, count(*) FILTER (WHERE event_type = 'stream_start') AS starts,
         count(*) FILTER (WHERE event_type = 'stream_end') AS ends
       FROM dm.status_event GROUP BY 1, 2) e ON e.channel_id = s.channel_id AND e.session_started_at = s.started_at
     WHERE (e.starts, e.ends) IS DISTINCT FROM (1, CASE WHEN s.ended_at IS NULL THEN 0 ELSE 1 END) OR s.id IS NULL`,
  ),
  statement(
    'the status is that of the last event and of the open session',
    `SELECT c.id AS channel_id FROM dm.streamer_channel c
     LEFT JOIN LATERAL (SELECT new_status FROM dm.status_event WHERE channel_id = c.id ORDER BY id DESC LIMIT 1) e ON true
     WHERE c.status <> coalesce(e.new_status, CASE WHEN c.status = 'online' THEN 'offline' ELSE c.status END)
       OR (c.status = 'online') <> EXISTS (SELECT FROM dm.stream_session WHERE channel_id = c.id AND ended_at IS NULL)`,
  ),
  statement(
    'sessions follow one another, the open one last and alone',
    `SELECT channel_id FROM (
       SELECT channel_id, started_at, ended_at, lead(started_at) OVER (PARTITION BY channel_id ORDER BY started_at) AS next
       FROM dm.stream_session) s
     WHERE ended_at < started_at OR (next IS NOT NULL AND (ended_at IS NULL OR ended_at > next))`,
  ),
]

/** The rules about sessions, events and status that the database breaks now, with the channels that do. */
export const brokenRules = async (db: Postgres): Promise<{ rule: string; channels: bigint[] }[]> => {
  const found = await Promise.all(
    violations.map(async (rule) => ({
      rule: rule.name,
      channels: (await db.query<{ channel_id: bigint }>({ ...rule, name: rule.name.slice(0, 60) })).map(
        (row) => row.channel_id,
      ),
    })),
  )
  return found.filter(({ channels }) => channels.length > 0)
}

const journal = statement(
  'test_journal',
  `SELECT id, channel_id::text AS "channelId", upper(event_type) AS type FROM dm.status_event ORDER BY id`,
)

/** Every event of the journal, in order. */
export const readJournal = (db: Postgres): Promise<{ id: bigint; channelId: string; type: string }[]> =>
  db.query(journal)
