import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'

const insert = statement(
  'seed_follows',
  `INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at)
   SELECT $1, $3 || n, occurred_at FROM unnest($2::timestamptz[]) WITH ORDINALITY AS f (occurred_at, n)`,
)

let followers = 0

/** Follows of a channel, each by somebody else, at these instants, in milliseconds since the epoch. */
export const insertFollows = async (db: Postgres, channelId: bigint, instants: readonly number[]): Promise<void> => {
  await db.query(insert, [channelId, instants.map((ms) => new Date(ms)), `follower-${followers++}-`])
}

const subscribe = statement(
  'seed_event_subscription',
  `INSERT INTO dm.event_subscription (channel_id, event, platform_subscription_id, status, created_at)
   VALUES ($1, $2, $2 || ' of ' || $1::bigint, $3, $4)`,
)

/** What a platform has promised to deliver about a channel. */
export const insertSubscription = async (
  db: Postgres,
  channelId: bigint,
  { event, since, status = 'active' }: { event: string; since: Date; status?: string },
): Promise<void> => {
  await db.query(subscribe, [channelId, event, status, since])
}
