import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSignInCodes, type SignInCodes } from '../../../src/access/sign-in-codes.ts'
import { createRateLimit, type RateLimit } from '../../../src/guard/rate-limit.ts'
import { operatorKey, startTestApi, type TestApi } from '../../support/http/api.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

// Not the one that no other test may see in an answer.
const adminKey = 'the-key-that-a-link-gives'
const hourMs = 3_600_000

let database: TestDatabase
let api: TestApi
let codes: SignInCodes
let now = 0
let limit: RateLimit

beforeAll(async () => {
  database = await createTestDatabase()
  codes = createSignInCodes(() => now)
  api = await startTestApi({
    db: database.db,
    signInCodes: codes,
    keys: { admin: adminKey, operator: operatorKey },
    publicAccess: 'none',
    allowedOrigins: ['https://app.example'],
    publicUrl: 'https://channels.example',
    rateLimit: { spend: (payer, price) => limit.spend(payer, price), size: 0 },
  })
})
beforeEach(() => {
  limit = createRateLimit({ perAddress: 1_000, perKey: 1_000 }, () => 0)
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const json = { 'Content-Type': 'application/json' }
const signIn = async (body: string | object, headers: Record<string, string> = json) => {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(`${api.url}/sign-in`, { method: 'POST', headers, body: sent })
  return { status: response.status, headers: response.headers, body: await response.json() }
}
const messageOf = ({ body }: { body: { errors?: { message: string }[] } }) => body.errors?.[0]?.message

describe('a code', () => {
  test('gives the admin key once, and is told to nobody by a cache', async () => {
    const code = codes.make()
    expect(code).toMatch(/^[\w-]{32}$/)
    const first = await signIn({ code })
    expect(first).toMatchObject({ status: 200, body: { key: adminKey, role: 'ADMIN' } })
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(first.headers.get('access-control-allow-origin')).toBeNull()
    const second = await signIn({ code })
    expect([second.status, messageOf(second)]).toEqual([401, expect.stringContaining('channelscope sign-in-link')])
    expect(second.body.errors[0].extensions.code).toBe('UNAUTHENTICATED')
    expect(JSON.stringify(second.body)).not.toContain(adminKey)
  })

  test('is good for a day, and others of the day stay so', async () => {
    const [late, inTime] = [codes.make(), codes.make()]
    now += 24 * hourMs - 1
    const other = codes.make()
    expect((await signIn({ code: inTime })).status).toBe(200)
    now += 1
    expect((await signIn({ code: late })).status).toBe(401)
    expect((await signIn({ code: other })).status).toBe(200)
  })

  test('is given once also to those who ask at the same time', async () => {
    const code = codes.make()
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await signIn({ code })).status))
    expect(statuses.sort()).toEqual([200, 401, 401, 401, 401])
  })

  test('is of this process: another one does not know it', async () => {
    expect((await signIn({ code: createSignInCodes(() => now).make() })).status).toBe(401)
  })

  test('is one of a hundred at most: the oldest goes', () => {
    const some = createSignInCodes(() => now)
    const made = Array.from({ length: 101 }, () => some.make())
    expect(made.map((code) => some.use(code))).toEqual([false, ...Array(100).fill(true)])
  })
})

test('guessing is limited like guessing a key, and a good code is taken after it', async () => {
  limit = createRateLimit({ perAddress: 2, perKey: 2 }, () => 0)
  const forwarded = { ...json, 'X-Forwarded-For': '203.0.113.9' }
  const statuses = []
  for (let i = 0; i < 4; i++) statuses.push((await signIn({ code: `guess-${i}` }, forwarded)).status)
  expect(statuses.slice(-2)).toEqual([429, 429])
  expect(statuses[0]).toBe(401)
  expect((await signIn({ code: codes.make() }, forwarded)).status).toBe(200)
})

test.each<[string, Record<string, string>, number]>([
  ['of the address that is asked', { Origin: 'OWN', 'Sec-Fetch-Site': 'same-origin' }, 200],
  ['of PUBLIC_URL', { Origin: 'https://channels.example' }, 200],
  ['that is listed, and may call the API', { Origin: 'https://app.example' }, 403],
  ['of a neighbouring site', { Origin: 'OWN', 'Sec-Fetch-Site': 'same-site' }, 403],
  ['of a foreign origin', { Origin: 'https://evil.example' }, 403],
  ['without an origin', { Origin: 'null' }, 403],
])('a page %s signs in with %j: %i', async (_, headers, status) => {
  const own = { ...json, ...headers, ...(headers.Origin === 'OWN' && { Origin: api.url }) }
  const code = codes.make()
  expect((await signIn({ code }, own)).status).toBe(status)
  // A page that is refused does not use up the code.
  expect((await signIn({ code })).status).toBe(status === 200 ? 401 : 200)
})

test.each<[string, string, Record<string, string>, number]>([
  ['no JSON', '{', json, 400],
  ['no code', '{}', json, 400],
  ['a code that is no text', '{"code":7}', json, 400],
  ['more than a code', '{"code":"a","role":"ADMIN"}', json, 400],
  ['a body that is too long', JSON.stringify({ code: 'a'.repeat(2_000) }), json, 413],
  ['a form', 'code=a', { 'Content-Type': 'application/x-www-form-urlencoded' }, 415],
  ['a text that a page may send unasked', '{"code":"a"}', { 'Content-Type': 'text/plain' }, 415],
])('%s is refused', async (_, body, headers, status) => {
  expect((await signIn(body, headers)).status).toBe(status)
})

test('only POST takes a code; a preflight allows nothing', async () => {
  for (const method of ['PUT', 'DELETE', 'OPTIONS']) {
    const response = await fetch(`${api.url}/sign-in`, { method, headers: { Origin: api.url } })
    expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD, POST'])
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  }
})
