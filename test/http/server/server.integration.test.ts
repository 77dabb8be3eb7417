import { once } from 'node:events'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import { createPageCursors } from '../../../src/resolvers/page-cursor.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { createPrisma } from '../../../src/stores/postgres/prisma.ts'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi
const reasons: (string | null | Error)[] = []
const degraded: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  const check = (index: number) => async () => {
    const reason = reasons[index] ?? null
    if (reason instanceof Error) throw reason
    return reason
  }
  api = await startTestApi({
    db: database.db,
    checks: [
      { name: 'Postgres', check: check(0) },
      { name: 'ClickHouse', check: check(1) },
    ],
    degraded: () => degraded,
  })
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const get = (path: string, init?: RequestInit) => fetch(api.url + path, init)

test('/health answers while the process lives', async () => {
  expect((await get('/health')).status).toBe(200)
  expect((await get('/health', { method: 'POST' })).status).toBe(405)
})

describe('/ready', () => {
  test('is 200 when every part can work', async () => {
    const response = await get('/ready')
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ready: true, reasons: [], degraded: [] })
  })

  test('is 200 and says what is wrong although every part can work', async () => {
    degraded.push('ClickHouse lost 3 rows.')
    const response = await get('/ready')
    degraded.length = 0
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ ready: true, reasons: [], degraded: ['ClickHouse lost 3 rows.'] })
  })

  test('is 503 with the reasons, and without what only the log may hold', async () => {
    reasons.push('The poller is late.', new Error('connect ECONNREFUSED 10.0.0.1:8123 as user:password'))
    const response = await get('/ready')
    reasons.length = 0
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      ready: false,
      reasons: ['The poller is late.', 'ClickHouse does not answer.'],
      degraded: [],
    })
  })
})

test('/metrics has the pool and the latency of operations by name', async () => {
  await api.ask('query Named { me { role } }')
  const text = await (await get('/metrics')).text()
  expect(text).toMatch(/^postgres_pool_connections\{database="dm"\} \d+$/m)
  expect(text).toMatch(/^postgres_statements_total\{database="dm"\} \d+$/m)
  expect(text).toMatch(
    /^graphql_operation_duration_seconds_count\{transport="http",type="query",name="Named",outcome="ok"\} 1$/m,
  )
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
})

test('names of operations that clients make up do not fill the metrics', async () => {
  for (let i = 0; i < 230; i++) await api.ask(`query Made${i} { __typename }`)
  const text = await (await get('/metrics')).text()
  const names = new Set(
    [...text.matchAll(/duration_seconds_count\{transport="http",type="query",name="(\w*)"/g)].map(([, name]) => name),
  )
  expect(names.size).toBeLessThanOrEqual(101)
  expect(names).toContain('other')
})

test('an unknown path leads to nothing', async () => {
  for (const path of ['/nothing', '/constructor', '/__proto__', '/graphql/x', '//'])
    expect((await get(path)).status).toBe(404)
})

describe('the page of GraphiQL', () => {
  test('loads from this server only, and its script is kept by the browser', async () => {
    const page = await get('/graphql', { headers: { Accept: 'text/html' } })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    const html = await page.text()
    const [, script] = /<script src="([^"]+)">/.exec(html)!
    expect(html.match(/<script[^>]*>/g)).toHaveLength(2)
    const loaded = await get(script!)
    expect(loaded.headers.get('cache-control')).toContain('immutable')
    expect(loaded.headers.get('content-encoding')).toBe('gzip')
    expect(await loaded.text()).toContain('renderYogaGraphiQL')
    const again = await get(script!, { headers: { 'If-None-Match': loaded.headers.get('etag')! } })
    expect(again.status).toBe(304)
  })
})

test('a request that was under way when the server was told to stop is answered', async () => {
  const other = await startTestApi({ db: database.db })
  const body = JSON.stringify({ query: '{ me { role } }' })
  const slow = request(`${other.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
  })
  slow.write(body.slice(0, 5))
  // Its head has arrived once a later request on another connection is answered.
  await once(slow, 'socket')
  expect((await fetch(`${other.url}/health`)).status).toBe(200)
  const stopped = other[Symbol.asyncDispose]()
  slow.end(body.slice(5))
  const [response] = await once(slow, 'response')
  expect(response.statusCode).toBe(200)
  response.resume()
  await stopped
  await expect(fetch(`${other.url}/health`)).rejects.toThrow()
})

test('a stream of events does not hold up the end of the server', async () => {
  const other = await startTestApi({ db: database.db, drainMs: 600_000 })
  const response = await fetch(`${other.url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { viewerCount { at } }' }),
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const ended = response.text().catch(() => 'cut')
  await other[Symbol.asyncDispose]()
  await ended
})

test('without a database every read is UNAVAILABLE, and what needs none is answered', async () => {
  const lines: string[] = []
  const log: Log = { ...silentLog, error: (_, message) => lines.push(message) }
  await using gone = openPostgres({ url: 'postgresql://user:password@127.0.0.1:1/none', log })
  const services = { prisma: createPrisma(gone), cursors: createPageCursors(gone) }
  await using other = await startTestApi({ db: gone, log, services, unreachable: true })
  for (const query of [
    '{ channel(id: "1") { id } }',
    '{ channel(slug: "a") { id } }',
    '{ channels { nodes { id } } }',
    '{ statusEvents { nodes { id } } }',
    '{ nodes(ids: ["Q2hhbm5lbDox"]) { id } }',
  ]) {
    const { errors } = await other.ask(query)
    expect(errors).toMatchObject([
      { message: 'The database does not answer now.', extensions: { code: 'UNAVAILABLE' } },
    ])
  }
  expect((await other.ask('{ me { role } }')).data.me.role).toBe('PUBLIC')
  expect(lines).toEqual([])
})
