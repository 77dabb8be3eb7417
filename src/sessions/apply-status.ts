import { jsonRows } from '../lib/json-rows.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { notInFuture, statement } from '../stores/postgres/statement.ts'
import { decide, type Session, type StatusDecision, type StatusEventDraft } from './decide.ts'
import type { Status, StatusObservation, StatusSource } from './status-observation.ts'

/** The channel that Postgres notifies after a commit with new status events; the payload is the highest id. A hint only. */
export const statusNotifyChannel = 'channelscope_status'

// Locks in id order, so that two batches that share channels can not wait for each other in a circle.
const lockChannels = statement(
  'status_lock_channels',
  `SELECT id, status, status_observed_at AS "statusObservedAt" FROM dm.streamer_channel
   WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE`,
)

// Per channel the open session, the one the observation names and the newest: at most three rows.
const readSessions = statement(
  'status_read_sessions',
  `SELECT s.channel_id AS "channelId", s.started_at AS "startedAt", s.ended_at AS "endedAt", s.end_source AS "endSource",
     s.platform_stream_id AS "platformStreamId", s.title, s.category, s.language
   FROM unnest($1::bigint[], $2::timestamptz[]) AS v(channel_id, started_at)
   JOIN LATERAL (
     (SELECT * FROM dm.stream_session WHERE channel_id = v.channel_id ORDER BY started_at DESC LIMIT 1)
     UNION (SELECT * FROM dm.stream_session WHERE channel_id = v.channel_id AND ended_at IS NULL)
     UNION (SELECT * FROM dm.stream_session WHERE channel_id = v.channel_id AND started_at = v.started_at)) s ON true`,
)

const writeChannels = statement(
  'status_write_channels',
  `UPDATE dm.streamer_channel c SET
     status = v.status,
     last_status_change_at = CASE WHEN c.status IS DISTINCT FROM v.status THEN ${notInFuture('v.at')} ELSE c.last_status_change_at END,
     last_seen_online_at = greatest(c.last_seen_online_at, ${notInFuture('v."lastLiveAt"')}),
     last_seen_at = greatest(c.last_seen_at, ${notInFuture('v.at')}),
     status_observed_at = ${notInFuture('v.at')},
     updated_at = now()
   FROM json_to_recordset($1) AS v("channelId" bigint, status text, at timestamptz, "lastLiveAt" timestamptz)
   WHERE c.id = v."channelId"`,
)

const closeSessions = statement(
  'session_close',
  `UPDATE dm.stream_session s SET ended_at = v."endedAt", end_source = v.source, updated_at = now()
   FROM json_to_recordset($1) AS v("channelId" bigint, "startedAt" timestamptz, "endedAt" timestamptz, source text)
   WHERE s.channel_id = v."channelId" AND s.started_at = v."startedAt"`,
)

const openSessions = statement(
  'session_open',
  `INSERT INTO dm.stream_session (channel_id, started_at, platform_stream_id, title, category, language)
   SELECT v."channelId", v."startedAt", v."platformStreamId", v.title, v.category, v.language
   FROM json_to_recordset($1) AS v("channelId" bigint, "startedAt" timestamptz, "platformStreamId" text, title text, category text, language text)
   ON CONFLICT (channel_id, started_at) DO UPDATE SET ended_at = NULL, end_source = NULL, updated_at = now()`,
)

const changeSessions = statement(
  'session_change_details',
  `UPDATE dm.stream_session s SET
     platform_stream_id = coalesce(v."platformStreamId", s.platform_stream_id), title = coalesce(v.title, s.title),
     category = coalesce(v.category, s.category), language = coalesce(v.language, s.language), updated_at = now()
   FROM json_to_recordset($1) AS v("channelId" bigint, "startedAt" timestamptz, "platformStreamId" text, title text, category text, language text)
   WHERE s.channel_id = v."channelId" AND s.started_at = v."startedAt"`,
)

// Held to the commit: whoever gets an id next commits after us, so that id order is commit order.
const lockJournal = statement('journal_lock', `SELECT pg_advisory_xact_lock(hashtext('dm.status_event'))`)

// A clock of ours that runs ahead of the database's, or a platform's ahead of ours, must not break the order of the three instants.
const appendEvents = statement(
  'journal_append',
  `WITH told AS MATERIALIZED (SELECT clock_timestamp() AS now),
   appended AS (
     INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source,
       event_timestamp, received_timestamp, processed_timestamp, event_data)
     SELECT v."channelId", v."sessionStartedAt", v.type, v."previousStatus", v."newStatus", v.source,
       date_trunc('milliseconds', least(v."occurredAt", v.at, told.now)), date_trunc('milliseconds', least(v.at, told.now)),
       date_trunc('milliseconds', told.now), v.data
     FROM json_to_recordset($1) AS v(ordinal integer, "channelId" bigint, "sessionStartedAt" timestamptz, type text, "previousStatus" text,
       "newStatus" text, source text, "occurredAt" timestamptz, at timestamptz, data jsonb), told
     ORDER BY v.ordinal
     RETURNING id)
   SELECT max(id) AS "lastId", pg_notify('${statusNotifyChannel}', max(id)::text) FROM appended`,
)

type ChannelRow = { id: bigint; status: Status; statusObservedAt: Date }
type SessionRow = Session & { channelId: bigint }
type Decided = { seen: StatusObservation; decision: StatusDecision }

const sameInstant = (a: Date, b: Date | null): boolean => a.getTime() === b?.getTime()

const decideAll = async (tx: Transaction, observations: readonly StatusObservation[]): Promise<Decided[]> => {
  const ids = observations.map((seen) => seen.channelId)
  const channels = new Map((await tx.query<ChannelRow>(lockChannels, [ids])).map((row) => [row.id, row]))
  const starts = observations.map((seen) => (seen.kind === 'live' ? seen.startedAt : null))
  const sessions = Map.groupBy(await tx.query<SessionRow>(readSessions, [ids, starts]), (row) => row.channelId)
  const decided: Decided[] = []
  for (const seen of observations) {
    const channel = channels.get(seen.channelId)
    if (!channel) continue
    const own = sessions.get(seen.channelId) ?? []
    const decision = decide(
      {
        status: channel.status,
        statusObservedAt: channel.statusObservedAt,
        open: own.find((session) => session.endedAt === null) ?? null,
        named:
          seen.kind === 'live' ? (own.find((session) => sameInstant(session.startedAt, seen.startedAt)) ?? null) : null,
        newest: own.reduce<SessionRow | null>(
          (newest, one) => (newest && newest.startedAt > one.startedAt ? newest : one),
          null,
        ),
      },
      seen,
    )
    decided.push({ seen, decision })
  }
  return decided
}

const eventRow = (seen: StatusObservation, draft: StatusEventDraft): object => {
  const source: StatusSource = seen.source
  const data = draft.type === 'stream_start' && seen.kind === 'live' ? seen.details : undefined
  return { ...draft, channelId: seen.channelId, source, at: seen.at, data }
}

/**
 * Applies at most one observation per channel inside `tx`: status, session and journal change together or not at all.
 * Returns the channels whose status changed. A constant number of statements; two when nothing changes.
 */
export const applyStatus = async (tx: Transaction, observations: readonly StatusObservation[]): Promise<bigint[]> => {
  if (observations.length === 0) return []
  const decided = await decideAll(tx, observations)
  const changed = decided.filter(({ decision }) => decision.status !== undefined)
  if (changed.length > 0) {
    const rows = changed.map(({ seen, decision }) => ({
      channelId: seen.channelId,
      status: decision.status,
      at: seen.at,
      lastLiveAt: seen.kind === 'live' ? seen.at : seen.lastLiveAt,
    }))
    await tx.query(writeChannels, [jsonRows(rows)])
  }
  const pick = (name: 'close' | 'open' | 'details'): object[] =>
    decided.flatMap(({ seen, decision }) => (decision[name] ? [{ channelId: seen.channelId, ...decision[name] }] : []))
  const [closes, opens, details] = [pick('close'), pick('open'), pick('details')]
  if (closes.length > 0) await tx.query(closeSessions, [jsonRows(closes)])
  if (opens.length > 0) await tx.query(openSessions, [jsonRows(opens)])
  if (details.length > 0) await tx.query(changeSessions, [jsonRows(details)])
  const events = decided.flatMap(({ seen, decision }) => decision.events.map((draft) => eventRow(seen, draft)))
  if (events.length > 0) {
    await tx.query(lockJournal)
    await tx.query(appendEvents, [jsonRows(events.map((event, ordinal) => ({ ordinal, ...event })))])
  }
  return changed.map(({ seen }) => seen.channelId)
}
