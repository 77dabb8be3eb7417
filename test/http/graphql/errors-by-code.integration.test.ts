import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRateLimit } from '../../../src/guard/rate-limit.ts'
import { errorCodes, graphqlErrorCodes } from '../../../src/lib/errors.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { openPostgres, type Postgres } from '../../../src/stores/postgres/postgres.ts'
import { adminKey, operatorKey, startTestApi, type TestApi, type TestApiOptions } from '../../support/http/api.ts'
import { cases, live } from '../../support/http/error-cases.ts'
import { askHttp, askSocket, askSse, type HttpAnswer } from '../../support/http/error-transports.ts'
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
