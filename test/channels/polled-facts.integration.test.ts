import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { updateChannels, upsertChangedChannels, upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { truncate } from '../support/stores/truncate.ts'

const log = silentLog
const instant = (step: number): Date => new Date(Date.UTC(2026, 0, 1) + step * 1000)
const users = ['1', '2', '3']

let database: TestDatabase
let db: Postgres

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

const begin = async () => {
  await truncate(db, 'dm.streamer_channel CASCADE')
  const first = users.map((user) => ({ platformUserId: user, slug: `first-${user}`, observedAt: instant(0) }))
  await upsertChannels(db, 'kick', first, { log })
}
beforeEach(begin)

const stored = statement(
  'test_stored',
  `SELECT c.platform_user_id, c.current_slug, c.display_name, c.follower_count, c.is_banned,
     (SELECT json_agg(h.slug ORDER BY h.observed_from) FROM dm.streamer_channel_slug_history h WHERE h.channel_id = c.id) AS slugs,
     (SELECT json_agg(b.observed_until ORDER BY b.observed_from) FROM dm.channel_ban b WHERE b.channel_id = c.id) AS bans
   FROM dm.streamer_channel c ORDER BY 1`,
)

test('of what is seen in order a poller stores what everybody else does', async () => {
  const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values)
  const seen = fc.record({
    platformUserId: fc.constantFrom(...users),
    slug: maybe('one', 'two', 'Three', 'four'),
    displayName: maybe('a', 'b'),
    followerCount: maybe(1, 2),
    isBanned: maybe(true, false),
  })
  const poll = fc.uniqueArray(seen, { minLength: 1, maxLength: 3, selector: ({ platformUserId }) => platformUserId })
  await fc.assert(
    fc.asyncProperty(fc.array(poll, { maxLength: 5 }), async (polls) => {
      const results: unknown[][] = []
      for (const store of [upsertChangedChannels, updateChannels]) {
        await begin()
        for (const [index, poll] of polls.entries()) {
          const observedAt = instant(index + 1)
          const observations = poll.map((one) => ({ ...one, observedAt }))
          await store(db, 'kick', observations, { log })
        }
        results.push(await db.query(stored))
      }
      expect(results[0]).toEqual(results[1])
    }),
    { numRuns: 40 },
  )
})

test('a profile that is older than the latest probe changes nothing, and of several of one channel the newest counts', async () => {
  const probed = statement(
    'test_probed',
    'INSERT INTO dm.probe_schedule (channel_id, last_live_at) SELECT id, $1 FROM dm.streamer_channel',
  )
  await db.query(probed, [instant(5)])
  const named = statement(
    'test_named',
    `SELECT display_name AS name FROM dm.streamer_channel WHERE platform_user_id = '1'`,
  )
  const nameAfter = async (...instants: number[]) => {
    const seen = instants.map((at) => ({ platformUserId: '1', displayName: `name at ${at}`, observedAt: instant(at) }))
    await upsertChangedChannels(db, 'kick', seen, { log })
    return (await db.query<{ name: string | null }>(named))[0]!.name
  }
  expect(await nameAfter(4)).toBeNull()
  expect(await nameAfter(7, 6)).toBe('name at 7')
  expect(await nameAfter(5)).toBe('name at 7')
})
