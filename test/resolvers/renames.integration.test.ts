import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { silentLog } from '../../src/lib/log.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { cases } from '../support/lib/cases.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { truncate } from '../support/stores/truncate.ts'
import { createRenameModel, type Period, type Sighting } from '../support/workers/rename-model.ts'

let database: TestDatabase
let api: TestApi

const instant = (step: number): Date => new Date(Date.UTC(2026, 0, 1) + step * 1000)
const clear = () => truncate(database.db, 'dm.streamer_channel CASCADE')

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  await api.services.cursors.known()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(clear)

const observe = (platform: string, ...sightings: Sighting[]) =>
  upsertChannels(
    database.db,
    platform,
    sightings.map(({ user, slug, at }) => ({ platformUserId: user, slug, observedAt: instant(at) })),
    { log: silentLog },
  )

type Told = { user: string; from: string | null; to: string | null; at: number }

const query = `query ($range: TimeRange!, $platform: Platform, $first: Int, $after: String) {
  renames(range: $range, platform: $platform, first: $first, after: $after) {
    nodes { channel { platformUserId } from to observedAt } pageInfo { hasNextPage endCursor } } }`

type Row = { channel: { platformUserId: string }; from: string | null; to: string | null; observedAt: string }

/** All pages of the renames between two steps. */
const renamesOf = async (from: number, to: number, first = 100, platform?: string): Promise<Told[]> => {
  const range = { from: instant(from).toISOString(), to: instant(to).toISOString() }
  const found: Row[] = []
  for (let after: string | null = null; ; ) {
    const { data, errors }: Awaited<ReturnType<TestApi['ask']>> = await api.ask(query, {
      range,
      platform,
      first,
      after,
    })
    expect(errors).toBeUndefined()
    found.push(...data.renames.nodes)
    if (!data.renames.pageInfo.hasNextPage) break
    after = data.renames.pageInfo.endCursor
  }
  return found.map(({ channel, observedAt, ...rest }) => ({
    user: channel.platformUserId,
    ...rest,
    at: (Date.parse(observedAt) - instant(0).getTime()) / 1000,
  }))
}

/** What the periods of one user tell, read one by one. */
const toldBy = (user: string, periods: readonly Period[]): Told[] =>
  periods.flatMap((period, index) => {
    const next = periods[index + 1]
    const told: Told[] = []
    if (period.until !== null)
      told.push({ user, from: period.slug, to: next?.from === period.until ? next.slug : null, at: period.until })
    const before = periods[index - 1]
    if (before && before.until !== period.from) told.push({ user, from: null, to: period.slug, at: period.from })
    return told
  })

test('a rename, a loss and what follows it, newest first; a first name is none of them', async () => {
  await observe('kick', { user: '1', slug: 'a', at: 1 }, { user: '2', slug: 'x', at: 1 })
  await observe('kick', { user: '1', slug: 'b', at: 10 })
  await observe('kick', { user: '2', slug: 'b', at: 20 })
  await observe('kick', { user: '1', slug: 'c', at: 30 })
  await observe('twitch', { user: '3', slug: 'a', at: 5 })
  await observe('twitch', { user: '3', slug: 'd', at: 25 })
  expect(await renamesOf(0, 100)).toEqual([
    { user: '1', from: null, to: 'c', at: 30 },
    { user: '3', from: 'a', to: 'd', at: 25 },
    { user: '2', from: 'x', to: 'b', at: 20 },
    { user: '1', from: 'b', to: null, at: 20 },
    { user: '1', from: 'a', to: 'b', at: 10 },
  ])
  expect(await renamesOf(0, 100, 100, 'TWITCH')).toEqual([{ user: '3', from: 'a', to: 'd', at: 25 }])
  // From the first instant on, and before the second.
  expect((await renamesOf(10, 20)).map(({ at }) => at)).toEqual([10])
})

test('two channels that swap their slugs are two renames, and so is each time that one goes back', async () => {
  for (const [one, two, at] of [
    ['a', 'b', 1],
    ['b', 'a', 2],
    ['a', 'b', 3],
  ] as const)
    await observe('kick', { user: '1', slug: one, at }, { user: '2', slug: two, at })
  expect(await renamesOf(0, 9)).toEqual([
    { user: '2', from: 'a', to: 'b', at: 3 },
    { user: '1', from: 'b', to: 'a', at: 3 },
    { user: '2', from: 'b', to: 'a', at: 2 },
    { user: '1', from: 'a', to: 'b', at: 2 },
  ])
})

test('equals a plain model over random sightings in any order, page by page', async () => {
  const sighting = fc.record<Sighting>({
    user: fc.constantFrom('1', '2', '3'),
    slug: fc.constantFrom('a', 'b', 'c'),
    at: fc.integer({ min: 1, max: 60 }),
  })
  const range = fc.tuple(fc.nat({ max: 62 }), fc.nat({ max: 62 }))
  await fc.assert(
    fc.asyncProperty(
      fc.array(sighting, { minLength: 1, maxLength: 14 }),
      range,
      fc.integer({ min: 1, max: 4 }),
      async (trace, [a, b], first) => {
        await clear()
        const model = createRenameModel()
        for (const one of trace) {
          model.see(one)
          await observe('kick', one)
        }
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const found = await renamesOf(from, to, first)
        const instants = found.map(({ at }) => at)
        expect(instants).toEqual(instants.toSorted((x, y) => y - x))
        const wanted = Object.entries(model.periods()).flatMap(([user, periods]) => toldBy(user, periods))
        const sorted = (list: Told[]) => list.map((one) => JSON.stringify(one)).sort()
        expect(sorted(found)).toEqual(sorted(wanted.filter(({ at }) => at >= from && at < to)))
      },
    ),
    { numRuns: cases(15) },
  )
})

test('a page is two statements, however many channels it shows, and refuses a range that runs backward', async () => {
  const many = Array.from({ length: 30 }, (_, n) => String(n))
  for (const at of [1, 2]) await observe('kick', ...many.map((user) => ({ user, slug: `s${user}-${at}`, at })))
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  expect(await renamesOf(0, 9)).toHaveLength(30)
  stop()
  expect(seen).toEqual(['renames', 'prisma'])
  const { errors } = await api.ask(query, { range: { from: instant(2), to: instant(1) } })
  expect(errors).toMatchObject([{ message: 'range.from must not be after range.to.' }])
})

test('a page reads what it shows, and not the channels that were learned of in the range', async () => {
  const { pool } = database.db
  await pool.query(`INSERT INTO dm.streamer_channel (id, external_id, platform, platform_user_id)
    SELECT n, lpad(n::text, 26, '0'), 'kick', 'u' || n FROM generate_series(1, 20000) n`)
  await pool.query(`INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from)
    SELECT n, 's' || n, '2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, 20000) n`)
  await observe('kick', { user: 'u7', slug: 'renamed', at: 40_000 })
  await pool.query('ANALYZE')
  const range = [instant(0).toISOString(), instant(90_000).toISOString()]
  let asked = ''
  const stop = database.db.onStatement((name, sql) => {
    if (name === 'renames') asked = sql
  })
  expect(await renamesOf(0, 90_000)).toEqual([{ user: 'u7', from: 's7', to: 'renamed', at: 40_000 }])
  stop()
  const plan = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ${asked}`, [
    ...range,
    null,
    null,
    null,
    101,
  ])
  const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(lines).toMatch(/idx_slug_history_ended/)
  expect(lines).toMatch(/idx_slug_history_regained/)
  expect(lines).not.toMatch(/Seq Scan/)
})
