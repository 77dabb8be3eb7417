import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { channelIdByPlatformUserId, channelIdBySlug, channelIdentity } from '../../src/channels/channel-lookup.ts'
import { upsertChangedChannels, upsertChannel, upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { cases } from '../support/lib/cases.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { truncate } from '../support/stores/truncate.ts'
import { createRenameModel, type Period, type Sighting } from '../support/workers/rename-model.ts'

const log = silentLog
const epoch = Date.UTC(2026, 0, 1)
const instant = (step: number): Date => new Date(epoch + step * 1000)
const stepOf = (date: Date): number => (date.getTime() - epoch) / 1000

let database: TestDatabase
let db: Postgres

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

const clear = () => truncate(db, 'dm.streamer_channel CASCADE')
beforeEach(clear)

const toObservation = ({ user, slug, at }: Sighting) => ({ platformUserId: user, slug, observedAt: instant(at) })
const observe = (...sightings: Sighting[]) => upsertChannels(db, 'kick', sightings.map(toObservation), { log })

const slugsNow = async (): Promise<Record<string, string | null>> => {
  const rows = await db.query<{ user: string; slug: string | null }>(
    statement(
      'test_slugs',
      'SELECT platform_user_id AS user, current_slug AS slug FROM dm.streamer_channel ORDER BY 1',
    ),
  )
  return Object.fromEntries(rows.map(({ user, slug }) => [user, slug]))
}

const periodsNow = async (): Promise<Record<string, Period[]>> => {
  const rows = await db.query<{ user: string; slug: string | null; from: Date | null; until: Date | null }>(
    statement(
      'test_periods',
      `SELECT c.platform_user_id AS user, h.slug, h.observed_from AS from, h.observed_until AS until
       FROM dm.streamer_channel c LEFT JOIN dm.streamer_channel_slug_history h ON h.channel_id = c.id ORDER BY 1, 3`,
    ),
  )
  const result: Record<string, Period[]> = {}
  for (const { user, slug, from, until } of rows) {
    result[user] ??= []
    if (slug && from) result[user].push({ slug, from: stepOf(from), until: until && stepOf(until) })
  }
  return result
}

const lookupsDue = async (): Promise<string[]> =>
  (
    await db.query<{ user: string }>(
      statement(
        'test_lookups',
        `SELECT c.platform_user_id AS user FROM dm.probe_schedule s JOIN dm.streamer_channel c ON c.id = s.channel_id
         WHERE s.profile_due_at <= now() ORDER BY 1`,
      ),
    )
  ).map(({ user }) => user)

describe('renames', () => {
  test('a new slug closes one period and opens the next at the same instant', async () => {
    await observe({ user: '1', slug: 'alpha', at: 10 })
    await observe({ user: '1', slug: 'beta', at: 20 })
    expect(await periodsNow()).toEqual({
      1: [
        { slug: 'alpha', from: 10, until: 20 },
        { slug: 'beta', from: 20, until: null },
      ],
    })
  })

  test('an old slug still finds the channel, and the instant decides who held it', async () => {
    await observe({ user: '1', slug: 'foo', at: 10 })
    await observe({ user: '1', slug: 'bar', at: 20 })
    await observe({ user: '2', slug: 'foo', at: 30 })
    const [one, two] = await Promise.all(['1', '2'].map((user) => channelIdByPlatformUserId(db, 'kick', user)))
    expect(await channelIdBySlug(db, 'kick', 'foo')).toBe(two)
    expect(await channelIdBySlug(db, 'kick', 'FOO', instant(15))).toBe(one)
    expect(await channelIdBySlug(db, 'kick', 'foo', instant(25))).toBeNull()
    expect(await channelIdBySlug(db, 'kick', 'foo', instant(30))).toBe(two)
    expect(await channelIdBySlug(db, 'kick', 'bar')).toBe(one)
    expect(await channelIdBySlug(db, 'twitch', 'bar')).toBeNull()
    await observe({ user: '2', slug: 'baz', at: 40 })
    expect(await channelIdBySlug(db, 'kick', 'foo'), 'nobody holds it: the newest holder').toBe(two)
  })

  test('of two channels under one slug the newer observation keeps it and the other is looked up again', async () => {
    await observe({ user: '1', slug: 'foo', at: 10 })
    await observe({ user: '2', slug: 'foo', at: 20 })
    expect(await slugsNow()).toEqual({ 1: null, 2: 'foo' })
    expect(await lookupsDue()).toEqual(['1'])
    await observe({ user: '3', slug: 'foo', at: 15 })
    expect(await slugsNow()).toEqual({ 1: null, 2: 'foo', 3: null })
    expect(await lookupsDue()).toEqual(['1', '3'])
  })

  test('two channels swap their slugs in one batch', async () => {
    await observe({ user: '1', slug: 'foo', at: 10 }, { user: '2', slug: 'bar', at: 10 })
    await observe({ user: '1', slug: 'bar', at: 20 }, { user: '2', slug: 'foo', at: 20 })
    expect(await slugsNow()).toEqual({ 1: 'bar', 2: 'foo' })
    expect(await lookupsDue()).toEqual([])
  })

  test('going back to an earlier slug makes a second period of it', async () => {
    for (const [slug, at] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      await observe({ user: '1', slug, at })
    expect((await periodsNow())[1]).toEqual([
      { slug: 'a', from: 1, until: 2 },
      { slug: 'b', from: 2, until: 3 },
      { slug: 'a', from: 3, until: null },
    ])
  })

  test('a channel seen without a handle has a placeholder that is no history and yields to a real name', async () => {
    await upsertChannel(db, 'kick', { platformUserId: '7', observedAt: instant(5) }, { log })
    expect(await slugsNow()).toEqual({ 7: 'unknown-7' })
    expect(await periodsNow()).toEqual({ 7: [] })
    await observe({ user: '8', slug: 'unknown-7', at: 1 })
    expect(await slugsNow()).toEqual({ 7: null, 8: 'unknown-7' })
    await observe({ user: '7', slug: 'real', at: 6 })
    expect(await slugsNow()).toEqual({ 7: 'real', 8: 'unknown-7' })
  })
})

const sighting = fc.record({
  user: fc.constantFrom('1', '2', '3', '4'),
  slug: fc.constantFrom('a', 'b', 'c', 'd'),
  at: fc.integer({ min: 1, max: 60 }),
})

describe('rename traces', () => {
  test('sightings in any order of arrival end as the plain model says, history included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sighting, { minLength: 1, maxLength: 14 }), async (trace) => {
        await clear()
        const model = createRenameModel()
        for (const one of trace) {
          model.see(one)
          await observe(one)
        }
        expect(await slugsNow()).toEqual(model.slugs())
        expect(await periodsNow()).toEqual(model.periods())
        for (const slug of ['a', 'b', 'c', 'd']) {
          for (const at of [20, 61]) {
            const id = await channelIdBySlug(db, 'kick', slug, instant(at))
            const holder = id === null ? null : (await channelIdentity(db, id))!.platformUserId
            expect(holder).toBe(model.holderAt(slug, at))
          }
        }
      }),
      { numRuns: cases(12) },
    )
  })

  test('a batch leaves everybody with the slug that the same sightings leave one by one', async () => {
    const batch = fc.uniqueArray(sighting, { selector: ({ user }) => user, minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 10 }), async (batches) => {
        await clear()
        const model = createRenameModel()
        for (const one of batches) {
          model.seeAll(one)
          await observe(...one)
          expect(await slugsNow()).toEqual(model.slugs())
        }
        const periods = await periodsNow()
        for (const [user, slug] of Object.entries(await slugsNow())) {
          const open = periods[user]!.filter(({ until }) => until === null).map((period) => period.slug)
          expect(open).toEqual(slug === null ? [] : [slug])
        }
      }),
      { numRuns: cases(12) },
    )
  })
})

describe('concurrency and age', () => {
  test('many first sightings at once make one channel and exactly one of them says created', async () => {
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        upsertChannel(db, 'kick', { platformUserId: '1', slug: 'one', observedAt: instant(i + 1) }, { log }),
      ),
    )
    expect(new Set(results.map(({ id }) => id)).size).toBe(1)
    expect(results.filter(({ created }) => created)).toHaveLength(1)
  })

  test('concurrent renames and swaps never fail and the newest sighting of each slug holds it', async () => {
    for (let round = 0; round < 8; round++) {
      const sightings = Array.from(
        { length: 40 },
        (_, i): Sighting => ({
          user: String((i * 7 + round) % 5),
          slug: `s${(i * 3 + round) % 4}`,
          at: round * 100 + i + 1,
        }),
      )
      await Promise.all(sightings.map((one) => observe(one)))
      const slugs = await slugsNow()
      const newest = sightings.at(-1)!
      expect(slugs[newest.user]).toBe(newest.slug)
      const held = Object.values(slugs).filter((slug) => slug !== null)
      expect(new Set(held).size).toBe(held.length)
      const periods = await periodsNow()
      for (const [user, slug] of Object.entries(slugs)) {
        expect(periods[user]!.filter(({ until }) => until === null).map((period) => period.slug)).toEqual(
          slug === null ? [] : [slug],
        )
      }
    }
  })

  test('an older observation never overwrites a newer one, whatever it carries', async () => {
    const facts = [1, 2, 3, 4, 5].map((at) => ({
      platformUserId: '1',
      slug: 'one',
      displayName: `name at ${at}`,
      followerCount: at,
      observedAt: instant(at),
    }))
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(facts, { minLength: 5 }), async (order) => {
        await clear()
        for (const fact of order) await upsertChannel(db, 'kick', fact, { log })
        const [row] = await db.query<{ name: string; followers: number }>(
          statement(
            'test_profile',
            'SELECT display_name AS name, follower_count AS followers FROM dm.streamer_channel',
          ),
        )
        expect(row).toEqual({ name: 'name at 5', followers: 5 })
      }),
      { numRuns: cases(8) },
    )
  })

  test('a poll that shows what is stored is one statement and writes nothing', async () => {
    await observe({ user: '1', slug: 'one', at: 1 }, { user: '2', slug: 'two', at: 1 })
    const names: (string | undefined)[] = []
    const stop = db.onStatement((name) => names.push(name))
    const again = [
      { user: '1', slug: 'one', at: 2 },
      { user: '2', slug: 'two', at: 2 },
    ].map(toObservation)
    await upsertChangedChannels(db, 'kick', again, { log })
    stop()
    expect(names).toEqual(['channels_change_facts'])
  })

  test('a poll with one change applies it, and whoever confirms the contested slug at the same instant keeps it', async () => {
    await observe(
      { user: '1', slug: 'one', at: 1 },
      { user: '2', slug: 'two', at: 1 },
      { user: '3', slug: 'three', at: 1 },
    )
    const poll = [
      { user: '1', slug: 'one', at: 2 },
      { user: '2', slug: 'one', at: 2 },
      { user: '3', slug: 'renamed', at: 2 },
      { user: '4', slug: 'new', at: 2 },
    ].map(toObservation)
    await upsertChangedChannels(db, 'kick', poll, { log })
    // Whoever polls asks about stored channels: one that is not stored was deleted meanwhile, and stays deleted.
    expect(await slugsNow()).toEqual({ 1: 'one', 2: null, 3: 'renamed' })
    expect(await lookupsDue()).toEqual(['2'])
  })
})
