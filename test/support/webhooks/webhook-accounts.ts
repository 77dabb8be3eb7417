import { expect } from 'vitest'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { brokenRules, sessionsThatWentOn } from '../live/journal-invariants.ts'
import { statement } from '../stores/statement.ts'
import type { startWebhookNodes } from './webhook-nodes.ts'
import type { Traffic } from './webhook-traffic.ts'

const followsQuery = statement(
  'test_all_follows',
  `SELECT c.platform_user_id || ' ' || f.follower_platform_user_id AS follow
   FROM dm.kick_follow_event f JOIN dm.streamer_channel c ON c.id = f.channel_id`,
)
const sessionsQuery = statement(
  'test_all_sessions',
  `SELECT c.platform_user_id || ' ' || (extract(epoch FROM s.started_at) * 1000)::bigint AS session
   FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id`,
)

const sorted = (items: Iterable<string>): string[] => [...items].toSorted()

/** Every follow as `<user> <follower>` and every broadcast as `<user> <start in milliseconds>` that Postgres has, in order. */
export const storedFacts = async (db: Postgres): Promise<{ follows: string[]; sessions: string[] }> => ({
  follows: sorted((await db.query<{ follow: string }>(followsQuery)).map(({ follow }) => follow)),
  sessions: sorted((await db.query<{ session: string }>(sessionsQuery)).map(({ session }) => session)),
})

/** Expects that everything that was sent is stored, each exactly once, and of these users, or all, nothing else. */
export const expectAccounted = async (
  { db, inbox, chats }: Pick<Awaited<ReturnType<typeof startWebhookNodes>>, 'db' | 'inbox' | 'chats'>,
  { expected }: Traffic,
  users?: readonly number[],
): Promise<void> => {
  const deliveries = await inbox()
  expect(sorted(deliveries.map(({ id }) => id)), 'one row of the inbox for each delivery').toEqual(
    sorted(expected.inbox.keys()),
  )
  expect(deliveries.filter(({ times }) => times !== 1)).toEqual([])
  expect(deliveries.filter(({ id, outcome }) => !expected.inbox.get(id)!.includes(outcome))).toEqual([])

  const messages = await chats()
  expect(sorted(messages.map(({ id }) => id)), 'every chat message').toEqual(sorted(expected.chats))
  expect(messages.filter(({ times }) => times !== 1)).toEqual([])
  const chatDeliveries = deliveries.filter(({ id }) => expected.inbox.get(id)!.includes('REPEATED'))
  expect(chatDeliveries.filter(({ outcome }) => outcome === 'PROJECTED')).toHaveLength(expected.chats.size)

  const { follows, sessions } = await storedFacts(db)
  expect(follows, 'every follow').toEqual(sorted(expected.follows))
  const ofUser = (session: string) => !users || users.includes(Number(session.split(' ')[0]))
  expect(sessions.filter(ofUser), 'every broadcast').toEqual(sorted(expected.sessions))
  expect(await brokenRules(db)).toEqual([])
  expect(await sessionsThatWentOn(db), 'sessions that were taken for over').toEqual([])
}
