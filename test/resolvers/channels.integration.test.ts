import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statement } from '../../src/stores/postgres/statement.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

let database: TestDatabase
let api: TestApi

/** What the lists are compared with. */
type Model = {
  id: bigint
  platform: string
  slug: string | null
  displayName: string | null
  status: string
  followers: number | null
  lastSeenAt: Date
  firstSeenAt: Date
  active: boolean
  claimed: boolean
  score: number | null
  /** The slug it once had, and since when. */
  former: { slug: string; from: number } | null
  /** What it broadcasts now. */
  on: { category: string | null; language: string | null } | null
  trackedSince: number
}
const model: Model[] = []
const day = (n: number): Date => new Date(Date.UTC(2026, 2, 1 + n))

const schedule = statement(
  'test_schedule',
  'INSERT INTO dm.probe_schedule (channel_id, active, switched_at) VALUES ($1, $2, $3)',
)
const broadcast = statement(
  'test_broadcast',
  'INSERT INTO dm.stream_session (channel_id, started_at, category, language) VALUES ($1, $2, $3, $4)',
)
const claim = statement(
  'test_claim',
  `WITH s AS (INSERT INTO public.streamers (name) VALUES ('x') RETURNING id)
   INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified) SELECT id, $1, $2 FROM s`,
)
const score = statement(
  'test_score',
  `INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm) VALUES ($1, $2, 'test')`,
)

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  const seeding = seed(db)
  for (let i = 0; i < 90; i++) {
    // Few distinct values, so that every order has ties that only the id breaks.
    const one = {
      platform: i % 7 === 0 ? 'twitch' : 'kick',
      slug: i % 11 === 0 ? null : `s${(i * 37) % 90}_${i % 2 ? 'per%cent' : 'under'}`.replace('%', ''),
      displayName: i % 5 === 0 ? null : `Näme ${i % 10} 100%_\\`,
      status: (['online', 'offline', 'unknown'] as const)[i % 3]!,
      followers: i % 4 === 0 ? null : i % 6,
      lastSeenAt: day(i % 8),
      firstSeenAt: day(i % 3),
    }
    const id = await seeding.channel(one)
    const rest = {
      active: i % 2 === 0,
      claimed: i % 9 === 0,
      score: i % 3 === 0 ? null : (i % 5) / 4 + 0.1,
      former: i % 6 === 1 ? { slug: `old_${i % 4}`, from: (i * 7) % 50 } : null,
      on:
        i % 4 < 2
          ? {
              category: [null, 'Chess', 'CHESS', 'Über'][i % 7] ?? 'Go',
              language: ['en', 'EN', 'de', null][i % 5] ?? null,
            }
          : null,
      trackedSince: i % 6,
    }
    // What was on before does not count.
    await seeding.session(id, day(-2), day(-1))
    if (rest.on) await db.query(broadcast, [id, day(0), rest.on.category, rest.on.language])
    if (rest.former) await seeding.slugPeriod(id, rest.former.slug, day(rest.former.from), day(100))
    if (i % 4 !== 3) await db.query(schedule, [id, rest.active, day(rest.trackedSince)])
    else rest.active = false
    if (rest.claimed) await db.query(claim, [id, i % 2 === 0])
    if (rest.score !== null) await db.query(score, [id, rest.score])
    model.push({ id, ...one, ...rest })
  }
  // A score may outlive its channel: the reference is soft.
  await db.query(score, [999_999, 1])
  api = await startTestApi({ db })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const down = <T>(a: T, b: T): number => (a < b ? 1 : a > b ? -1 : 0)
const byId = (a: Model, b: Model) => down(a.id, b.id)
const orders: Record<string, (a: Model, b: Model) => number> = {
  LAST_SEEN_DESC: (a, b) => down(a.lastSeenAt.getTime(), b.lastSeenAt.getTime()) || byId(a, b),
  FIRST_SEEN_DESC: (a, b) => down(a.firstSeenAt.getTime(), b.firstSeenAt.getTime()) || byId(a, b),
  FOLLOWERS_DESC: (a, b) => down(a.followers ?? -1, b.followers ?? -1) || byId(a, b),
  SLUG_ASC: (a, b) => down(b.slug ?? '~', a.slug ?? '~') || -byId(a, b),
  TRUST_SCORE_DESC: (a, b) => down(a.score ?? -1, b.score ?? -1) || byId(a, b),
}

type Filter = {
  platform?: string
  status?: string
  search?: string
  active?: boolean
  claimed?: boolean
  slugs?: string[]
  category?: string
  language?: string
  trackedSince?: Date
}

/** Who has the slug on the platform now, else who had it last. */
const holderOf = (platform: string, slug: string): Model | undefined => {
  const here = model.filter((one) => one.platform === platform)
  const formerly = here.filter(({ former }) => former?.slug === slug)
  return here.find((one) => one.slug === slug) ?? formerly.sort((a, b) => b.former!.from - a.former!.from)[0]
}

const isAlike = (text: string | null | undefined, asked: string): boolean => text?.toLowerCase() === asked.toLowerCase()

const passes = (
  one: Model,
  { platform, status, search, active, claimed, slugs, category, language, trackedSince }: Filter,
): boolean =>
  (slugs === undefined || slugs.some((slug) => holderOf(one.platform, slug.toLowerCase()) === one)) &&
  (category === undefined || isAlike(one.on?.category, category.trim())) &&
  (language === undefined || isAlike(one.on?.language, language)) &&
  (trackedSince === undefined || (one.active && day(one.trackedSince) <= trackedSince)) &&
  (platform === undefined || one.platform === platform.toLowerCase()) &&
  (status === undefined || one.status === status.toLowerCase()) &&
  (search === undefined ||
    [one.slug, one.displayName].some((text) => text?.toLowerCase().includes(search.toLowerCase()))) &&
  (active === undefined || one.active === active) &&
  (claimed === undefined || one.claimed === claimed)

const query = `query ($filter: ChannelFilter, $orderBy: ChannelOrder, $first: Int, $after: String, $last: Int, $before: String) {
  channels(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { channelId } } nodes { channelId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`

/** Walks a whole list in pages of one size, from one end. */
const walk = async (filter: Filter, orderBy: string, size: number, backward: boolean): Promise<bigint[]> => {
  const found: bigint[] = []
  const count = model.filter((one) => passes(one, filter)).length
  for (let cursor: string | null = null; ; ) {
    const page = backward ? { last: size, before: cursor } : { first: size, after: cursor }
    const { data, errors } = await api.ask(query, { filter, orderBy, ...page }, operatorKey)
    expect(errors).toBeUndefined()
    const { edges, nodes, pageInfo, totalCount } = data.channels
    const isWhole = cursor === null && count <= size
    expect(totalCount).toBe(isWhole || isCounted(filter, orderBy) ? count : null)
    const ids: bigint[] = nodes.map((node: { channelId: string }) => BigInt(node.channelId))
    expect(edges.map((edge: { node: { channelId: string } }) => BigInt(edge.node.channelId))).toEqual(ids)
    expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null)
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null)
    if (backward) found.unshift(...ids)
    else found.push(...ids)
    expect(backward ? pageInfo.hasNextPage : pageInfo.hasPreviousPage).toBe(cursor !== null)
    if (!(backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return found
    expect(ids).toHaveLength(size)
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor
  }
}

const filters: fc.Arbitrary<Filter> = fc
  .record(
    {
      platform: fc.constantFrom('KICK', 'TWITCH', 'X'),
      status: fc.constantFrom('ONLINE', 'OFFLINE', 'UNKNOWN'),
      search: fc.constantFrom('s1', 'S1', 'under', 'per', 'ÄME 3', '100%', '%_\\', '_', '%', 'nothing'),
      active: fc.boolean(),
      claimed: fc.boolean(),
      slugs: fc.uniqueArray(
        fc.constantFrom('s0_under', 's1_per', 'S2_UNDER', 's37_percent', 'old_0', 'old_1', 'OLD_3', 'nobody'),
        {
          minLength: 1,
        },
      ),
      category: fc.constantFrom('chess', 'CHESS', ' über ', 'go', 'nothing'),
      language: fc.constantFrom('en', 'De', 'fr'),
      trackedSince: fc.integer({ min: -1, max: 6 }).map(day),
    },
    { requiredKeys: [] },
  )
  .filter((filter) => Object.keys(filter).length < 5)

/** Whether an index finds all channels of the filter, and these are few. Claims and scores are in the other database. */
const isCounted = ({ slugs, category, language, status, claimed }: Filter, orderBy: string): boolean =>
  (slugs ?? category ?? language ?? (status === 'ONLINE' ? status : undefined)) !== undefined &&
  claimed === undefined &&
  orderBy !== 'TRUST_SCORE_DESC'

describe.each(Object.keys(orders))('channels in the order %s', (orderBy) => {
  test('are each given exactly once, in order, whatever the filter, the page size and the direction', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 3, max: 100 }), fc.boolean(), async (filter, size, backward) => {
        fc.pre(orderBy !== 'FOLLOWERS_DESC' || filter.platform !== 'KICK')
        const expected = model.filter((one) => passes(one, filter)).sort(orders[orderBy])
        expect(await walk(filter, orderBy, size, backward)).toEqual(expected.map(({ id }) => id))
      }),
      { numRuns: 25 },
    )
  })
})

test('a page is steady while channels before it change', async () => {
  const { data } = await api.ask(query, { orderBy: 'SLUG_ASC', first: 5 })
  const rest = await api.ask(query, { orderBy: 'SLUG_ASC', first: 100, after: data.channels.pageInfo.endCursor })
  await seed(database.db).channel({ slug: 'aaa', displayName: 'before all others', firstSeenAt: new Date(0) })
  const again = await api.ask(query, { orderBy: 'SLUG_ASC', first: 100, after: data.channels.pageInfo.endCursor })
  expect(again.data).toEqual(rest.data)
  await database.db.query(statement('test_delete', `DELETE FROM dm.streamer_channel WHERE current_slug = 'aaa'`))
})

test('an order by followers is refused for a platform that tells none, and allowed for the others', async () => {
  const ask = (filter: Filter) => api.ask(query, { filter, orderBy: 'FOLLOWERS_DESC', first: 3 })
  const { errors } = await ask({ platform: 'KICK', status: 'ONLINE' })
  expect(errors).toMatchObject([
    {
      message:
        'orderBy must not be FOLLOWERS_DESC with filter.platform KICK: Kick tells nobody how many follow a channel; each follow that it reports is counted in follows.',
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ])
  for (const filter of [{}, { platform: 'TWITCH' }, { platform: 'X' }])
    expect((await ask(filter)).errors).toBeUndefined()
})

describe('the arguments of channels', () => {
  test.each([
    ['first: -1', 'first must be from 0 to 100.'],
    ['first: 101', 'first must be from 0 to 100.'],
    ['first: 1, last: 1', 'Give first or last, not both.'],
    ['after: "abc"', 'The cursor is not valid for this list.'],
    [
      `filter: { search: "${'x'.repeat(101)}" }`,
      'filter.search must be at most 100 characters, without control characters.',
    ],
    ['filter: { category: "a\\tb" }', 'filter.category must be at most 100 characters, without control characters.'],
    ['filter: { slugs: [] }', 'filter.slugs must have 1 to 100 entries.'],
    [
      `filter: { slugs: ${JSON.stringify(Array.from({ length: 101 }, (_, n) => `s${n}`))} }`,
      'filter.slugs must have 1 to 100 entries.',
    ],
    ['filter: { slugs: ["a", "no slug"] }', 'filter.slugs must be 1 to 40 letters, digits, "_" or "-".'],
    ['filter: { search: "a\\u0000b" }', 'filter.search must be at most 100 characters, without control characters.'],
  ])('%s are refused', async (args, message) => {
    const { data, errors } = await api.ask(`{ channels(${args}) { nodes { id } } }`)
    expect(data).toBeNull()
    expect(errors).toEqual([expect.objectContaining({ message, extensions: { code: 'BAD_USER_INPUT' } })])
  })

  test('a cursor is refused by the list in another order', async () => {
    const { data } = await api.ask(query, { orderBy: 'SLUG_ASC', first: 1 })
    const { errors } = await api.ask(query, {
      orderBy: 'FOLLOWERS_DESC',
      first: 1,
      after: data.channels.pageInfo.endCursor,
    })
    expect(errors?.[0]?.message).toBe('The cursor is not valid for this list.')
  })

  test('first: 0 gives no rows and still tells that there are some', async () => {
    const { data } = await api.ask(query, { first: 0 })
    expect(data.channels).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
      totalCount: null,
    })
  })

  test('an empty search is no filter', async () => {
    const { data } = await api.ask(query, { filter: { search: '  ' }, first: 100 })
    expect(data.channels.nodes).toHaveLength(model.length)
  })
})

test('cursors from before a restore of the database are refused, without a restart', async () => {
  const { data } = await api.ask(query, { first: 1 })
  await database.db.query(statement('test_restore', 'UPDATE dm.status_journal SET epoch = gen_random_uuid()'))
  const { errors } = await api.ask(query, { first: 1, after: data.channels.pageInfo.endCursor })
  expect(errors?.[0]?.message).toBe('The cursor is not valid for this list.')
})
