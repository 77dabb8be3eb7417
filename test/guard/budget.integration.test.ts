import { isObjectType } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { maximumCost } from '../../src/guard/cost.ts'
import { buildSchema } from '../../src/schema/schema.ts'
import { startTestApi, type TestApi } from '../support/http/api.ts'
import { type Asked, codesOf, transports } from '../support/http/transports.ts'
import { connectLive } from '../support/live/live-client.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'

const now = Date.UTC(2026, 1, 5)
let database: TestDatabase
let history: Awaited<ReturnType<typeof openTestClickHouse>>
let api: TestApi
let stopListening: () => void
const statements: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await seed(database.db).fullChannels(3)
  history = await openTestClickHouse({ onQuery: (name) => statements.push(`ClickHouse ${name}`) })
  api = await startTestApi({
    db: database.db,
    clock: () => now,
    services: { history: { store: history.store, env: 'test', completeThrough: () => new Date(now), lost: () => [] } },
  })
  await api.services.cursors.known()
  stopListening = database.db.onStatement((name) => statements.push(`Postgres ${name}`))
})
beforeEach(() => void statements.splice(0))
afterAll(async () => {
  stopListening?.()
  await api?.[Symbol.asyncDispose]()
  await history?.[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const range = { from: new Date(now - 30 * 86_400_000).toISOString(), to: new Date(now).toISOString() }
const rangeText = `range: { from: "${range.from}", to: "${range.to}" }`
const twentyDays = `range: { from: "${new Date(now - 20 * 86_400_000).toISOString()}", to: "${range.to}" }`
const ids = JSON.stringify(Array.from({ length: 100 }, (_, i) => String(i + 1)))

/** Thirty days of a hundred channels, by five minutes or by hour, or as many points as may be. */
const expensive: [string, Asked][] = [
  [
    'lists in lists in lists',
    {
      query:
        '{ channels(first: 100) { nodes { sessions(first: 100) { nodes { channel { sessions(first: 100) { nodes { id } } } } } } } }',
    },
  ],
  [
    'viewers by buckets and channels',
    {
      query: `{ channels(first: 100) { nodes { viewers(${rangeText}, bucket: FIVE_MINUTES, maxPoints: 10000) { points { average } } } } }`,
    },
  ],
  [
    'chat by buckets and channels',
    {
      query: `{ channels(first: 100) { nodes { chatActivity(${rangeText}, bucket: FIVE_MINUTES, maxPoints: 10000) { points { messages } } } } }`,
    },
  ],
  [
    'follows and followers by buckets and channels',
    {
      query: `{ channels(first: 100) { nodes { follows(${twentyDays}, bucket: HOUR) { points { start end follows a: follows b: follows } } followers(${twentyDays}, bucket: HOUR) { points { start end last change } } } } }`,
    },
  ],
  [
    'timelines by points, sessions and channels',
    {
      query:
        '{ channels(first: 50) { nodes { sessions(first: 20) { nodes { timeline(maxPoints: 500) { points { viewers } } } } } } }',
    },
  ],
  [
    'days of chat by channels of sessions',
    {
      query:
        '{ channels(first: 100) { nodes { sessions(first: 20) { nodes { channel { chatDaily(days: 365) { day messages } } } } } } }',
    },
  ],
  [
    'scores of days by channels of sessions',
    {
      query:
        '{ channels(first: 100) { nodes { sessions(first: 20) { nodes { channel { trustScoreHistory(days: 365) { score } } } } } } }',
    },
  ],
  [
    'messages of chat by channels',
    {
      query: `{ channels(first: 100) { nodes { chatMessages(${rangeText}, first: 100) { nodes { messageId username content createdAt ...Again } edges { node { ...Again } } } sessions(first: 100) { nodes { id title startedAt endedAt } } } } } fragment Again on ChatMessage { a: messageId b: username c: content d: createdAt e: content f: content g: content h: content i: content j: content k: content l: content m: content n: content o: content p: content q: content r: content s: content t: content u: content v: content w: content }`,
    },
  ],
  [
    'nodes by ids, through a fragment',
    {
      query: `{ nodes(ids: ${ids}) { ...Series } } fragment Series on Channel { viewers(${rangeText}, bucket: FIVE_MINUTES, maxPoints: 10000) { points { average } } }`,
    },
  ],
  [
    'aliases of one series',
    {
      query: `{ channels(first: 10) { nodes { ${Array.from({ length: 6 }, (_, i) => `a${i}: viewers(${rangeText}, bucket: FIVE_MINUTES, maxPoints: 10000) { points { average } }`).join(' ')} } } }`,
    },
  ],
  [
    'what its variables ask for',
    {
      query:
        'query ($n: Int, $bucket: Bucket, $range: TimeRange!) { channels(first: $n) { nodes { viewers(range: $range, bucket: $bucket, maxPoints: 10000) { points { average } } } } }',
      variables: { n: 100, bucket: 'FIVE_MINUTES', range },
    },
  ],
]

describe.each(transports)('by %s', (_, ask) => {
  test.each(expensive)('%s are over budget, and no statement is sent', async (_, asked) => {
    const told = await ask(api.url, asked)
    expect(codesOf(told)).toEqual(['COST_LIMIT_EXCEEDED'])
    expect(told.cost.requested).toBeGreaterThan(maximumCost)
    expect(told.errors![0]!.message).toBe(
      `The operation costs ${told.cost.requested}, more than the maximum of ${maximumCost}.`,
    )
    expect(statements).toEqual([])
  })

  test('a series of more points than it may have is refused before any statement', async () => {
    const told = await ask(api.url, {
      query: `{ channel(id: "1") { viewers(${rangeText}, bucket: MINUTE) { points { average } } } }`,
    })
    expect(told.errors).toMatchObject([
      { extensions: { code: 'BUCKET_LIMIT_EXCEEDED', maximum: 500, suggestion: 'SIX_HOURS' } },
    ])
    expect(statements).toEqual([])
  })

  test('the viewers of 50 channels are within it, and sent to both stores', async () => {
    const query = `{ channels(first: 50) { nodes { slug viewers(${rangeText}, bucket: HOUR, maxPoints: 1000) { points { start average max } } } } }`
    const told = await ask(api.url, { query })
    expect(codesOf(told)).toEqual([])
    expect(told.cost).toEqual({ requested: 1 + 50 * (1 + 1 + 1 + 721 * 4), maximum: maximumCost })
    expect(statements.some((name) => name.startsWith('Postgres'))).toBe(true)
    expect(statements.some((name) => name.startsWith('ClickHouse'))).toBe(true)
  })

  test.each([
    ['an answer', { query: '{ me { role } }' }, 2],
    ['an answer with an error in a field', { query: '{ channel { id } }' }, 2],
    ['an answer that this role may not have', { query: '{ streamers(first: 3) { nodes { id } } }' }, 7],
    ['text that is no document', { query: '{' }, 0],
    ['a document that is not valid', { query: '{ nothing }' }, 0],
    ['a document that is too large', { query: `{ ${'a '.repeat(2_000)} }` }, 0],
    [
      'a variable of the wrong type',
      { query: 'query ($n: Int) { channels(first: $n) { nodes { id } } }', variables: { n: 'x' } },
      0,
    ],
  ])('%s tells what was asked for and what may be', async (_, asked: Asked, requested) => {
    expect((await ask(api.url, asked)).cost).toEqual({ requested, maximum: maximumCost })
  })
})

test('a subscription over budget is refused before any statement; one within tells its cost with every message', async () => {
  const over = `subscription { channelStatus { ... on StatusSnapshot { channel { viewers(${rangeText}, bucket: FIVE_MINUTES, maxPoints: 10000) { points { ${Array.from({ length: 20 }, (_, i) => `a${i}: average`).join(' ')} } } sessions(first: 100) { nodes { timeline(maxPoints: 5000) { points { viewers } } } } } } } }`
  const within = 'subscription { channelStatus { __typename ... on StatusSnapshot { channel { slug } } } }'
  for (const [, ask] of transports.filter(([name]) => name === 'SSE' || name === 'WebSocket')) {
    statements.length = 0
    expect(codesOf(await ask(api.url, { query: over }))).toEqual(['COST_LIMIT_EXCEEDED'])
    expect(statements).toEqual([])
  }
  await using client = await connectLive(`${api.url.replace('http', 'ws')}/graphql`)
  client.subscribe('1', within)
  // Three values for each of the three channels.
  for (let i = 0; i < 3; i++)
    expect((await client.data()).extensions).toEqual({ cost: { requested: 9, maximum: maximumCost } })
})

test('what is no operation at all tells it as well', async () => {
  const json = { 'Content-Type': 'application/json' }
  const answers = await Promise.all([
    fetch(`${api.url}/nothing`),
    fetch(`${api.url}/graphql`, { method: 'DELETE' }),
    fetch(`${api.url}/graphql`, { method: 'POST', headers: json, body: '{' }),
    fetch(`${api.url}/graphql`, { method: 'POST', headers: json, body: `{"query":"${' '.repeat(200_000)}"}` }),
    fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: '{}' }),
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...json, Authorization: 'Bearer x' },
      body: '{"query":"{a}"}',
    }),
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...json, Origin: 'https://evil.example' },
      body: '{"query":"{a}"}',
    }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([404, 405, 400, 413, 415, 401, 403])
  for (const answer of answers)
    expect(await answer.json()).toMatchObject({ extensions: { cost: { requested: 0, maximum: maximumCost } } })
})

test('every list says how long it is, or is one of those that are short', () => {
  const short = [
    'ArchiveVerdict.problems',
    'Channel.claims',
    'Channel.eventSubscriptions',
    'Channel.slugHistory',
    'ChatArchive.objects',
    'Operations.budgets',
    'Operations.jobs',
    'Operations.losses',
    'Operations.nodes',
    'Operations.polling',
    'Operations.problems',
    'Operations.stores',
    'OperationsNode.workers',
    'OperationsSpool.tables',
    'Query.configuration',
    'Query.settings',
    'Setting.warnings',
    'Streamer.claims',
    'TrustScore.factors',
  ]
  const unknown: string[] = []
  const types = Object.values(buildSchema().getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  )
  const fields = types.flatMap((type) =>
    isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
  )
  const listed = (text: string) => text.startsWith('[')
  /** Objects that a field with a length answers: their lists are as long. */
  const sized = new Set(
    fields
      .filter(({ field }) => 'listSize' in field.extensions || field.args.some(({ name }) => name === 'first'))
      .map(({ field }) => String(field.type).replace('!', '')),
  )
  for (const { type, field } of fields) {
    if (!listed(String(field.type))) continue
    if ('listSize' in field.extensions || sized.has(type.name)) continue
    unknown.push(`${type.name}.${field.name}`)
  }
  expect(unknown.sort()).toEqual(short)
})
