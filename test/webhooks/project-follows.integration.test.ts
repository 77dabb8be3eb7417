import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectFollows } from '../../src/webhooks/project-follows.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'

const day = Date.UTC(2026, 0, 1)
const minute = 60_000

let database: TestDatabase
let users = 0

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/** A person and the minute at which a platform says that they followed. */
type Told = { follower: string; at: number }

const storedQuery = statement(
  'test_follow_spans',
  `SELECT follower_platform_user_id AS follower, occurred_at AS since, coalesce(last_told_at, occurred_at) AS until
   FROM dm.kick_follow_event WHERE channel_id = $1 ORDER BY 1, 2`,
)

/** What is stored after these batches: each list of batches is a process of its own, and all run at once. */
const stored = async (processes: readonly (readonly (readonly Told[])[])[]) => {
  const { db } = database
  const channelId = await subscribedChannel(db, ++users)
  await Promise.all(
    processes.map(async (batches) => {
      for (const batch of batches) {
        const follows = batch.map(({ follower, at }) => ({
          channelId,
          followerUserId: follower,
          occurredAt: new Date(day + at * minute),
        }))
        await db.transaction((tx) => projectFollows(tx, follows))
      }
    }),
  )
  const rows = await db.query(storedQuery, [channelId])
  return rows.map(({ follower, since, until }) => ({
    follower,
    since: (since.getTime() - day) / minute,
    until: (until.getTime() - day) / minute,
  }))
}

/** The follows in what was told: instants of a person with at most an hour between neighbours are one. */
const followsIn = (told: readonly Told[]) => {
  const spans: { follower: string; since: number; until: number }[] = []
  for (const { follower, at } of told.toSorted((a, b) => a.follower.localeCompare(b.follower) || a.at - b.at)) {
    const last = spans.at(-1)
    if (last?.follower === follower && at - last.until <= 60) last.until = at
    else spans.push({ follower, since: at, until: at })
  }
  return spans
}

const told = fc.record({ follower: fc.constantFrom('1', '2'), at: fc.nat(600) })

test('follows are those that were told, in any order, number and grouping, by any number of processes', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.array(told, { maxLength: 6 }), { maxLength: 4 }), { maxLength: 3 }),
      async (processes) => {
        expect(await stored(processes)).toEqual(followsIn(processes.flat(2)))
      },
    ),
    { numRuns: 60, endOnFailure: true },
  )
})

test('who follows again after more than an hour has followed twice, and what lies between makes it one follow', async () => {
  const twice = [
    { follower: '1', at: 0 },
    { follower: '1', at: 61 },
  ]
  expect(await stored([[twice]])).toHaveLength(2)
  expect(await stored([[twice, [{ follower: '1', at: 60 }]]])).toEqual([{ follower: '1', since: 0, until: 61 }])
})
