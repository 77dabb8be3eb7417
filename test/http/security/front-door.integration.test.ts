import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { everybody } from '../../../src/access/identity.ts'
import { createRateLimit, type RateLimit } from '../../../src/guard/rate-limit.ts'
import { adminKey, operatorKey, startTestApi, type TestApi, type TestApiOptions } from '../../support/http/api.ts'
import { sendRaw } from '../../support/http/raw-http.ts'
import { openSocket } from '../../support/live/live-client.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

const perMinute = 1_000
const query = '{ me { role } }'
const byUrl = `/graphql?query=${encodeURIComponent(query)}`

let database: TestDatabase
let api: TestApi
let closed: TestApi
let current: RateLimit
let addresses = 0

/** An API with every path that takes a key. */
const start = (options: Partial<TestApiOptions> = {}) =>
  startTestApi({
    db: database.db,
    rateLimit: { spend: (payer, price) => current.spend(payer, price), size: 0 },
    trustedProxies: ['127.0.0.1'],
    allowedOrigins: ['https://app.example'],
    publicUrl: 'https://channels.example',
    ...options,
  })

beforeAll(async () => {
  database = await createTestDatabase()
  api = await start()
  closed = await start({ publicAccess: 'none', metricsAccess: 'operator' })
})
beforeEach(() => {
  current = createRateLimit({ perAddress: perMinute, perKey: perMinute }, () => 0)
})
afterAll(async () => {
  await closed[Symbol.asyncDispose]()
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

type Asked = { method?: string; headers?: Record<string, string>; body?: string }
type Seen = { status: number; headers: IncomingMessage['headers']; text: string }

/** Asks with any Host, which fetch lets nobody choose. */
const ask = async (
  { url }: TestApi,
  path: string,
  { method = 'GET', headers = {}, body }: Asked = {},
): Promise<Seen> => {
  const sent = request(new URL(path, url), { method, headers, agent: false }).end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const text = (await response.toArray()).join('')
  return { status: response.statusCode!, headers: response.headers, text }
}

const shortly = ({ status, text }: Seen) => [status, text.slice(0, 300)]

const json = { 'Content-Type': 'application/json' }
const post: Asked = { method: 'POST', headers: json, body: JSON.stringify({ query }) }
const html = { Accept: 'text/html' }
const events = { Accept: 'text/event-stream' }
const exportPath = '/export/viewers?format=csv&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&channel_id=404'

/** What a page can ask for by a GET, which says nothing of its origin. */
const gets: [string, string, Record<string, string>][] = [
  ['GraphQL', byUrl, {}],
  ['a stream of events', byUrl, events],
  ['GraphiQL', '/graphql', html],
  ['its script', '/graphiql.js', {}],
  ['an export', exportPath, {}],
  ['metrics', '/metrics', {}],
  ['the panel', '/', {}],
  ['a place of the panel', '/sign-in', html],
  ['a file of the panel', '/icon.svg', {}],
]
/** Who asks does not matter there. */
const openToAll = ['/', '/sign-in', '/icon.svg', '/graphiql.js']

/** How a socket is refused: its status and the sentence. */
const refusalOf = async (url: string, options: { origin?: string; headers?: Record<string, string> }) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options)
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  return { status: response.statusCode, text: (await response.toArray()).join('') }
}

describe('guessing a key counts', () => {
  const guess = { Authorization: 'Bearer guessed' }
  const paths: [string, string, Asked][] = [
    ['POST /graphql', '/graphql', { ...post, headers: { ...json, ...guess } }],
    ['GET /graphql', byUrl, { headers: guess }],
    ['events', '/graphql', { ...post, headers: { ...json, ...events, ...guess } }],
    ['GraphiQL', '/graphql', { headers: { ...html, ...guess } }],
    ['/export', exportPath, { headers: guess }],
    ['/commands', '/commands', { method: 'POST', headers: { ...json, ...guess }, body: '{}' }],
    ['/metrics', '/metrics', { headers: guess }],
    ['a sign-in link', '/sign-in', { method: 'POST', headers: json, body: '{"code":"guessed"}' }],
  ]

  test.each(paths)('by %s', async (_, path, asked) => {
    const address = `203.0.113.${++addresses}`
    const headers = { ...asked.headers, 'X-Forwarded-For': address }
    for (const server of [api, closed]) {
      current = createRateLimit({ perAddress: perMinute, perKey: perMinute }, () => 0)
      current.spend({ identity: everybody, address }, perMinute - 2)
      const seen = [1, 2, 3].map(() => () => ask(server, path, { ...asked, headers }))
      const statuses = []
      for (const one of seen) statuses.push((await one()).status)
      expect(statuses).toEqual([401, 401, 429])
    }
  })

  test('by the first message of a socket', async () => {
    const headers = { 'X-Forwarded-For': `203.0.113.${++addresses}` }
    current.spend({ identity: everybody, address: headers['X-Forwarded-For'] }, perMinute - 3)
    const closeOf = async () => {
      await using client = await openSocket(`${api.url.replace('http', 'ws')}/graphql`, { headers })
      client.send({ type: 'connection_init', payload: { authorization: 'Bearer guessed' } })
      return await client.closed
    }
    expect((await closeOf()).code).toBe(4401)
    expect(await closeOf()).toEqual({ code: 1013, reason: expect.stringMatching(/^Too many requests: try again in/) })
  })
})

describe('whoever a proxy of this machine brings', () => {
  test.each(['198.51.100.7, 127.0.0.1', '127.0.0.1', '::1', '10.0.0.9, ::1', 'unknown', '', '::ffff:127.0.0.1'])(
    'and names %o has the limit of one caller',
    async (forwarded) => {
      const headers = { ...json, 'X-Forwarded-For': forwarded }
      const statuses = []
      for (let i = 0; i <= perMinute / 100; i++) {
        current.spend({ identity: everybody, address: '198.51.100.7' }, 99)
        current.spend({ identity: everybody, address: '10.0.0.9' }, 99)
        current.spend({ identity: everybody, address: 'behind 127.0.0.1' }, 99)
        statuses.push((await ask(api, '/graphql', { ...post, headers })).status)
      }
      expect([statuses[0], statuses.at(-1)]).toEqual([200, 429])
    },
  )
})

describe('a page whose host name was led to this server', () => {
  const evil = 'evil.example'

  test.each(gets)('is refused %s', async (_, path, headers) => {
    for (const host of [
      evil,
      `${evil}:${new URL(api.url).port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      'localhost@evil.example',
    ])
      expect(shortly(await ask(api, path, { headers: { ...headers, Host: host } }))).toEqual([
        403,
        expect.stringContaining('name it in PUBLIC_URL or ALLOWED_ORIGINS'),
      ])
    const { status } = await sendRaw(Number(new URL(api.url).port), [`GET ${path} HTTP/1.1`, 'Host:'])
    expect(status).toBe(403)
  })

  test('is refused a POST, also of a command, and a socket', async () => {
    const host = `${evil}:${new URL(api.url).port}`
    const headers = { Host: host, Origin: `http://${host}` }
    for (const path of ['/graphql', '/commands'])
      expect(await ask(api, path, { ...post, headers: { ...json, ...headers } })).toMatchObject({
        status: 403,
        text: expect.stringMatching(/name it in ALLOWED_ORIGINS, or in PUBLIC_URL/),
      })
    expect(await refusalOf(api.url, { origin: headers.Origin, headers: { Host: host } })).toMatchObject({
      status: 403,
      text: expect.stringMatching(/ALLOWED_ORIGINS/),
    })
  })

  test('learns nothing by a key that it made up', async () => {
    const headers = { Host: evil, Authorization: 'Bearer made-up' }
    for (const [, path, more] of gets.filter(([, path]) => !openToAll.includes(path)))
      expect((await ask(api, path, { headers: { ...more, ...headers } })).status).toBe(401)
  })
})

describe('nobody else is refused for the host they name', () => {
  test.each([
    'localhost',
    'LOCALHOST:4000',
    '127.0.0.1:4000',
    '192.168.7.7',
    '[::1]:4000',
    'channels.example',
    'app.example:8443',
  ])('a browser at %s', async (host) => {
    for (const [, path, headers] of gets)
      expect((await ask(api, path, { headers: { ...headers, Host: host } })).status).toBeOneOf([200, 404])
    const origin = `http://${host.toLowerCase()}`
    expect((await ask(api, '/graphql', { ...post, headers: { ...json, Host: host, Origin: origin } })).status).toBe(200)
  })

  test('probes, programs that post, callers with a key, and what has no Host at all', async () => {
    const headers = { Host: 'channelscope.default.svc:4000' }
    const key = { Authorization: `Bearer ${operatorKey}` }
    expect((await ask(api, '/health', { headers })).status).toBe(200)
    expect((await ask(api, '/ready', { headers })).status).toBe(200)
    expect((await ask(api, '/graphql', { ...post, headers: { ...json, ...headers } })).status).toBe(200)
    for (const [, path, more] of gets)
      expect((await ask(api, path, { headers: { ...more, ...headers, ...key } })).status).toBeOneOf([200, 404])
    await using socket = await openSocket(`${api.url.replace('http', 'ws')}/graphql`, { headers })
    expect(socket.socket.readyState).toBe(WebSocket.OPEN)
    expect((await sendRaw(Number(new URL(api.url).port), ['GET /metrics HTTP/1.0'])).status).toBe(200)
  })
})

describe('a head', () => {
  const port = () => Number(new URL(api.url).port)
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: ${i}`)
  const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${'A'.repeat(22)}==`]

  test.each([
    ['Host', ['Host: localhost', 'Host: evil.example']],
    ['Host', ['Host: localhost', 'hOsT: localhost']],
    ['Origin', ['Host: localhost', 'Origin: http://localhost', 'Origin: http://evil.example']],
    ['Authorization', ['Host: localhost', `Authorization: Bearer ${adminKey}`, 'Authorization: Bearer other']],
  ])('with two of %s is refused: %j', async (name, headers) => {
    for (const path of ['/health', '/metrics', byUrl, '/nothing']) {
      const { status, body } = await sendRaw(port(), [`GET ${path} HTTP/1.1`, ...headers])
      expect([path, status]).toEqual([path, 400])
      expect(body.toLowerCase()).toContain(`the header ${name.toLowerCase()} only once`)
    }
    expect((await sendRaw(port(), ['GET /graphql HTTP/1.1', ...headers, ...upgrade])).status).toBe(400)
  })

  test('of 300 headers is refused, and of as many as come by several proxies is not', async () => {
    for (const path of ['/health', byUrl, '/nothing']) {
      const { status, body } = await sendRaw(port(), [`GET ${path} HTTP/1.1`, 'Host: localhost', ...lines(300)])
      expect([path, status, JSON.parse(body).errors[0].message]).toEqual([
        path,
        431,
        'A request must have at most 100 headers.',
      ])
    }
    expect(
      (await sendRaw(port(), ['GET /graphql HTTP/1.1', 'Host: localhost', ...upgrade, ...lines(300)])).status,
    ).toBe(431)
    expect((await sendRaw(port(), ['GET /health HTTP/1.1', 'Host: localhost', ...lines(97)])).status).toBe(200)
    expect((await sendRaw(port(), ['GET /health HTTP/1.1', 'Host: localhost', ...lines(99)])).status).toBe(431)
  })

  test.each(['h2c', 'TLS/1.0', 'HTTP/3.0', 'websocket2, h2c'])(
    'that offers %s is answered as if it did not',
    async (protocol) => {
      const offer = [
        'Host: localhost',
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${protocol}`,
        'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
      ]
      const got = await sendRaw(port(), [`GET ${byUrl} HTTP/1.1`, ...offer])
      expect([got.status, JSON.parse(got.body).data]).toEqual([200, { me: { role: 'PUBLIC' } }])
      const length = `Content-Length: ${post.body!.length}`
      const type = 'Content-Type: application/json'
      const posted = await sendRaw(port(), ['POST /graphql HTTP/1.1', ...offer, type, length], post.body)
      expect([posted.status, JSON.parse(posted.body).data]).toEqual([200, { me: { role: 'PUBLIC' } }])
    },
  )
})

describe('metrics', () => {
  const metricsAs = async (server: TestApi, key?: string, forwardedFor?: string) => {
    const forwarded: Record<string, string> = forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor }
    const headers = { ...forwarded, ...(key !== undefined && { Authorization: `Bearer ${key}` }) }
    return (await ask(server, '/metrics', { headers })).status
  }
  const author = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
  const keyOfReader = async (server: TestApi) =>
    (await server.access.keys.create(author, { name: 'reader', role: 'PUBLIC' })).secret

  test('are for operators where PUBLIC_ACCESS is none', async () => {
    expect(await metricsAs(closed)).toBe(401)
    expect(await metricsAs(closed, await keyOfReader(closed))).toBe(403)
    expect([await metricsAs(closed, operatorKey), await metricsAs(closed, adminKey)]).toEqual([200, 200])
  })

  test('are for this machine and operators unless it is said otherwise, whatever a proxy on this machine is asked', async () => {
    expect([await metricsAs(api), await metricsAs(api, await keyOfReader(api))]).toEqual([200, 200])
    for (const from of ['203.0.113.9', '127.0.0.1', 'nonsense'])
      expect([await metricsAs(api, undefined, from), await metricsAs(api, operatorKey, from)]).toEqual([403, 200])
  })

  test('are for operators alone, or for everybody, where that is said', async () => {
    await using guarded = await start({ metricsAccess: 'operator' })
    expect([await metricsAs(guarded), await metricsAs(guarded, operatorKey)]).toEqual([403, 200])
    await using open = await start({ metricsAccess: 'everybody' })
    expect([await metricsAs(open), await metricsAs(open, undefined, '203.0.113.9')]).toEqual([200, 200])
  })
})
