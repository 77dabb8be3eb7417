import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let api: TestApi
let careful: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  careful = await startTestApi({
    db: database.db,
    introspection: 'off',
    https: true,
    allowedOrigins: ['https://app.example'],
  })
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await careful[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const json = { 'Content-Type': 'application/json' }
const body = '{"query":"{me{role}}"}'

/** Requests of every kind, with the status that each is answered by. */
const requests: [number, string, RequestInit][] = [
  [200, '/graphql', { method: 'POST', headers: json, body }],
  [200, '/graphql', { method: 'POST', headers: { ...json, Accept: 'text/event-stream' }, body }],
  [200, '/graphql', { headers: { Accept: 'text/html' } }],
  [200, '/graphiql.js', {}],
  [200, '/health', {}],
  [200, '/ready', {}],
  [200, '/metrics', {}],
  [204, '/graphql', { method: 'OPTIONS' }],
  [302, '/', { redirect: 'manual' }],
  [400, '/graphql', { method: 'POST', headers: json, body: '{' }],
  [401, '/graphql', { method: 'POST', headers: { ...json, Authorization: 'Bearer x' }, body }],
  [403, '/graphql', { method: 'POST', headers: { ...json, Origin: 'https://evil.example' }, body }],
  [404, '/nothing', {}],
  [405, '/graphql', { method: 'DELETE' }],
  [415, '/graphql', { method: 'POST', body }],
]

const secured = [
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
]
const securityOf = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries(secured.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])))

test('every answer tells browsers the same, but for the page of GraphiQL, and has a request id of its own', async () => {
  const ids = new Set<string>()
  const seen = new Map<string, string[]>()
  for (const [status, path, init] of requests) {
    const response = await fetch(`${api.url}${path}`, init)
    expect([path, response.status]).toEqual([path, status])
    ids.add(response.headers.get('x-request-id')!)
    const headers = JSON.stringify(securityOf(response), null, 2)
    seen.set(headers, [...(seen.get(headers) ?? []), `${init.method ?? 'GET'} ${path} ${status}`])
    await response.body?.cancel()
  }
  expect(ids.size).toBe(requests.length)
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-/)
  const [usual, page] = [...seen].sort(([, a], [, b]) => b.length - a.length)
  expect(seen.size).toBe(2)
  expect(JSON.parse(usual![0])).toMatchInlineSnapshot(`
    {
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    }
  `)
  expect(JSON.parse(page![0])).toEqual({
    ...JSON.parse(usual![0]),
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  })
  expect(page![1]).toEqual(['GET /graphql 200'])
})

test('HTTPS is made a rule where the world reaches the server by it', async () => {
  expect(securityOf(await fetch(`${careful.url}/health`))['strict-transport-security']).toBe('max-age=31536000')
})

describe('a page', () => {
  const ask = (server: TestApi, headers: Record<string, string>, method: 'GET' | 'POST') =>
    method === 'GET'
      ? fetch(`${server.url}/graphql?query=${encodeURIComponent('{me{role}}')}`, { headers })
      : fetch(`${server.url}/graphql`, { method, headers: { ...json, ...headers }, body })

  test.each(['GET', 'POST'] as const)(
    'of a foreign origin is refused by %s; of an own or listed one it is answered',
    async (method) => {
      for (const server of [api, careful]) {
        for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example', 'nonsense']) {
          const refused = await ask(server, { Origin: origin }, method)
          expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
          expect((await refused.json()).errors[0]).toEqual({
            message: 'Pages of this origin may not call.',
            extensions: { code: 'OPERATION_NOT_ALLOWED' },
          })
        }
        expect((await ask(server, { Origin: server.url }, method)).status).toBe(200)
      }
      const listed = await ask(careful, { Origin: 'https://app.example' }, method)
      expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([200, 'https://app.example'])
      expect(listed.headers.get('access-control-expose-headers')).toBe('Retry-After, X-Request-Id')
      expect((await ask(api, { Origin: 'https://app.example' }, method)).status).toBe(403)
    },
  )

  test.each<[string, Record<string, string>, number]>([
    ['that proves nothing is refused', {}, 403],
    [
      'that says how a page would embed it is refused',
      { 'Sec-Fetch-Site': 'cross-site', Accept: 'application/json' },
      403,
    ],
    ['of a neighbouring site is refused', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['of the own page is answered', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['that somebody typed is answered', { 'Sec-Fetch-Site': 'none' }, 200],
    ['with a header that needs a preflight is answered', { 'GraphQL-Require-Preflight': '1' }, 200],
    ['with Apollo’s header is answered', { 'Apollo-Require-Preflight': 'true' }, 200],
    ['with a key is judged by the key', { Authorization: 'Bearer wrong' }, 401],
  ])('where the schema is not shown, a GET %s', async (_, headers, status) => {
    expect((await ask(careful, headers, 'GET')).status).toBe(status)
  })

  test('whose preflight is of a listed origin may send what a GET needs', async () => {
    const preflight = await fetch(`${careful.url}/graphql`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'GET' },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'Authorization, Content-Type, GraphQL-Require-Preflight',
    )
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
