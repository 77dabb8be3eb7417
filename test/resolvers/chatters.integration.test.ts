import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'

const hour = 3_600_000
const now = Math.floor(Date.now() / hour) * hour
const iso = (ms: number): string => new Date(ms).toISOString()

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let channels: bigint[]
let ended: string
let live: string
const queries: string[] = []

/** Messages of people at an instant in a channel. */
const said = (channel: bigint, at: number, ...people: string[]) =>
  people.map((by) => ({ channel, at: Math.floor(at / 1000), by }))

beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  channels = []
  for (const slug of ['ada', 'bob', 'cyd', 'dan', 'eve', 'flo', 'gus']) channels.push(await seed(db).channel({ slug }))
  const [ada, bob, cyd] = channels as [bigint, bigint, bigint]
  ended = globalId('StreamSession', await seed(db).session(ada, new Date(now - 10 * hour), new Date(now - 8 * hour)))
  live = globalId('StreamSession', await seed(db).session(bob, new Date(now - hour), null))
  history = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  await insertSaid(history.store, [
    ...said(ada, now - 9.5 * hour, 'p', 'q', 'r', 's'),
    ...said(bob, now - 11 * hour, 'p', 'q', 'x'),
    ...said(cyd, now - 12 * hour, 'q'),
    ...said(cyd, now - 8 * hour, 'r'),
    // A channel that was deleted meanwhile.
    ...said(999_999n, now - 7 * hour, 's'),
    ...said(bob, now - hour / 2, 'p'),
  ])
  api = await startTestApi({
    db,
    clock: () => now,
    services: {
      history: { store: history.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] },
    },
  })
  await api.services.cursors.known()
})

beforeEach(() => {
  queries.length = 0
})

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const range = { from: iso(now - 24 * hour), to: iso(now) }
const shared = `query ($channels: [ID!]!, $range: TimeRange!) { sharedChatters(channels: $channels, range: $range) {
  channels { channel { slug } chatters } overlaps { channels { slug } chatters } } }`

const statementsOf = async <T>(run: () => Promise<T>): Promise<[T, string[]]> => {
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  const answer = await run()
  stop()
  return [answer, seen.sort()]
}

describe('shared chatters', () => {
  test('are counted for each channel and each set, by ids of any kind, in one query', async () => {
    const [ada, bob, cyd] = channels.map(String) as [string, string, string]
    const named = [globalId('Channel', BigInt(bob)), ada, cyd]
    const [{ data, errors }, statements] = await statementsOf(() =>
      api.ask(shared, { channels: named, range }, operatorKey),
    )
    expect(errors).toBeUndefined()
    expect(data.sharedChatters).toEqual({
      channels: [
        { channel: { slug: 'bob' }, chatters: 3 },
        { channel: { slug: 'ada' }, chatters: 4 },
        { channel: { slug: 'cyd' }, chatters: 2 },
      ],
      overlaps: [
        { channels: [{ slug: 'bob' }, { slug: 'ada' }], chatters: 2 },
        { channels: [{ slug: 'bob' }, { slug: 'cyd' }], chatters: 1 },
        { channels: [{ slug: 'ada' }, { slug: 'cyd' }], chatters: 2 },
        { channels: [{ slug: 'bob' }, { slug: 'ada' }, { slug: 'cyd' }], chatters: 1 },
      ],
    })
    expect(queries).toEqual(['chat_shared_chatters'])
    expect(statements).toEqual(['channel_ids_by_references', 'prisma'])
  })

  test('have 57 sets of six channels, in as many statements', async () => {
    const six = channels.slice(0, 6).map(String)
    const [{ data }, statements] = await statementsOf(() => api.ask(shared, { channels: six, range }, operatorKey))
    expect(data.sharedChatters.overlaps).toHaveLength(57)
    expect(queries).toEqual(['chat_shared_chatters'])
    expect(statements).toEqual(['channel_ids_by_references', 'prisma'])
  })

  test.each([
    ['one channel', 1, 'channels must name 2 to 6 channels.'],
    ['seven channels', 7, 'channels must name 2 to 6 channels.'],
  ])('of %s are refused', async (_, count, message) => {
    const named = channels.slice(0, count).map(String)
    const { errors } = await api.ask(shared, { channels: named, range }, operatorKey)
    expect(errors![0]).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } })
    expect(queries).toEqual([])
  })

  test('of a channel that is named twice, or is not there, are refused', async () => {
    const messageOf = async (named: string[]): Promise<string> =>
      (await api.ask(shared, { channels: named, range }, operatorKey)).errors![0]!.message
    const [ada] = channels as [bigint]
    expect(await messageOf([String(ada), globalId('Channel', ada)])).toBe('channels must name each channel once.')
    expect(await messageOf([String(ada), '999999'])).toBe('channels: there is no channel "999999".')
    expect(await messageOf([String(ada), 'x'])).toMatch(/^channels must be the id of a channel/)
    expect(queries).toEqual([])
  })
})

const around = `query ($session: ID!, $hours: Int, $first: Int) { broadcastChatters(session: $session, hours: $hours) {
  session { channel { slug } } chatters
  before { from until nowhereElse channels(first: $first) { channel { slug } chatters } }
  after { from until nowhereElse channels(first: $first) { channel { slug } chatters } } } }`

describe('the chatters of a broadcast', () => {
  test('are told with where they were before and after it, in one query', async () => {
    const [{ data, errors }, statements] = await statementsOf(() =>
      api.ask(around, { session: ended, hours: 4 }, operatorKey),
    )
    expect(errors).toBeUndefined()
    expect(data.broadcastChatters).toEqual({
      session: { channel: { slug: 'ada' } },
      chatters: 4,
      before: {
        from: iso(now - 14 * hour),
        until: iso(now - 10 * hour),
        nowhereElse: 2,
        channels: [
          { channel: { slug: 'bob' }, chatters: 2 },
          { channel: { slug: 'cyd' }, chatters: 1 },
        ],
      },
      after: {
        from: iso(now - 8 * hour),
        until: iso(now - 4 * hour),
        nowhereElse: 2,
        channels: [{ channel: { slug: 'cyd' }, chatters: 1 }],
      },
    })
    expect(queries).toEqual(['chat_chatters_elsewhere'])
    expect(statements).toEqual(['channel_ids_by_references', 'prisma', 'prisma'])
  })

  test('are named as many as is asked for, and the hours after it end now', async () => {
    const { data } = await api.ask(around, { session: ended, hours: 24, first: 1 }, operatorKey)
    const { before, after } = data.broadcastChatters
    expect(before.channels).toEqual([{ channel: { slug: 'bob' }, chatters: 2 }])
    expect(after).toMatchObject({ until: iso(now), channels: [{ channel: { slug: 'bob' }, chatters: 1 }] })
  })

  test('of a broadcast that lasts have no hours after it', async () => {
    const { data } = await api.ask(around, { session: live }, operatorKey)
    expect(data.broadcastChatters).toMatchObject({
      chatters: 1,
      before: { nowhereElse: 0, channels: [{ channel: { slug: 'ada' }, chatters: 1 }] },
      after: null,
    })
  })

  test('of a session that is not there are null', async () => {
    const session = globalId('StreamSession', 999_999n)
    expect((await api.ask(around, { session }, operatorKey)).data.broadcastChatters).toBeNull()
    expect(queries).toEqual([])
  })

  test.each([
    [{ hours: 0 }, 'hours must be a whole number from 1 to 168.'],
    [{ hours: 169 }, 'hours must be a whole number from 1 to 168.'],
    [{ first: 101 }, 'first must be a whole number from 1 to 100.'],
  ])('with %o are refused', async (more, message) => {
    const { errors } = await api.ask(around, { session: ended, ...more }, operatorKey)
    expect(errors![0]).toMatchObject({ message, extensions: { code: 'BAD_USER_INPUT' } })
  })
})
