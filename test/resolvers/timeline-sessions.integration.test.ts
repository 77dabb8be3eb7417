import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'

const minute = 60_000
const day = 1_440 * minute
const now = Math.floor(Date.now() / day) * day
const completeThrough = { probes: now - 3_000, chat: now - 9_000, follows: now - 6_000, deliveries: now }

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
const queries: string[] = []

/** Of each channel: two that are over, the second of which begins within the first's last bucket, and one that lasts. */
const broadcasts = [
  { from: now - 3 * day + 17_250, to: now - 3 * day + 95 * minute + 40_900 },
  { from: now - 3 * day + 97 * minute, to: now - 3 * day + 240 * minute },
  { from: now - 50 * minute - 30_000, to: null },
]
const channelIds: bigint[] = []
const sessionIds: bigint[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  history = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  for (let channel = 0; channel < 8; channel++) {
    const id = await seed(database.db).channel({ firstSeenAt: new Date(now - 30 * day) })
    channelIds.push(id)
    for (const { from, to } of broadcasts)
      sessionIds.push(await seed(database.db).session(id, new Date(from), to === null ? null : new Date(to)))
    const [{ user } = { user: '' }] = await database.db.query<{ user: string }>(
      statement('user_of', 'SELECT platform_user_id AS user FROM dm.streamer_channel WHERE id = $1'),
      [id],
    )
    // A look a minute, whether live or not, but for twenty minutes within the second broadcast.
    const looks = Array.from({ length: 300 }, (_, look) => (now - 3 * day) / 1000 + look * 60 - 600 + channel).concat(
      Array.from({ length: 70 }, (_, look) => now / 1000 - 4_200 + look * 60 + channel),
    )
    await insertProbes(
      history.store,
      looks
        .filter((at) => at < (now - 3 * day) / 1000 + 7_800 || at >= (now - 3 * day) / 1000 + 9_000)
        .map((at, look) => {
          const live = broadcasts.find(({ from, to }) => at * 1000 >= from && at * 1000 < (to ?? now))
          const startedAt = live && Math.floor(live.from / 1000)
          return { channel: user, at, startedAt, viewers: live ? 50 * (channel + 1) + ((look * 37) % 29) : null }
        }),
    )
    const said = Array.from({ length: 400 }, (_, n) => ({
      channel: id,
      at: Math.floor(((n % 2 === 0 ? now - 3 * day : now - 70 * minute) - 600_000 + n * 41_000) / 1000),
      by: `chatter-${(n * channel) % 11}`,
    }))
    await insertSaid(history.store, said)
    await insertFollows(
      database.db,
      id,
      Array.from({ length: 90 }, (_, n) => (n % 2 === 0 ? now - 3 * day : now - 70 * minute) + n * 131_007),
    )
  }
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: {
      history: {
        store: history.store,
        env: 'test',
        completeThrough: (kind) => new Date(completeThrough[kind]),
        lost: () => [],
      },
    },
  })
})

beforeEach(() => {
  queries.length = 0
})

afterAll(async () => {
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const timelines = `query ($ids: [ID!]!, $bucket: Bucket) { nodes(ids: $ids) { ... on StreamSession {
  timeline(bucket: $bucket) { meta { from to bucket timezone completeThrough coverage } points { start end viewers messages chatters follows } } } } }`

const separate = `query ($id: ID!, $range: TimeRange!, $bucket: Bucket) { channel(id: $id) {
  viewers(range: $range, bucket: $bucket) { meta { coverage bucket } points { start end average } }
  chatActivity(range: $range, bucket: $bucket) { points { start end messages chatters } }
  follows(range: $range, bucket: $bucket) { total points { start end follows } } } }`

const ids = () => sessionIds.map((id) => globalId('StreamSession', id))

// The order of additions may differ in the last bit.
const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))

describe('a timeline', () => {
  test.each(['AUTO', 'MINUTE', 'FIFTEEN_MINUTES', 'HOUR', 'DAY'])(
    'in %s is the three series on one axis',
    async (bucket) => {
      const { data, errors } = await api.ask(timelines, { ids: ids(), bucket })
      expect(errors).toBeUndefined()
      let told = { viewers: 0, messages: 0, chatters: 0, follows: 0 }
      for (const [index, { timeline }] of data.nodes.entries()) {
        const { from, to } = broadcasts[index % 3]!
        const range = { from: new Date(from).toISOString(), to: new Date(to ?? now).toISOString() }
        const channel = globalId('Channel', channelIds[Math.floor(index / 3)]!)
        const { viewers, chatActivity, follows } = (await api.ask(separate, { id: channel, range, bucket })).data
          .channel
        expect(timeline.meta).toEqual({
          ...range,
          bucket: viewers.meta.bucket,
          timezone: 'UTC',
          completeThrough: new Date(completeThrough.chat).toISOString(),
          coverage: viewers.meta.coverage,
        })
        expect(timeline.points).toEqual(
          viewers.points.map(({ average, ...place }: { average: number | null }, i: number) => ({
            ...place,
            viewers: close(average),
            messages: chatActivity.points[i].messages,
            chatters: chatActivity.points[i].chatters,
            follows: follows.points[i].follows,
          })),
        )
        for (const key of ['viewers', 'messages', 'chatters', 'follows'] as const)
          told = {
            ...told,
            [key]: told[key] + timeline.points.reduce((sum: number, point: never) => sum + point[key], 0),
          }
      }
      for (const sum of Object.values(told)) expect(sum).toBeGreaterThan(100)
    },
  )

  test('costs the same queries and statements for 1 session and for 24', async () => {
    const costOf = async (way: 'ask' | 'execute', which: string[]) => {
      const statements: string[] = []
      queries.length = 0
      const stop = database.db.onStatement((name) => statements.push(statementName(name)))
      await api[way](timelines, { ids: which })
      stop()
      return { queries: queries.toSorted(), statements: statements.sort() }
    }
    for (const [way, statements] of [
      ['ask', ['compiled', 'follow_counts']],
      ['execute', ['follow_counts', 'prisma', 'watched_sessions']],
    ] as const) {
      const one = await costOf(way, ids().slice(0, 1))
      expect(one).toEqual({ queries: ['chat_chatters', 'probes_of_stretches'], statements })
      const all = await costOf(way, ids())
      expect({ ...all, queries: all.queries.map((name) => name.replace('_of_axes', '')) }).toEqual(one)
    }
  })

  test('counts chatters only for who asks for them, also through fragments', async () => {
    const ask = async (selection: string, more = '') => {
      queries.length = 0
      const query = `query ($ids: [ID!]!, $no: Boolean = false) { nodes(ids: $ids) { __typename @skip(if: $no) ... on StreamSession { timeline ${selection} } } } ${more}`
      expect((await api.ask(query, { ids: ids().slice(0, 1) })).errors).toBeUndefined()
      return queries.find((name) => name.startsWith('chat_'))
    }
    expect(await ask('{ points { messages } }')).toBe('chat_messages_of_steps')
    expect(await ask('{ points { chatters @include(if: $no) follows } }')).toBe('chat_messages_of_steps')
    expect(
      await ask('{ points { messages } ...More }', 'fragment More on SessionTimeline { points { ... { chatters } } }'),
    ).toBe('chat_chatters')
  })

  test('that has too many buckets is refused, and those beside it are answered', async () => {
    const long = await seed(database.db).session(channelIds[0]!, new Date(now - 25 * day), new Date(now - 24 * day))
    const which = [globalId('StreamSession', long), ids()[0]!]
    const { data, errors } = await api.ask(timelines, { ids: which, bucket: 'MINUTE' })
    expect(errors).toMatchObject([
      { path: ['nodes', 0, 'timeline'], extensions: { code: 'BUCKET_LIMIT_EXCEEDED', suggestion: 'FIVE_MINUTES' } },
    ])
    expect(data.nodes[0]).toBeNull()
    expect(data.nodes[1].timeline.points.length).toBe(96)
  })

  test('refuses RAW', async () => {
    const { errors } = await api.ask(timelines, { ids: ids().slice(0, 1), bucket: 'RAW' })
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('bucket') },
    ])
    expect(queries).toEqual([])
  })

  test('of a broadcast that begins now has no points', async () => {
    const fresh = await seed(database.db).session(await seed(database.db).channel(), new Date(now + 5_000))
    const { data } = await api.ask(timelines, { ids: [globalId('StreamSession', fresh)] })
    expect(data.nodes[0].timeline.points).toEqual([])
  })

  test('is UNAVAILABLE without ClickHouse, and nothing beside it is', async () => {
    await using gone = await openClickHouse({ url: 'http://user:password@127.0.0.1:1/vf' })
    await using other = await startTestApi({
      db: database.db,
      clock: () => now,
      services: { history: { store: gone, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
    })
    const query = `query ($id: ID!) { with: streamSession(id: $id) { timeline { points { messages } } } without: streamSession(id: $id) { startedAt } }`
    const { data, errors } = await other.ask(query, { id: ids()[0] })
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    expect(data).toEqual({ with: null, without: { startedAt: new Date(broadcasts[0]!.from).toISOString() } })
  })
})
