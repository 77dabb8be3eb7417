import { columnsOfRows, jsonRows } from '../lib/json-rows.ts'
import { columnName, columnNames, expressions, recordset, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, notInFuture, sql, statement } from '../stores/postgres/statement.ts'
import { type DetailStatement, maxStatements } from './chapters.ts'
import { dueAgain, lateMs } from './late-rows.ts'
import type { Broadcast } from './reported-end.ts'
import type { StatusSource } from './status-observation.ts'

/** The channel of Postgres that is notified when statements are committed; the payload is the highest id. Only a hint. */
export const detailNotifyChannel = 'channelscope_details'

const fields = ['channelId', 'startedAt', 'saidAt', 'source', 'title', 'category', 'language', 'isMature'] as const

type OfChannel = { channelId: bigint }

const toldFields = fields.slice(1)

// Those that name the start of the broadcast v, and those that name none and were said before the next one began.
const statementsOfBroadcast = `
     (SELECT * FROM dm.session_detail
      WHERE channel_id = v.channel_id AND coalesce(session_started_at, '-infinity') = v.started_at
      ORDER BY said_at, id LIMIT ${maxStatements})
     UNION ALL
     (SELECT * FROM dm.session_detail
      WHERE channel_id = v.channel_id AND coalesce(session_started_at, '-infinity') = '-infinity'
        AND said_at >= v.started_at AND said_at < coalesce(v.next_started_at, 'infinity')
      ORDER BY said_at, id LIMIT ${maxStatements})`

const readStatements = statement(
  'details_read',
  sql`SELECT ${narrowed<DetailStatement & OfChannel>(select('SessionDetail', fields, 'd'))}
   FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS v(channel_id, started_at, next_started_at)
   CROSS JOIN LATERAL (${statementsOfBroadcast}) d`,
)

type OfSession = { sessionId: bigint; sessionStartedAt: Date; endedAt: Date | null; nextStartedAt: Date | null }

// The same for sessions by their ids, with when they were on.
const readSessionDetails = statement(
  'details_of_sessions',
  sql`SELECT ${narrowed<DetailStatement & OfChannel & { id: bigint }>(select('SessionDetail', ['id', ...fields], 'd'))},
     ${expressions<OfSession>({
       sessionId: 'v.id',
       sessionStartedAt: 'v.started_at',
       endedAt: 'v.ended_at',
       nextStartedAt: 'v.next_started_at',
     })}
   FROM (
     SELECT s.id, s.channel_id, s.started_at, s.ended_at, (SELECT min(n.started_at) FROM dm.stream_session n
       WHERE n.channel_id = s.channel_id AND n.started_at > s.started_at) AS next_started_at
     FROM dm.stream_session s WHERE s.id = ANY ($1::bigint[])) v
   CROSS JOIN LATERAL (${statementsOfBroadcast}) d`,
)

/** A JSON list of all that was said about a session `s`, each a list of `toldFields`; and when its channel's next one began. */
export const saidOfSession = (s: string): { nextStartedAt: string; statements: string } => {
  const nextStartedAt = `(SELECT min(n.started_at) FROM dm.stream_session n
    WHERE n.channel_id = ${s}.channel_id AND n.started_at > ${s}.started_at)`
  const columns = toldFields.map((field) => `d.${columnName('SessionDetail', field)}`).join(', ')
  return {
    nextStartedAt,
    statements: `(SELECT coalesce(json_agg(json_build_array(${columns})), '[]')
    FROM (SELECT ${s}.channel_id, ${s}.started_at, ${nextStartedAt} AS next_started_at) v
    CROSS JOIN LATERAL (${statementsOfBroadcast}) d)`,
  }
}

type ToldStatement = [string | null, string, StatusSource, string | null, string | null, string | null, boolean | null]

/** A statement from its list. */
export const readTold = (list: unknown): DetailStatement => {
  const [startedAt, saidAt, source, title, category, language, isMature] = list as ToldStatement
  const start = startedAt === null ? null : new Date(startedAt)
  return { startedAt: start, saidAt: new Date(saidAt), source, title, category, language, isMature }
}

// Held until the commit, so that the next id belongs to a later commit: id order is commit order.
const lockLog = statement('details_lock', `SELECT pg_advisory_xact_lock(hashtext('dm.session_detail'))`)

// What another than a probe says of a session that is over can have probes beside it that are not in the log: it is due again. One
// that has just ended waits for them anyway.
const append = statement(
  'details_append',
  `WITH appended AS (
     INSERT INTO dm.session_detail (${columnNames('SessionDetail', fields)})
     SELECT v."channelId", v."startedAt", ${notInFuture('v."saidAt"')}, v.source, v.title, v.category, v.language, v."isMature"
     FROM (SELECT *, row_number() OVER (PARTITION BY "channelId", "startedAt" ORDER BY ordinal) AS nth
       FROM json_to_recordset($1) AS v(ordinal integer, ${recordset('SessionDetail', fields)})) v
     WHERE v.nth + (SELECT count(*) FROM dm.session_detail d WHERE d.channel_id = v."channelId"
       AND coalesce(d.session_started_at, '-infinity') = coalesce(v."startedAt", '-infinity')
       AND (v."startedAt" IS NOT NULL OR d.said_at > v."saidAt" - interval '1 day')) <= ${maxStatements}
     ORDER BY v.ordinal
     ON CONFLICT DO NOTHING
     RETURNING id, channel_id, session_started_at, said_at, source),
   over AS (
     SELECT id FROM dm.stream_session
     WHERE id IN (
       SELECT s.id FROM appended a JOIN dm.stream_session s ON s.channel_id = a.channel_id
       WHERE a.source <> 'poll' AND s.started_at <= coalesce(a.session_started_at, a.said_at)
         AND s.ended_at >= coalesce(a.session_started_at, a.said_at)
         AND s.ended_at < clock_timestamp() - interval '${lateMs} milliseconds')
     ORDER BY id FOR UPDATE),
   due AS (UPDATE dm.stream_session s SET ${dueAgain} FROM over WHERE s.id = over.id)
   SELECT pg_notify('${detailNotifyChannel}', max(id)::text) FROM appended HAVING count(*) > 0`,
)

/** What was said about the details of broadcasts. */
export const findStatements = async (
  tx: Transaction,
  broadcasts: readonly (Broadcast & OfChannel)[],
): Promise<(DetailStatement & OfChannel)[]> =>
  broadcasts.length === 0
    ? []
    : tx.query(readStatements, columnsOfRows(broadcasts, 'channelId', 'startedAt', 'nextStartedAt'))

/**
 * Adds statements to the log; those that it has already change nothing. Sessions that are over are due again where others than
 * probes speak of them.
 */
export const appendStatements = async (
  tx: Transaction,
  statements: readonly (DetailStatement & OfChannel)[],
): Promise<void> => {
  if (statements.length === 0) return
  await tx.query(lockLog)
  await tx.query(append, [jsonRows(statements.map((one, ordinal) => ({ ordinal, ...one })))])
}

/** What was said about the details of sessions, with their extents, in one statement; a session of which nothing was said has no row. */
export const findSessionDetails = (
  db: Pick<Transaction, 'query'>,
  sessionIds: readonly bigint[],
): Promise<(DetailStatement & OfChannel & OfSession & { id: bigint })[]> => db.query(readSessionDetails, [sessionIds])
