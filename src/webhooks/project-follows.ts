import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** A platform reported that a user follows a channel. */
export type Follow = { channelId: bigint; followerUserId: string; occurredAt: Date }

const recordFollows = statement(
  'webhook_record_follows',
  `INSERT INTO dm.kick_follow_event AS known (channel_id, follower_platform_user_id, occurred_at)
   SELECT channel_id, follower, min(at) FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS v(channel_id, follower, at)
   GROUP BY channel_id, follower ORDER BY channel_id, follower
   ON CONFLICT (channel_id, follower_platform_user_id) DO UPDATE SET occurred_at = excluded.occurred_at
     WHERE excluded.occurred_at < known.occurred_at`,
)

/** Stores one follow per channel and follower, at the earliest reported instant. Order and repetition do not matter. */
export const projectFollows = async (tx: Transaction, follows: readonly Follow[]): Promise<void> => {
  if (follows.length === 0) return
  await tx.query(recordFollows, [
    follows.map((follow) => follow.channelId),
    follows.map((follow) => follow.followerUserId),
    follows.map((follow) => follow.occurredAt),
  ])
}
