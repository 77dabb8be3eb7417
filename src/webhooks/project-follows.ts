import { columnsOfRows } from '../lib/json-rows.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** A platform reported that a user follows a channel. */
export type Follow = { channelId: bigint; followerUserId: string; occurredAt: Date }

// Two transactions with follows of one channel take turns, so that each sees the rows of the other: a row that is not there yet can not be
// locked. Channels share 64 locks, taken in one order, because a batch may be about thousands of channels.
/** Takes the locks of the channels of follows. */
export const lockFollows = statement(
  'webhook_lock_follows',
  `SELECT pg_advisory_xact_lock(hashtext('dm.kick_follow_event'), slot)
   FROM (SELECT DISTINCT (id % 64)::integer AS slot FROM unnest($1::bigint[]) AS v(id) ORDER BY 1) slots`,
)

// Instants and stored follows of one person that lie within an hour of each other become one follow: the transitive closure, whatever the
// order in which they come. At most two stored follows can lie that near to an instant, because more than an hour is between any two. The
// earliest of those that become one stays, so no instant is ever taken by two rows.
const recordFollows = statement(
  'webhook_record_follows',
  `WITH told AS (
     SELECT DISTINCT channel_id, follower, at FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS v(channel_id, follower, at)),
   spans AS (
     SELECT channel_id, follower, at AS since, at AS until, NULL::bigint AS id FROM told
     UNION
     SELECT t.channel_id, t.follower, e.occurred_at, coalesce(e.last_told_at, e.occurred_at), e.id
     FROM told t CROSS JOIN LATERAL (
       SELECT * FROM dm.kick_follow_event f
       WHERE f.channel_id = t.channel_id AND f.follower_platform_user_id = t.follower AND f.occurred_at <= t.at + interval '1 hour'
       ORDER BY f.occurred_at DESC LIMIT 2) e
     WHERE coalesce(e.last_told_at, e.occurred_at) >= t.at - interval '1 hour'),
   begun AS (
     SELECT *, coalesce(since > max(until) OVER earlier + interval '1 hour', true) AS begins FROM spans
     WINDOW earlier AS (PARTITION BY channel_id, follower ORDER BY since, until, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
   numbered AS (
     SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY channel_id, follower ORDER BY since, until, id ROWS UNBOUNDED PRECEDING) AS number
     FROM begun),
   follows AS (
     SELECT channel_id, follower, min(since) AS since, nullif(max(until), min(since)) AS until,
       array_remove(array_agg(id ORDER BY since), NULL) AS ids
     FROM numbered GROUP BY channel_id, follower, number),
   merged AS (
     DELETE FROM dm.kick_follow_event e USING follows f WHERE e.id = ANY (f.ids[2:])),
   extended AS (
     UPDATE dm.kick_follow_event e SET occurred_at = f.since, last_told_at = f.until
     FROM follows f WHERE e.id = f.ids[1] AND (e.occurred_at, e.last_told_at) IS DISTINCT FROM (f.since, f.until))
   INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at, last_told_at)
   SELECT channel_id, follower, since, until FROM follows WHERE ids = '{}' ORDER BY channel_id, follower, since`,
)

/**
 * Stores each follow once, at the earliest instant told. A follow that is told again within an hour is the same one, as when two event
 * subscriptions deliver it; a later one is another follow by the same person. Order and repetition do not matter.
 */
export const projectFollows = async (tx: Transaction, follows: readonly Follow[]): Promise<void> => {
  if (follows.length === 0) return
  const columns = columnsOfRows(follows, 'channelId', 'followerUserId', 'occurredAt')
  await tx.query(lockFollows, [columns[0]])
  await tx.query(recordFollows, columns)
}
