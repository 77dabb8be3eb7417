import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'

let database: TestDatabase
let compiling: TestApi
let executing: TestApi

type Model = {
  id: bigint
  channel: { id: bigint; platform: string; slug: string; former: string | null; claimed: boolean }
  startedAt: number
  endedAt: number | null
  category: string | null
  language: string | null
}
const model: Model[] = []

const hour = (n: number): number => Date.UTC(2026, 2, 1) + n * 3_600_000
const insert = statement(
  'test_session',
  `INSERT INTO dm.stream_session (channel_id, started_at, ended_at, end_source, category, language)
   VALUES ($1, $2, $3, CASE WHEN $3::timestamptz IS NOT NULL THEN 'poll' END, $4, $5) RETURNING id`,
)
const claim = statement(
  'test_claim',
  `WITH s AS (INSERT INTO public.streamers (name) VALUES ('x') RETURNING id)
   INSERT INTO public.streamer_channel_link (streamer_id, channel_id) SELECT id, $1 FROM s`,
)

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  const at = (n: number) => new Date(hour(n))
  for (let c = 0; c < 12; c++) {
    const channel = {
      platform: c % 5 === 0 ? 'twitch' : 'kick',
      slug: `slug-${c}`,
      former: c % 3 === 0 ? `old-${c}` : null,
      claimed: c % 4 === 0,
    }
    const id = await seed(db).channel(channel)
    if (channel.former) await seed(db).slugPeriod(id, channel.former, at(-9), at(-8))
    if (channel.claimed) await db.query(claim, [id])
    // Many begin at once. One lasts for days, one no time at all, and some are on.
    const lengths = [1, 3, c === 2 ? 60 : 2, c === 3 ? 0 : 1, c % 2 ? null : 2]
    for (const [k, length] of lengths.entries()) {
      const startedAt = hour(k * 6 + (k === 4 ? 60 : 0) + (c % 3))
      const endedAt = length === null ? null : startedAt + length * 3_600_000
      const [category, language] = [[null, 'Chess', 'CHESS', 'Go'][(c + k) % 4]!, ['en', 'EN', 'de', null][k % 4]!]
      const values = [id, new Date(startedAt), endedAt && new Date(endedAt), category, language]
      const [row] = await db.query<{ id: bigint }>(insert, values)
      model.push({ id: row!.id, channel: { id, ...channel }, startedAt, endedAt, category, language })
    }
  }
  compiling = await startTestApi({ db })
  executing = await startTestApi({ db, compiled: false })
  await Promise.all([compiling, executing].map(({ services }) => services.cursors.known()))
})
afterAll(async () => {
  await compiling[Symbol.asyncDispose]()
  await executing[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Filter = {
  platform?: string
  slugs?: string[]
  channels?: number[]
  category?: string
  language?: string
  range?: { from: number; to: number }
  live?: boolean
  claimed?: boolean
}

const isAlike = (text: string | null, asked: string): boolean => text?.toLowerCase() === asked.toLowerCase()

const passes = ({ channel, startedAt, endedAt, ...one }: Model, asked: Filter): boolean => {
  const { platform, slugs, channels, category, language, range, live, claimed } = asked
  return (
    (platform === undefined || channel.platform === platform.toLowerCase()) &&
    (slugs === undefined || slugs.some((slug) => slug === channel.slug || slug === channel.former)) &&
    (channels === undefined || channels.some((n) => model[n * 5]!.channel.id === channel.id)) &&
    (category === undefined || isAlike(one.category, category)) &&
    (language === undefined || isAlike(one.language, language)) &&
    (range === undefined ||
      // An empty range overlaps nothing.
      (range.from < range.to &&
        startedAt < range.to &&
        (startedAt >= range.from || (endedAt ?? Number.POSITIVE_INFINITY) > range.from))) &&
    (live === undefined || live === (endedAt === null)) &&
    (claimed === undefined || channel.claimed === claimed)
  )
}

const filters: fc.Arbitrary<Filter> = fc
  .record(
    {
      platform: fc.constantFrom('KICK', 'TWITCH', 'X'),
      slugs: fc.subarray(['slug-1', 'slug-2', 'slug-3', 'old-0', 'old-9', 'nobody'], { minLength: 1 }),
      channels: fc.subarray([0, 1, 2, 3, 11], { minLength: 1 }),
      category: fc.constantFrom('chess', 'GO', 'nothing'),
      language: fc.constantFrom('en', 'DE', 'fr'),
      range: fc.tuple(fc.integer({ min: -2, max: 90 }), fc.integer({ min: 0, max: 40 })).map(([from, length]) => ({
        from: hour(from),
        to: hour(from + length),
      })),
      live: fc.boolean(),
      claimed: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .filter((filter) => Object.keys(filter).length < 5)

const query = `query ($filter: SessionFilter, $first: Int, $after: String, $last: Int, $before: String) {
  sessions(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`

const variablesOf = ({ channels, range, ...filter }: Filter) => ({
  ...filter,
  ...(channels && { channels: channels.map((n) => globalId('Channel', model[n * 5]!.channel.id)) }),
  ...(range && { range: { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() } }),
})

test('sessions are each given exactly once, newest first, whatever the filter, the page size and the direction', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      fc.boolean(),
      async (asked, size, back, is) => {
        const api = is ? compiling : executing
        const expected = model
          .filter((one) => passes(one, asked))
          .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
          .map(({ id }) => globalId('StreamSession', id))
        const isCounted = asked.slugs !== undefined || asked.channels !== undefined || asked.live === true
        const found: string[] = []
        for (let cursor: string | null = null; ; ) {
          const page = back ? { last: size, before: cursor } : { first: size, after: cursor }
          const { data, errors } = await api.ask(query, { filter: variablesOf(asked), ...page }, operatorKey)
          expect(errors).toBeUndefined()
          const { nodes, pageInfo, totalCount } = data.sessions
          const isWhole = cursor === null && expected.length <= size
          expect(totalCount).toBe(isCounted || isWhole ? expected.length : null)
          const ids = nodes.map(({ id }: { id: string }) => id)
          if (back) found.unshift(...ids)
          else found.push(...ids)
          if (!(back ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) break
          expect(ids).toHaveLength(size)
          cursor = back ? pageInfo.startCursor : pageInfo.endCursor
        }
        expect(found).toEqual(expected)
      },
    ),
    { numRuns: 150 },
  )
})

test('a page costs one statement, and one more where claims or a cursor are asked for', async () => {
  const statementsOf = async (api: TestApi, variables: object) => {
    const seen: string[] = []
    const stop = database.db.onStatement((name) => seen.push(name ?? ''))
    const { data, errors } = await api.ask(query.replace('totalCount', ''), variables, operatorKey)
    stop()
    expect(errors).toBeUndefined()
    return { seen, after: data.sessions.pageInfo.endCursor as string }
  }
  const filter = variablesOf({ range: { from: hour(0), to: hour(9) }, slugs: ['slug-2'], platform: 'KICK' })
  const { seen, after } = await statementsOf(compiling, { filter, first: 1 })
  expect(seen).toEqual([expect.stringMatching(/^compiled_/)])
  expect((await statementsOf(compiling, { filter, first: 1, after })).seen).toHaveLength(1)
  expect((await statementsOf(executing, { filter })).seen).toEqual(['sessions:slugs:on_kick:during'])
  const claims = { filter: { ...filter, claimed: false } }
  expect((await statementsOf(compiling, claims)).seen).toEqual([
    'claimed_channels',
    'sessions:slugs:on_kick:during:unclaimed',
  ])
})

describe('the filter of sessions', () => {
  test.each([
    ['slugs: []', 'filter.slugs must have 1 to 100 entries.'],
    ['channels: []', 'filter.channels must have 1 to 100 entries.'],
    [
      `channels: ["x"]`,
      'filter.channels must be the id of a channel: a global id, a ULID or a number from 1 to 9223372036854775807.',
    ],
    [
      'range: { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" }',
      'filter.range.from must not be after filter.range.to.',
    ],
    [`category: "${'x'.repeat(101)}"`, 'filter.category must be at most 100 characters, without control characters.'],
  ])('%s is refused', async (filter, message) => {
    for (const api of [compiling, executing]) {
      const { errors } = await api.ask(`{ sessions(filter: { ${filter} }) { nodes { id } } }`)
      expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })
})

test('an empty range overlaps no broadcast, of all channels and of one', async () => {
  const rangeFrom = (from: number, to: number) =>
    `{ from: "${new Date(from).toISOString()}", to: "${new Date(to).toISOString()}" }`
  const lasting = model.find(({ endedAt, startedAt }) => endedAt !== null && endedAt - startedAt > 3_600_000)!
  const inside = lasting.startedAt + 1_000
  const document = (range: string) =>
    `{ all: sessions(filter: { range: ${range} }) { nodes { id } } channel(id: "${lasting.channel.id}") { sessions(range: ${range}) { nodes { id } } } }`
  for (const api of [compiling, executing]) {
    const empty = (await api.ask(document(rangeFrom(inside, inside)))).data
    expect(empty).toEqual({ all: { nodes: [] }, channel: { sessions: { nodes: [] } } })
    const short = (await api.ask(document(rangeFrom(inside, inside + 1)))).data
    expect([short.all.nodes.length > 0, short.channel.sessions.nodes.length]).toEqual([true, 1])
  }
})
