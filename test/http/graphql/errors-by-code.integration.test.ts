import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRateLimit } from '../../../src/guard/rate-limit.ts'
import { errorCodes, graphqlErrorCodes } from '../../../src/lib/errors.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { adminKey, operatorKey, startTestApi, type TestApi, type TestApiOptions } from '../../support/http/api.ts'
import { askHttp, askSocket, askSse, type HttpAnswer, type Question } from '../../support/http/error-transports.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'

const secret = 'SELECT password FROM pg_authid at db-7.internal:5432'
const lines: Record<string, unknown>[] = []
const keep = (fields: object, message: string) => void lines.push({ ...fields, message })
const log: Log = { ...silentLog, error: keep, child: () => log }

let database: TestDatabase
let nowhere: Postgres
const apis = new Map<string, TestApi>()

/** The ways an API can be set up that these answers need. */
const setups: Record<string, () => Partial<TestApiOptions> | Promise<Partial<TestApiOptions>>> = {
  ordinary: () => ({}),
  buggy: () => ({ services: { replayDelivery: () => Promise.reject(new TypeError(secret)) } }),
  exhausted: () => ({ rateLimit: createRateLimit({ perAddress: 6_000, perKey: 1 }, () => 0) }),
  trusting: () => ({ trustedOperations: 'only', manifest: new Map() }),
  closed: () => ({ publicAccess: 'none' }),
  'without Postgres': () => ({ db: nowhere, unreachable: true }),
  'without ClickHouse': async () => ({
    services: {
      history: {
        store: await openClickHouse({ url: 'http://user:secret@127.0.0.1:1/vf' }),
        env: 'test',
        completeThrough: () => new Date(),
        lost: () => [],
      },
    },
  }),
}

beforeAll(async () => {
  database = await createTestDatabase()
  nowhere = openPostgres({ url: 'postgres://user:secret@127.0.0.1:1/nowhere', log: silentLog, max: 2 })
  await seed(database.db).channel({ slug: 'one' })
  for (const [name, options] of Object.entries(setups))
    apis.set(name, await startTestApi({ db: database.db, log, ...(await options()) }))
  // Spends what there is.
  await apis.get('exhausted')!.ask('{ me { role } }', {}, operatorKey)
})
afterAll(async () => {
  for (const api of apis.values()) {
    await api[Symbol.asyncDispose]()
    await api.services.history.store?.[Symbol.asyncDispose]()
  }
  await nowhere[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(() => lines.splice(0))

/** One way to provoke a code, and all of what is answered to it; the request id of an answer is written `<id>`. */
type Case = {
  code: string
  how: string
  setup?: string
  question: Question
  /** Everything of the error besides its code. */
  error: { message: string; locations?: object[]; path?: string[]; extensions?: object }
  /** What the answer has beside the error, where the operation was executed. */
  data?: unknown
  cost?: number
  /** Status lines, where they are not 200 for what was executed and 400 for what was not. */
  http?: number
  sse?: number
  /** Where only a subscription provokes it, or a socket refuses it by closing. */
  only?: 'subscription' | 'socket'
  close?: { code: number; reason: string }
}

const at = (column: number) => [{ line: 1, column }]
const noKey = 'The key is not valid: send "Authorization: Bearer <key>" or no key at all.'
const keyOnly = 'This server answers callers with a key only: send "Authorization: Bearer <key>".'
const tenYears = '{ from: "2016-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" }'
const live = (args: string) => `subscription { channelStatus(${args}) { __typename } }`

const cases: Case[] = [
  {
    code: 'BAD_USER_INPUT',
    how: 'an argument out of its range',
    question: { query: '{ streamSession(id: "1") { id } }' },
    error: { message: 'id must be the id of a StreamSession.', locations: at(3), path: ['streamSession'] },
    data: { streamSession: null },
    cost: 2,
  },
  {
    code: 'BAD_USER_INPUT',
    how: 'a variable of another type',
    question: {
      query: 'query ($first: Int) { channels(first: $first) { nodes { id } } }',
      variables: { first: 'x' },
    },
    error: {
      message: 'Variable "$first" got invalid value "x"; Int cannot represent non-integer value: "x"',
      locations: at(8),
    },
  },
  {
    code: 'BAD_USER_INPUT',
    how: 'an argument of a subscription',
    only: 'subscription',
    question: { query: live('ids: ["99"]') },
    error: { message: 'ids: there is no channel "99".', locations: at(16), path: ['channelStatus'] },
    cost: 1,
    sse: 200,
  },
  {
    code: 'UNAUTHENTICATED',
    how: 'a wrong key',
    question: { query: '{ me { role } }', key: 'wrong' },
    error: { message: noKey },
    http: 401,
    sse: 401,
    close: { code: 4401, reason: noKey },
  },
  {
    code: 'UNAUTHENTICATED',
    how: 'no key where one is needed',
    setup: 'closed',
    question: { query: '{ me { role } }' },
    error: { message: keyOnly },
    http: 401,
    sse: 401,
    close: { code: 4401, reason: keyOnly },
  },
  {
    code: 'FORBIDDEN',
    how: 'a mutation without the role for it',
    question: { query: 'mutation { createStreamer(name: "x") { __typename } }' },
    error: {
      message: 'Mutation.createStreamer needs a role that this caller does not have.',
      locations: at(12),
      path: ['createStreamer'],
    },
    data: null,
    cost: 1,
  },
  {
    code: 'FORBIDDEN',
    how: 'a subscription without the role for it',
    only: 'subscription',
    question: { query: 'subscription { chat(slug: "one") { content } }' },
    error: {
      message: 'Subscription.chat needs a role that this caller does not have.',
      locations: at(16),
      path: ['chat'],
    },
    cost: 2,
    sse: 200,
  },
  {
    code: 'BUCKET_LIMIT_EXCEEDED',
    how: 'ten years by the minute',
    question: {
      query: `{ channel(slug: "one") { viewers(range: ${tenYears}, bucket: MINUTE) { meta { bucket } } } }`,
    },
    error: {
      message:
        'The range has 5260320 buckets of MINUTE, the maximum is 500: use bucket MONTH or coarser, or ask for a shorter range.',
      extensions: { count: 5_260_320, maximum: 500, suggestion: 'MONTH' },
    },
  },
  {
    code: 'COST_LIMIT_EXCEEDED',
    how: 'lists in lists',
    question: {
      query: `{ channels(first: 100) { nodes { sessions(first: 100) { nodes { channel { sessions(first: 100) { nodes { id } } } } } } } }`,
    },
    error: { message: 'The operation costs 2030201, more than the maximum of 500000.' },
    cost: 2_030_201,
  },
  {
    code: 'COST_LIMIT_EXCEEDED',
    how: 'too many aliases',
    question: { query: `{ ${Array.from({ length: 31 }, (_, i) => `a${i}: __typename`).join(' ')} }` },
    error: { message: 'The document has too many aliases: at most 30 are allowed.' },
  },
  {
    code: 'RATE_LIMITED',
    how: 'more requests than a key has',
    setup: 'exhausted',
    question: { query: '{ me { role } }', key: operatorKey },
    error: { message: 'Too many requests: try again in 60 seconds.', extensions: { retryAfterSeconds: 60 } },
    http: 429,
    sse: 429,
  },
  {
    code: 'OPERATION_NOT_ALLOWED',
    how: 'a document that is not trusted',
    setup: 'trusting',
    question: { query: '{ me { role } }' },
    error: { message: 'Only trusted operations are executed here, and this is none of them.' },
    sse: 400,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no Postgres',
    setup: 'without Postgres',
    question: { query: '{ channels { nodes { id } } }' },
    error: { message: 'The database does not answer now.', locations: at(3), path: ['channels'] },
    data: null,
    cost: 41,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no Postgres for a subscription',
    setup: 'without Postgres',
    only: 'subscription',
    question: { query: live('slugs: ["one"]') },
    error: { message: 'The database does not answer now.', locations: at(16), path: ['channelStatus'] },
    cost: 1,
    sse: 503,
  },
  {
    code: 'UNAVAILABLE',
    how: 'no ClickHouse',
    setup: 'without ClickHouse',
    question: { query: '{ webhookInbox(first: 1) { nodes { messageId } } }', key: operatorKey },
    error: {
      message: 'The webhook inbox is unavailable now; everything else works, try again later.',
      locations: at(3),
      path: ['webhookInbox'],
    },
    data: null,
    cost: 3,
  },
  {
    code: 'INTERNAL_SERVER_ERROR',
    how: 'a bug',
    setup: 'buggy',
    question: { query: 'mutation { replayWebhook(messageId: "x") { __typename } }', key: adminKey },
    error: {
      message: 'Something went wrong on the server.',
      locations: at(12),
      path: ['replayWebhook'],
      extensions: { requestId: '<id>' },
    },
    data: null,
    cost: 1,
  },
  {
    code: 'GRAPHQL_PARSE_FAILED',
    how: 'a cut document',
    question: { query: '{' },
    error: { message: 'Syntax Error: Expected Name, found <EOF>.', locations: at(2) },
  },
  {
    code: 'GRAPHQL_VALIDATION_FAILED',
    how: 'a field that there is not',
    question: { query: '{ channelz { id } }' },
    error: { message: 'Cannot query field "channelz" on type "Query".', locations: at(3) },
  },
]

/** The answer with its request id as `<id>`, and that id. */
const withoutId = (value: unknown): { value: unknown; id: string | undefined } => {
  const text = JSON.stringify(value)
  const id = /"requestId":"([\da-f-]{36})"/.exec(text)?.[1]
  return { value: JSON.parse(id ? text.replace(id, '<id>') : text), id }
}

const expectHttp = (answer: HttpAnswer, status: number, body: unknown): void => {
  const { value, id } = withoutId(answer.body)
  expect({ status: answer.status, body: value }).toEqual({ status, body })
  expect(answer.requestId).toMatch(/^[\da-f-]{36}$/)
  if (id) expectLogged(id)
  if (id) expect(answer.requestId).toBe(id)
}

/** Only the log has what went wrong, under the id that the answer has. */
const expectLogged = (requestId: string): void =>
  expect(lines).toMatchObject([{ requestId, err: { message: secret }, message: 'an operation failed unexpectedly' }])

describe.each(cases)('$code for $how', (one) => {
  const { code, question, error, data, cost: requested = 0, only, close } = one
  const shown = { ...error, extensions: { ...error.extensions, code } }
  const cost = { requested, maximum: 500_000 }
  const executed = data !== undefined
  const body = { errors: [shown], ...(executed && { data }), extensions: { cost } }
  const apiOf = () => apis.get(one.setup ?? 'ordinary')!

  if (!only)
    test('over HTTP', async () => {
      expectHttp(await askHttp(apiOf(), question), one.http ?? (executed ? 200 : 400), body)
    })

  if (only !== 'socket')
    test('over SSE', async () => {
      expectHttp(await askSse(apiOf(), question), one.sse ?? 200, body)
    })

  test('over WebSocket', async () => {
    const answer = await askSocket(apiOf(), question)
    if (close) return expect(answer).toEqual({ type: 'close', ...close })
    const { value, id } = withoutId(answer)
    expect(value).toEqual(
      executed
        ? { type: 'next', payload: body }
        : { type: 'error', payload: [{ ...shown, extensions: { ...shown.extensions, cost } }] },
    )
    if (id) expectLogged(id)
  })
})

describe('over HTTP alone', () => {
  const refusals: [code: string, how: string, path: string, init: RequestInit, status: number, message: string][] = [
    ['NOT_FOUND', 'a path that there is not', '/nothing', {}, 404, 'There is nothing at this path.'],
    [
      'OPERATION_NOT_ALLOWED',
      'a mutation by GET',
      `/graphql?query=${encodeURIComponent('mutation { createStreamer(name: "x") { __typename } }')}`,
      { headers: { Authorization: `Bearer ${adminKey}` } },
      405,
      'A mutation must be sent by POST.',
    ],
    [
      'OPERATION_NOT_ALLOWED',
      'a subscription that accepts no events',
      `/graphql?query=${encodeURIComponent(live('slugs: ["one"]'))}`,
      { headers: { Accept: 'application/json' } },
      406,
      'A subscription must be sent over WebSocket or accept text/event-stream.',
    ],
    [
      'BAD_USER_INPUT',
      'a body that is too long',
      '/graphql',
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ query: ' '.repeat(100_000) }),
      },
      413,
      'The body must have at most 100000 bytes.',
    ],
  ]

  test.each(refusals)('%s for %s', async (code, _, path, init, status, message) => {
    const response = await fetch(apis.get('ordinary')!.url + path, init)
    expect({ status: response.status, body: await response.json() }).toEqual({
      status,
      body: {
        errors: [{ message, extensions: { code } }],
        extensions: { cost: { requested: 0, maximum: 500_000 } },
      },
    })
    expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)
  })

  test('every code of the API is among these', () => {
    const provoked = new Set([...cases.map(({ code }) => code), ...refusals.map(([code]) => code)])
    expect([...provoked].sort()).toEqual([...errorCodes, ...graphqlErrorCodes].sort())
  })
})

test('every error is one sentence, without a stack, SQL, a host or a path of this machine', () => {
  for (const { error } of cases) {
    expect(error.message).toMatch(/^["A-Za-z].*[.">]$/s)
    expect(error.message).not.toMatch(/\n|node_modules|\/work|127\.0\.0\.1|SELECT|internal|secret/)
  }
})
