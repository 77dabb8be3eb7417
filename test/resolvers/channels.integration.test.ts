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
}
const model: Model[] = []

const schedule = statement('test_schedule', 'INSERT INTO dm.probe_schedule (channel_id, active) VALUES ($1, $2)')
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
  const day = (n: number) => new Date(Date.UTC(2026, 2, 1 + n))
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
    }
    if (i % 4 !== 3) await db.query(schedule, [id, rest.active])
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

type Filter = { platform?: string; status?: string; search?: string; active?: boolean; claimed?: boolean }

const passes = (one: Model, { platform, status, search, active, claimed }: Filter): boolean =>
  (platform === undefined || one.platform === platform.toLowerCase()) &&
  (status === undefined || one.status === status.toLowerCase()) &&
  (search === undefined ||
    [one.slug, one.displayName].some((text) => text?.toLowerCase().includes(search.toLowerCase()))) &&
  (active === undefined || one.active === active) &&
  (claimed === undefined || one.claimed === claimed)

const query = `query ($filter: ChannelFilter, $orderBy: ChannelOrder, $first: Int, $after: String, $last: Int, $before: String) {
  channels(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { channelId } } nodes { channelId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`

/** Walks a whole list in pages of one size, from one end. */
const walk = async (filter: Filter, orderBy: string, size: number, backward: boolean): Promise<bigint[]> => {
  const found: bigint[] = []
  for (let cursor: string | null = null; ; ) {
    const page = backward ? { last: size, before: cursor } : { first: size, after: cursor }
    const { data, errors } = await api.ask(query, { filter, orderBy, ...page }, operatorKey)
    expect(errors).toBeUndefined()
    const { edges, nodes, pageInfo } = data.channels
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

const filters: fc.Arbitrary<Filter> = fc.record(
  {
    platform: fc.constantFrom('KICK', 'TWITCH', 'X'),
    status: fc.constantFrom('ONLINE', 'OFFLINE', 'UNKNOWN'),
    search: fc.constantFrom('s1', 'S1', 'under', 'per', 'ÄME 3', '100%', '%_\\', '_', '%', 'nothing'),
    active: fc.boolean(),
    claimed: fc.boolean(),
  },
  { requiredKeys: [] },
)

describe.each(Object.keys(orders))('channels in the order %s', (orderBy) => {
  test('are each given exactly once, in order, whatever the filter, the page size and the direction', async () => {
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 3, max: 100 }), fc.boolean(), async (filter, size, backward) => {
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
