import { columnsOfRows } from '../lib/json-rows.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/**
 * How long a session has been over when it is aggregated, and how long what happened in a transaction can take to be seen. A row
 * that arrives by then holds back the aggregation until it is stored, so nobody has to tell of it.
 */
export const settleMs = 120_000

/** A row that comes so long after its instant may belong to an aggregated session. Half of `settleMs`, as clocks differ. */
export const lateMs = settleMs / 2

/** SQL: what makes the aggregates of a session wait until everything is stored that is on its way now. The values stay meanwhile. */
export const dueAgain = 'aggregated_at = NULL, aggregates_due_at = clock_timestamp()' as const

/** Rows of a channel that come late: those of a span, and a follow with its follower. */
export type LateRows = { channelId: bigint; from: Date; to: Date; followerUserId: string | null }

// A follow that comes late moves one that was counted at a later instant.
const tellLate = statement(
  'session_tell_late_rows',
  `WITH late AS (
     SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[], $4::text[]) AS v(channel_id, from_at, to_at, follower)),
   changed AS (
     SELECT channel_id, from_at, to_at FROM late
     UNION ALL
     SELECT f.channel_id, f.occurred_at, f.occurred_at
     FROM late JOIN dm.kick_follow_event f ON f.channel_id = late.channel_id AND f.follower_platform_user_id = late.follower
     WHERE f.occurred_at > late.from_at),
   touched AS (
     SELECT id FROM dm.stream_session
     WHERE id IN (
       SELECT s.id FROM changed c JOIN dm.stream_session s ON s.channel_id = c.channel_id
       WHERE s.started_at <= c.to_at AND s.ended_at >= c.from_at)
     ORDER BY id FOR UPDATE)
   UPDATE dm.stream_session s SET ${dueAgain} FROM touched WHERE s.id = touched.id`,
)

/**
 * Tells of rows that are on their way and come late, before they are stored: the sessions of their time are aggregated again when
 * they are. Told twice, or of rows that are stored already, it only costs work.
 */
export const tellLateRows = async (db: Transaction, rows: readonly LateRows[]): Promise<void> => {
  if (rows.length === 0) return
  await db.query(tellLate, columnsOfRows(rows, 'channelId', 'from', 'to', 'followerUserId'))
}

const tellSpan = statement(
  'session_tell_late_span',
  `UPDATE dm.stream_session SET ${dueAgain} WHERE started_at <= $2 AND ended_at >= $1`,
)

/** The same of rows of any channels in a span. */
export const tellLateSpan = async (db: Transaction, { from, to }: { from: Date; to: Date }): Promise<void> => {
  await db.query(tellSpan, [from, to])
}
