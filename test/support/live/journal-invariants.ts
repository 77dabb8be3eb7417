import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../stores/statement.ts'

/** What must never be found, whatever happens to nodes: each statement returns the channels that break it. */
const violations = [
  statement(
    'a connection test changes nothing',
    `SELECT channel_id FROM dm.status_event WHERE event_type = 'connection_test' AND new_status <> previous_status`,
  ),
  // Of a broadcast that is older than one that was told before, nothing changes the status: it was learned of late.
  statement(
    'each event follows from the one before',
    `SELECT channel_id FROM (
       SELECT channel_id, event_type, session_started_at, previous_status, new_status, lag(new_status) OVER told AS before,
         max(session_started_at) OVER (told ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest
       FROM dm.status_event WHERE event_type <> 'connection_test' WINDOW told AS (PARTITION BY channel_id ORDER BY id)) e
     WHERE previous_status <> coalesce(before, previous_status) OR CASE
       WHEN session_started_at < newest THEN new_status <> previous_status
       ELSE new_status = previous_status OR new_status <> CASE event_type WHEN 'stream_start' THEN 'online' ELSE 'offline' END END`,
  ),
  // A session that was taken for over and goes on is told so.
  statement(
    'a start and an end of a session take turns, up to now',
    `SELECT coalesce(s.channel_id, e.channel_id) AS channel_id
     FROM dm.stream_session s FULL JOIN (
       SELECT channel_id, session_started_at, count(*) AS told,
         bool_and((event_type = 'stream_start') = (turn % 2 = 1) AND event_type IN ('stream_start', 'stream_end')) AS in_turns
       FROM (SELECT *, row_number() OVER (PARTITION BY channel_id, session_started_at ORDER BY id) AS turn FROM dm.status_event
         WHERE event_type <> 'connection_test') t
       GROUP BY 1, 2) e ON e.channel_id = s.channel_id AND e.session_started_at = s.started_at
     WHERE s.id IS NULL OR e.in_turns IS NOT TRUE OR (e.told % 2 = 0) <> (s.ended_at IS NOT NULL)`,
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

const toldOf = statement(
  'test_told_of',
  `SELECT concat_ws(' ', 'channel', channel_id, 'event', id, event_type, 'of', session_started_at, previous_status, '->', new_status,
     'by', source, platform_event_id) AS told
   FROM dm.status_event WHERE channel_id = ANY ($1::bigint[]) ORDER BY channel_id, id`,
)

/** The rules about sessions, events and status that the database breaks now, with the channels that do and all that was told of them. */
export const brokenRules = async (db: Postgres): Promise<{ rule: string; channels: bigint[]; told: string[] }[]> => {
  const found = await Promise.all(
    violations.map(async (rule) => {
      const rows = await db.query<{ channel_id: bigint }>({ ...rule, name: rule.name.slice(0, 60) })
      const channels = [...new Set(rows.map((row) => row.channel_id))]
      const events = channels.length > 0 ? await db.query<{ told: string }>(toldOf, [channels]) : []
      return { rule: rule.name, channels, told: events.map(({ told }) => told) }
    }),
  )
  return found.filter(({ channels }) => channels.length > 0)
}

const goneOn = statement(
  'test_gone_on',
  `SELECT channel_id::text || ' ' || session_started_at AS session FROM dm.status_event
   WHERE event_type = 'stream_start' GROUP BY channel_id, session_started_at HAVING count(*) > 1`,
)

/** The sessions that were taken for over and went on, as `<channel> <start>`: none where no platform or list is ever wrong. */
export const sessionsThatWentOn = async (db: Postgres): Promise<string[]> =>
  (await db.query<{ session: string }>(goneOn)).map(({ session }) => session)

const journal = statement(
  'test_journal',
  `SELECT id, channel_id::text AS "channelId", upper(event_type) AS type FROM dm.status_event ORDER BY id`,
)

/** Every event of the journal, in order. */
export const readJournal = (db: Postgres): Promise<{ id: bigint; channelId: string; type: string }[]> =>
  db.query(journal)
