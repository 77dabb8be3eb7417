import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { statementName } from '../support/http/statement-names.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertSubscription } from '../support/telemetry/follow-rows.ts'

const second = 1_000
const hour = 3_600 * second
const now = Math.floor(Date.now() / hour) * hour
const said = 60

let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let slug: string
const queries: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(50)
  history = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  const channels = await database.db.query<{ id: bigint; slug: string }>(
    statement('all', 'SELECT id, current_slug AS slug FROM dm.streamer_channel ORDER BY current_slug'),
  )
  slug = channels[0]!.slug
  await insertSubscription(database.db, channels[0]!.id, {
    event: 'chat.message.sent',
    since: new Date(now - hour / 2),
  })
  await insertSaid(
    history.store,
    channels.flatMap(({ id }, channel) =>
      Array.from({ length: said }, (_, n) => ({
        channel: id,
        at: (now - hour) / second + 1_800 + n * 30,
        by: `chatter-${n % (channel + 1)}`,
        text: n % 10 === 0 ? `50%_off\\ 'now' ${n}` : `message ${n}`,
      })),
    ),
  )
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: {
      history: {
        store: history.store,
        env: 'test',
        completeThrough: (kind) => new Date(kind === 'chat' ? now - 7 : 0),
        lost: () => [],
      },
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

const range = { from: new Date(now - hour).toISOString(), to: new Date(now).toISOString() }

const everything = `query ($first: Int!, $range: TimeRange!) { channels(first: $first, orderBy: SLUG_ASC) { nodes {
  chatActivity(range: $range, bucket: FIFTEEN_MINUTES) { meta { bucket coverage completeThrough } points { start messages chatters } }
  chatDaily(days: 2) { messages chatters }
  chatTotals(hours: 1) { messages chatters since }
  chatMessages(range: $range, first: 2) { nodes { content } pageInfo { hasNextPage } }
} } }`

const statementsOf = async (way: 'ask' | 'execute', variables: object): Promise<string[]> => {
  const seen: string[] = []
  const stop = database.db.onStatement((name) => seen.push(statementName(name)))
  const { errors } = await api[way](everything, variables, operatorKey)
  stop()
  expect(errors).toBeUndefined()
  return seen.sort()
}

describe('chat of an operation', () => {
  test('costs the same statements and as many queries for 1 channel and for 50', async () => {
    const asked: object[] = []
    for (const way of ['ask', 'execute'] as const) {
      const one = await statementsOf(way, { first: 1, range })
      const queriesOfOne = queries.splice(0).sort()
      expect(await statementsOf(way, { first: 50, range })).toEqual(one)
      expect(queries.splice(0).sort()).toEqual(queriesOfOne.map((name) => name.replace('chat_page', 'chat_pages')))
      asked.push({ statements: one, queries: queriesOfOne })
    }
    expect(asked).toMatchInlineSnapshot(`
      [
        {
          "queries": [
            "chat_chatters",
            "chat_chatters",
            "chat_chatters",
            "chat_page",
          ],
          "statements": [
            "compiled",
          ],
        },
        {
          "queries": [
            "chat_chatters",
            "chat_chatters",
            "chat_chatters",
            "chat_page",
          ],
          "statements": [
            "channels_slug_asc",
            "delivered_since",
            "prisma",
          ],
        },
      ]
    `)
  })

  test('is that of each channel', async () => {
    const { data } = await api.ask(everything, { first: 50, range }, operatorKey)
    for (const [channel, node] of data.channels.nodes.entries()) {
      const half = Math.min(said / 2, channel + 1)
      expect(
        node.chatActivity.points.map(({ messages, chatters }: { messages: number; chatters: number }) => [
          messages,
          chatters,
        ]),
      ).toEqual([
        [0, 0],
        [0, 0],
        [said / 2, half],
        [said / 2, half],
      ])
      expect(node.chatTotals).toEqual({ messages: said, chatters: channel + 1, since: range.from })
      expect(node.chatDaily).toHaveLength(2)
      expect(node.chatMessages).toEqual({
        nodes: [{ content: 'message 59' }, { content: 'message 58' }],
        pageInfo: { hasNextPage: true },
      })
    }
    expect(data.channels.nodes[0].chatActivity.meta).toEqual({
      bucket: 'FIFTEEN_MINUTES',
      coverage: 0.5,
      completeThrough: new Date(now - 7).toISOString(),
    })
  })

  test('can be paged with a search through to its end', async () => {
    const query = `query ($slug: String!, $range: TimeRange!, $search: String, $after: String) { channel(slug: $slug) {
      chatMessages(range: $range, search: $search, first: 4, after: $after) { nodes { content } pageInfo { hasNextPage endCursor } } } }`
    const first = await api.ask(query, { slug, range, search: `50%_OFF\\ 'NOW'` }, operatorKey)
    const { nodes, pageInfo } = first.data.channel.chatMessages
    expect(nodes.map(({ content }: { content: string }) => content)).toEqual(
      [50, 40, 30, 20].map((n) => `50%_off\\ 'now' ${n}`),
    )
    expect(pageInfo.hasNextPage).toBe(true)
    const more = { slug, range, search: `50%_OFF\\ 'NOW'`, after: pageInfo.endCursor }
    expect((await api.ask(query, more, operatorKey)).data.channel.chatMessages).toMatchObject({
      nodes: [{ content: `50%_off\\ 'now' 10` }, { content: `50%_off\\ 'now' 0` }],
      pageInfo: { hasNextPage: false },
    })
    const forged = await api.ask(query, { ...more, after: `${pageInfo.endCursor.slice(0, -2)}AA` }, operatorKey)
    expect(forged.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})

describe('who may read', () => {
  const messages =
    'query ($slug: String!, $range: TimeRange!) { channel(slug: $slug) { slug chatMessages(range: $range) { nodes { content } } } }'

  test('messages: operators and admins', async () => {
    const { data, errors } = await api.ask(messages, { slug, range })
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(JSON.stringify(data)).not.toContain('message')
    expect(queries).toEqual([])
    for (const key of [operatorKey, adminKey])
      expect((await api.ask(messages, { slug, range }, key)).data.channel.chatMessages.nodes).toHaveLength(20)
  })

  test('counts: everybody', async () => {
    const query = '{ channels(first: 1) { nodes { chatTotals { messages chatters } chatDaily(days: 1) { day } } } }'
    expect((await api.ask(query)).errors).toBeUndefined()
  })
})

describe('the arguments', () => {
  test.each([
    ['chatActivity(range: $range, bucket: RAW) { meta { from } }', 'BAD_USER_INPUT', 'bucket'],
    ['chatActivity(range: $range, bucket: MINUTE, maxPoints: 5) { meta { from } }', 'BUCKET_LIMIT_EXCEEDED', 'FIFTEEN'],
    ['chatDaily(days: 0) { day }', 'BAD_USER_INPUT', 'days must be a whole number from 1 to 366'],
    ['chatDaily(days: 367) { day }', 'BAD_USER_INPUT', 'days'],
    ['chatTotals(hours: 0) { messages }', 'BAD_USER_INPUT', 'hours must be a whole number from 1 to 8784'],
    ['chatMessages(range: $range, first: 101) { nodes { content } }', 'BAD_USER_INPUT', 'first'],
    [
      'chatMessages(range: $range, search: $long) { nodes { content } }',
      'BAD_USER_INPUT',
      'search must have at most 200',
    ],
    [
      'chatMessages(range: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }) { nodes { content } }',
      'BAD_USER_INPUT',
      'range',
    ],
  ])('%s is refused', async (field, code, word) => {
    const used = ['$range: TimeRange!', '$long: String!'].filter((name) => field.includes(name.slice(0, 5)))
    const query = `query ${used.length > 0 ? `(${used})` : ''} { channels(first: 50) { nodes { ${field} } } }`
    const { errors } = await api.ask(query, { range, long: 'x'.repeat(201) }, operatorKey)
    expect(errors).toHaveLength(1)
    expect(errors?.[0]).toMatchObject({
      extensions: { code },
      message: expect.stringContaining(word),
    })
    expect(queries).toEqual([])
  })

  test('points and days count in the cost', async () => {
    const cost = async (field: string) =>
      (
        await api.ask(
          `query ($range: TimeRange!) { channels(first: 2) { nodes { ${field} chatTotals { messages } follows(range: $range, bucket: HOUR) { total } } } }`,
          { range },
        )
      ).extensions.cost.requested
    expect(await cost('chatActivity(range: $range, bucket: MINUTE) { points { messages } }')).toBeGreaterThan(2 * 60)
    expect(await cost('chatActivity(range: $range, bucket: HOUR) { points { messages } }')).toBeLessThan(25)
    expect(await cost('chatDaily(days: 300) { day }')).toBeGreaterThan(600)
  })
})

test('without ClickHouse chat is UNAVAILABLE, and the rest of the operation is answered', async () => {
  await using gone = await openClickHouse({ url: 'http://user:password@127.0.0.1:1/vf' })
  await using other = await startTestApi({
    db: database.db,
    services: { history: { store: gone, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  const fields = [
    'chatActivity(range: $range) { meta { from } }',
    'chatDaily { day }',
    'chatTotals { messages }',
    'chatMessages(range: $range) { nodes { content } }',
  ]
  const aliases = fields.map((field, index) => `a${index}: channel(slug: "${slug}") { ${field} }`).join(' ')
  const query = `query ($range: TimeRange!) { ${aliases} channel(slug: "${slug}") { slug follows(range: $range) { total } } }`
  const { data, errors } = await other.ask(query, { range }, operatorKey)
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(fields.map(() => 'UNAVAILABLE'))
  expect(errors?.[0]?.message).not.toMatch(/127\.0\.0\.1|password/)
  expect(data).toEqual({ a0: null, a1: null, a2: null, a3: null, channel: { slug, follows: { total: 0 } } })
})
