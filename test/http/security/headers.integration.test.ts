import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../support/http/api.ts'
import { openBrowser } from '../../support/http/browser.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let api: TestApi
let careful: TestApi

beforeAll(async () => {
  database = await createTestDatabase()
  api = await startTestApi({ db: database.db })
  careful = await startTestApi({
    db: database.db,
    introspection: 'off',
    publicUrl: 'https://channels.example',
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
  [200, '/', {}],
  [404, '/nothing', { headers: { Accept: 'text/html' } }],
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

test('every answer tells browsers the same, but for the pages of the panel and of GraphiQL, and has a request id of its own', async () => {
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
  const [usual, ...pages] = [...seen].sort(([, a], [, b]) => b.length - a.length)
  expect(JSON.parse(usual![0])).toMatchInlineSnapshot(`
    {
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    }
  `)
  const policyOf = (headers: string) => {
    const { 'content-security-policy': policy, ...others } = JSON.parse(headers)
    expect({ ...JSON.parse(usual![0]), ...others }).toEqual(JSON.parse(usual![0]))
    return policy
  }
  expect(new Map(pages.map(([headers, of]) => [of.join(), policyOf(headers)]))).toEqual(
    new Map([
      [
        'GET / 200,GET /nothing 404',
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
      ],
      [
        'GET /graphql 200',
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      ],
    ]),
  )
})

test('HTTPS is made a rule where the world reaches the server by it', async () => {
  expect(securityOf(await fetch(`${careful.url}/health`))['strict-transport-security']).toBe('max-age=31536000')
})

/** Posts with any Host, which fetch lets nobody choose. */
const askAs = async (url: string, headers: Record<string, string>) => {
  const sent = request(`${url}/graphql`, { method: 'POST', headers, agent: false }).end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const text = (await response.toArray()).join('')
  return { status: response.statusCode!, headers: response.headers, text }
}

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
          expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, origin])
          expect((await refused.json()).errors[0]).toEqual({
            message:
              'Pages of this origin may not call: name it in ALLOWED_ORIGINS, or in PUBLIC_URL where it is this server’s own.',
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

  test('that its server’s proxy shows by another port than it tells is refused with what allows it, and then answered', async () => {
    // Host is what nginx makes of it by `proxy_set_header Host $host`.
    const own = { ...json, Host: 'channels.example', Origin: 'http://channels.example:8080' }
    const refused = await askAs(api.url, own)
    expect([refused.status, refused.text]).toEqual([403, expect.stringMatching(/ALLOWED_ORIGINS, or in PUBLIC_URL/)])
    expect(refused.headers['access-control-allow-origin']).toBe(own.Origin)
    for (const settings of [
      { publicUrl: 'http://channels.example:8080' },
      { allowedOrigins: ['http://channels.example:8080'] },
    ]) {
      await using told = await startTestApi({ db: database.db, ...settings })
      expect((await askAs(told.url, own)).status).toBe(200)
      for (const origin of [
        'http://channels.example:8081',
        'https://channels.example:8080',
        'http://other.example:8080',
      ])
        expect((await askAs(told.url, { ...own, Origin: origin })).status).toBe(403)
    }
  })

  test('of a foreign origin can read why it is refused, in a browser, and nothing else', async () => {
    const pages = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<p>a page</p>'))
    await once(pages.listen(0, '127.0.0.1'), 'listening')
    const browser = await openBrowser()
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}`)
      const readIn = (headers: object) =>
        page.evaluate(
          async ([url, init]) => {
            const response = await fetch(`${url}/graphql`, init as RequestInit)
            return `${response.status} ${await response.text()}`
          },
          [api.url, { method: 'POST', headers, body }] as const,
        )
      const read = await readIn({ ...json, Authorization: 'Bearer anything' })
      expect(read).toMatch(/^403 .*name it in ALLOWED_ORIGINS, or in PUBLIC_URL/)
      expect(read).not.toContain('data')
      await expect(page.evaluate(async (url) => (await fetch(url)).status, `${api.url}/metrics`)).resolves.toBe(403)
    } finally {
      await browser.close()
      pages.close()
    }
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
