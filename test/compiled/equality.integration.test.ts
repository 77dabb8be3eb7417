import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { globalId } from '../../src/resolvers/global-id.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { adminKey, operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { comparable } from '../support/http/comparable-answer.ts'
import { type HardRows, hardHistory, hardRows } from '../support/http/compiled-seed.ts'
import { type GeneratedOperation, operationsOf } from '../support/http/document-generator.ts'
import { generatorOptions, plausible, readEpoch } from '../support/http/generator-options.ts'
import { statementName } from '../support/http/statement-names.ts'
import { openSocket } from '../support/live/live-client.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, reopened, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

let database: TestDatabase
/** What the API with compiled operations asks, apart from the other. */
let db: Postgres
let executing: TestApi
let compiling: TestApi
let rows: HardRows
let clickHouse: Awaited<ReturnType<typeof openTestClickHouse>>
let statements: string[] = []
let queries: string[] = []
/** Since when instants are of the database's clock at the time of the answer, and not stored. */
let begun: number
const clock = () => Date.UTC(2026, 3, 1, 12, 30, 0, 500)

beforeAll(async () => {
  database = await createTestDatabase()
  rows = await hardRows(database.db)
  db = reopened(database)
  clickHouse = await openTestClickHouse({ onQuery: (name) => queries.push(name) })
  await hardHistory(clickHouse.store, rows)
  const history = {
    store: clickHouse.store,
    env: 'test',
    completeThrough: () => new Date(clock() - 3_600_000),
    lost: () => [],
  }
  executing = await startTestApi({ db: database.db, clock, compiled: false, services: { history } })
  compiling = await startTestApi({ db, clock, services: { history } })
  // Every process reads the journal's epoch once.
  await Promise.all([executing, compiling].map(({ services }) => services.cursors.known()))
  db.onStatement((name) => statements.push(name ?? ''))
  begun = Date.now()
})

/** The text with one instant in place of all that a clock told while it was answered: the database's, or that of the request. */
const untimed = (text: string): string =>
  text.replace(/"\d{4}-\d\d-\d\dT[\d:.]{12}Z"/g, (told) => {
    const at = Date.parse(JSON.parse(told))
    return at >= begun || at === clock() ? '"2026-01-01T00:00:00.000Z"' : told
  })

afterAll(async () => {
  await compiling[Symbol.asyncDispose]()
  await executing[Symbol.asyncDispose]()
  await clickHouse[Symbol.asyncDispose]()
  await db[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Ask = { method: 'GET' | 'POST' | 'WebSocket'; accept: string; key: string | undefined }

/** The payload of the first message about the operation; of a refusal the errors that it consists of. */
const askedBySocket = async ({ url }: TestApi, { query, variables }: GeneratedOperation, key: string | undefined) => {
  await using client = await openSocket(`${url.replace('http', 'ws')}/graphql`)
  client.send({ type: 'connection_init', payload: key ? { authorization: `Bearer ${key}` } : {} })
  await client.inbox.next()
  client.send({ id: '1', type: 'subscribe', payload: { query, variables } })
  const { type, payload } = await client.inbox.next()
  const { extensions, ...answer } = type === 'error' ? { errors: payload, extensions: {} } : payload
  for (const error of answer.errors ?? []) delete error.extensions.requestId
  return {
    status: 0,
    headers: {} as Record<string, string>,
    ...comparable(untimed(JSON.stringify({ ...answer, extensions }))),
  }
}

const asked = async (api: TestApi, operation: GeneratedOperation, { method, accept, key }: Ask) => {
  if (method === 'WebSocket') return askedBySocket(api, operation, key)
  const { url } = api
  const { query, variables } = operation
  const headers = { Accept: accept, ...(key && { Authorization: `Bearer ${key}` }) }
  const response = await (method === 'GET'
    ? fetch(`${url}/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`, { headers })
    : fetch(`${url}/graphql`, {
        method,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      }))
  const told = new Map(response.headers)
  const requestId = told.get('x-request-id')!
  for (const name of ['date', 'x-request-id']) told.delete(name)
  const text = untimed((await response.text()).replaceAll(requestId, 'the request'))
  return { status: response.status, headers: Object.fromEntries(told), ...comparable(text) }
}

/** Both ways of answering say the same; what the compiling one asked the stores. */
const compare = async (
  operation: GeneratedOperation,
  ask: Ask,
): Promise<{ statements: string[]; queries: string[] }> => {
  statements = []
  queries = []
  const compiled = await asked(compiling, operation, ask)
  const sent = { statements: [...statements], queries: [...queries] }
  const executed = await asked(executing, operation, ask)
  // Of errors the texts, and with them the lengths, may differ.
  if (executed.errors || executed.text.startsWith('{"data":null')) {
    delete compiled.headers['content-length']
    delete executed.headers['content-length']
  }
  expect(compiled).toEqual(executed)
  return sent
}

const compiledRoots = new Set([
  'me',
  'channel',
  'channels',
  'node',
  'nodes',
  'sessions',
  'statusEvents',
  'streamSession',
])

const asks = fc.record<Ask>({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'WebSocket'),
  accept: fc.constantFrom(
    'application/json',
    'application/json',
    '*/*',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json',
    'application/graphql-response+json,application/json;q=0.9',
    'application/json, */*',
    'application/json;q=0.5, application/graphql-response+json',
    'application/*;q=0.2, application/graphql-response+json; charset=utf-8',
    'application/json;q=0, */*;q=0.1',
    'text/html, application/json',
  ),
  key: fc.constantFrom(undefined, operatorKey, adminKey),
})

const post: Ask = { method: 'POST', accept: 'application/json', key: operatorKey }

const everything = `id channelId externalId platform platformUserId slug redirectedFrom displayName avatarUrl bio followerCount subscriberCount isLive isBanned
  followerTotals { available reason } subscriberTotals { available reason }
  status lastSeenOnlineAt lastStatusChangeAt firstSeenAt lastSeenAt slugHistory { slug observedFrom observedUntil isCurrent }
  monitoring { active nextProbeAt lastProbedAt intervalSeconds consecutiveFailures }
  currentSession { id } sessions(first: 3) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id startedAt endedAt
    isLive title category language durationSeconds provenance { start end origin __typename } channel { slug redirectedFrom } } } nodes { id } }
  statusEvents { nodes { id cursor type previousStatus newStatus source platformEventId occurredAt receivedAt processedAt data channel { id } } }
  eventSubscriptions { id event status platformSubscriptionId error lastEventAt createdAt channel { slug } }`

test.each([
  ['a channel by its slug', `query ($slug: String!) { channel(slug: $slug) { ${everything} } }`, { slug: 'slug-4' }],
  ['a channel by an id', `query ($id: ID!) { channel(id: $id) { ${everything} } }`, { id: '9007199254740993' }],
  [
    'a page of channels',
    `{ channels(first: 7, orderBy: SLUG_ASC) { nodes { ${everything} } pageInfo { hasNextPage endCursor } } }`,
    {},
  ],
  [
    'the last channels that match',
    `{ channels(last: 3, filter: { platform: KICK, search: "slug" }) { edges { cursor node { ${everything} } } } }`,
    {},
  ],
  [
    'status events',
    '{ statusEvents(first: 5, platform: KICK) { nodes { id cursor channel { slug } } pageInfo { endCursor } } }',
    {},
  ],
  [
    'nodes',
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Channel { slug } } }',
    { ids: ['Q2hhbm5lbDoy', 'Q2hhbm5lbDo5OTk'] },
  ],
])('%s: all of it is asked in one statement, by HTTP and by WebSocket', async (_, query, variables) => {
  for (const method of ['POST', 'POST', 'WebSocket', 'WebSocket'] as const) {
    expect(await compare({ query, variables }, { ...post, method })).toEqual({
      statements: [expect.stringMatching(/^compiled_/)],
      queries: [],
    })
  }
})

test.each([
  ['a slug of before', 'shared'],
  ['a slug that no channel had', 'nobody'],
])('%s is looked for among current ones first, then among all', async (_, slug) => {
  const query = `query ($slug: String!) { channel(slug: $slug) { ${everything} } }`
  const compiled = expect.stringMatching(/^compiled_/)
  for (const method of ['POST', 'POST', 'WebSocket', 'WebSocket'] as const)
    expect(await compare({ query, variables: { slug } }, { ...post, method })).toEqual({
      statements: [compiled, compiled],
      queries: [],
    })
})

const trusted = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../trusted-operations.json'), 'utf8'),
) as {
  operations: Record<string, { name: string; document: string }>
}

const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
const id = globalId('Channel', 11n)

test.each([
  ['LivePage', {}, ['compiled'], []],
  ['LastHour', { ids: [id] }, ['compiled'], ['probes']],
  ['AnyChannel', {}, ['compiled'], []],
  ['ChannelList', {}, ['compiled', 'trust_scores_of_channels'], []],
  ['FindChannel', { slug: 'slug-4' }, ['compiled'], []],
  // By a slug of before it is found by the second statement.
  ['FindChannel', { slug: 'shared' }, ['compiled', 'compiled'], []],
  ['NamedChannel', { id }, ['compiled'], []],
  ['ChannelPage', { id }, ['compiled', 'trust_scores_of_channels'], ['session_summaries']],
  ['ChannelCharts', { id, range }, ['compiled'], ['chat_chatters', 'probes']],
  ['ChannelCharts', { id, range: { from: 'now-30d', to: 'now' } }, ['compiled'], ['chat_chatters', 'probe_sums']],
  ['ChannelHoles', { id, range }, ['compiled', 'outage_evidence', 'outage_polling_switches'], ['probes']],
  ['ChannelSessions', { id, range }, ['compiled'], ['session_summaries']],
  ['ChannelEvents', { id }, ['compiled'], []],
  ['ChannelWatching', { id }, ['compiled'], []],
  ['ChannelClaims', { id }, ['claims_by_channel', 'compiled', 'prisma', 'streamers_by_ids'], []],
  // There are few messages, so the whole range is read, in its windows.
  ['ChannelMessages', { id, range }, ['compiled'], ['chat_page', 'chat_page', 'chat_page']],
  ['ChannelTrust', { id }, ['compiled', 'trust_scores_of_channels'], ['trust_score_history']],
  ['EventEvidence', { id: globalId('StatusEvent', 1n) }, ['compiled'], []],
  ['ComparePage', { slugs: ['old-3-2'], ids: [id], range, before: range, withBefore: true }, ['compiled'], ['probes']],
  ['SessionPage', { id: globalId('StreamSession', 1n) }, ['compiled'], ['probes_of_stretches', 'session_summaries']],
])(
  'the %s of the panel is one statement of dm, and one of each kind that is elsewhere',
  async (name, variables, ...asked) => {
    const { document } = Object.values(trusted.operations).find((operation) => operation.name === name)!
    const { statements, queries } = await compare({ query: document, variables }, post)
    expect([statements.map(statementName).sort(), queries.sort()]).toEqual(asked)
  },
)

test('a page goes on where the one before it ended, in one statement, and not behind a cursor of another journal', async () => {
  const query = `query ($after: String) { channels(first: 9, after: $after, orderBy: FOLLOWERS_DESC) { nodes { id } pageInfo { endCursor hasNextPage } } }`
  const seen: string[] = []
  let after: string | null = null
  for (let more = true; more; ) {
    const { statements } = await compare({ query, variables: { after } }, post)
    expect(statements).toEqual([expect.stringMatching(/^compiled_/)])
    const { data } = await compiling.ask(query, { after })
    seen.push(...data.channels.nodes.map(({ id }: { id: string }) => id))
    after = data.channels.pageInfo.endCursor
    more = data.channels.pageInfo.hasNextPage
  }
  expect(new Set(seen).size).toBe(rows.channels.length)
  expect(seen).toHaveLength(rows.channels.length)

  const restore = statement('restore', 'UPDATE dm.status_journal SET epoch = $1::uuid')
  const [{ epoch }] = (await database.db.query<{ epoch: string }>(readEpoch)) as [{ epoch: string }]
  await database.db.query(restore, ['00000000-0000-4000-8000-000000000000'])
  try {
    await compare({ query, variables: { after } }, post)
    const { errors } = await compiling.ask(query, { after })
    expect(errors).toMatchObject([{ message: 'The cursor is not valid for this list.' }])
  } finally {
    await database.db.query(restore, [epoch])
    await Promise.all([executing, compiling].map(({ services }) => services.cursors.current()))
  }
})

const numRuns = Number(process.env.EQUALITY_RUNS ?? 150)

test('generated operations are answered alike, to the byte, whether they are compiled or executed', async () => {
  let compiled = 0
  let withQueries = 0
  const options = await generatorOptions(database.db, rows)
  const roots = Object.keys(options.schema.getQueryType()!.getFields())
  const without = roots.filter((name) => !compiledRoots.has(name)).map((name) => `Query.${name}`)
  const operations = fc.oneof(
    { weight: 3, arbitrary: operationsOf({ ...options, without: new Set(without) }) },
    { weight: 3, arbitrary: operationsOf({ ...options, values: plausible(options), without: new Set(without) }) },
    { weight: 2, arbitrary: operationsOf(options) },
  )
  await fc.assert(
    fc.asyncProperty(operations, asks, async (operation, ask) => {
      const { statements, queries } = await compare(operation, ask)
      if (!statements.some((name) => statementName(name) === 'compiled')) return
      compiled++
      if (queries.length > 0) withQueries++
    }),
    // What is drawn one by one hardly gets smaller, and trying takes minutes.
    { numRuns, endOnFailure: true },
  )
  // Else this would compare the execution with itself. Only the first statements of many have names to be known by.
  expect(compiled).toBeGreaterThan(Math.min(numRuns / 12, 100))
  expect(withQueries).toBeGreaterThan(Math.min(numRuns / 100, 10))
}, 3_600_000)
