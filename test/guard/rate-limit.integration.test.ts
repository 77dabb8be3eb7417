import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { everybody } from '../../src/access/identity.ts'
import { createRateLimit, type RateLimit } from '../../src/guard/rate-limit.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { codesOf, transports } from '../support/http/transports.ts'
import { openSocket } from '../support/live/live-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const perMinute = 1_000
const query = '{ me { role } }'
/** Counts as one request and four more. */
const costly = '{ channels(first: 100) { nodes { sessions(first: 20) { nodes { id } } } } }'

let database: TestDatabase
let api: TestApi
let current: RateLimit
let now = 0
let addresses = 0
let address: string

beforeAll(async () => {
  database = await createTestDatabase()
  // The limit of each test, whose clock stands still unless the test moves it.
  const rateLimit: RateLimit = { spend: (payer, price) => current.spend(payer, price), size: 0 }
  api = await startTestApi({ db: database.db, rateLimit, trustedProxies: ['127.0.0.1', '::1'] })
})
beforeEach(() => {
  current = createRateLimit({ perAddress: perMinute, perKey: perMinute }, () => now)
  address = `203.0.113.${++addresses}`
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** Leaves the address so many requests. */
const leave = (requests: number) => current.spend({ identity: everybody, address }, perMinute - requests)
/** As a proxy on this machine tells where a request comes from. */
const from = (client: string) => ({ 'X-Forwarded-For': client })

test('keys that are nobody’s count for the address', async () => {
  leave(2)
  const guess = () =>
    fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { ...from(address), 'Content-Type': 'application/json', Authorization: 'Bearer guessed' },
      body: JSON.stringify({ query }),
    })
  expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 429])
})

describe.each(transports)('by %s', (name, ask) => {
  // A socket counts as one request when it opens.
  const toConnect = name === 'WebSocket' ? 1 : 0

  test('whoever spent everything is refused before any statement, is told for how long, and then answered', async () => {
    leave(toConnect)
    const before = database.db.stats().statements
    const told = await ask(api.url, { query: '{ channels { nodes { id } } }' }, from(address))
    expect(told.errors).toMatchObject([
      {
        message: 'Too many requests: try again in 1 second.',
        extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 },
      },
    ])
    expect(told.data).toBeUndefined()
    expect(database.db.stats().statements).toBe(before)
    if (told.headers) expect([told.status, told.headers.get('retry-after')]).toEqual([429, '1'])
    now += 1_000
    expect(codesOf(await ask(api.url, { query }, from(address)))).toEqual([])
  })

  test('what an operation costs counts, and is not spent where it is refused', async () => {
    leave(toConnect + 4)
    const told = await ask(api.url, { query: costly }, from(address))
    expect(codesOf(told)).toEqual(['RATE_LIMITED'])
    expect(told.cost.requested).toBe(1 + 100 * (2 + 20 * 2))
    leave(0)
    now += 60_000
    leave(toConnect + 5)
    expect(codesOf(await ask(api.url, { query: costly }, from(address)))).toEqual([])
  })

  test('documents that are refused count as well', async () => {
    leave(2 * (toConnect + 1))
    expect(codesOf(await ask(api.url, { query: '{' }, from(address)))).toEqual(['GRAPHQL_PARSE_FAILED'])
    expect(codesOf(await ask(api.url, { documentId: 'x' }, from(address)))).toEqual(['OPERATION_NOT_ALLOWED'])
    expect(current.spend({ identity: everybody, address }, 1)).toBe(1)
  })

  test('others go on: another address, and a key from the same one', async () => {
    leave(toConnect)
    const key = { Authorization: `Bearer ${operatorKey}` }
    const keyed = await ask(api.url, { query }, { ...from(address), ...key })
    expect(keyed.data.me.role).toBe('OPERATOR')
    expect(codesOf(await ask(api.url, { query }, from(`198.51.100.${addresses}`)))).toEqual([])
    current.spend({ identity: { subject: 'bootstrap:operator' }, address: '' }, perMinute - 1)
    expect(codesOf(await ask(api.url, { query }, { ...from(`198.51.100.${addresses}`), ...key }))).toEqual([
      'RATE_LIMITED',
    ])
  })

  test('an address that callers write into X-Forwarded-For themselves spares nobody', async () => {
    leave(toConnect)
    const told = await ask(api.url, { query }, from(`192.0.2.77, ${address}`))
    expect(codesOf(told)).toEqual(['RATE_LIMITED'])
  })
})

test('an address that spent everything is refused at the upgrade with 429, and others connect', async () => {
  leave(0)
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: from(address),
  })
  socket.on('error', () => undefined)
  const [, response] = await once(socket, 'unexpected-response')
  response.resume()
  expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '1'])
  await using other = await openSocket(`${api.url.replace('http', 'ws')}/graphql`, { headers: from('198.51.100.200') })
  expect(other.socket.readyState).toBe(WebSocket.OPEN)
})
