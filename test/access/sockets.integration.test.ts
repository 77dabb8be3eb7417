import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Access, openAccess } from '../../src/access/access.ts'
import type { NewApiKey } from '../../src/access/api-keys.ts'
import { createIdentityWatch } from '../../src/access/identity-watch.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { adminKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { openEventStream } from '../support/http/event-stream.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { goLive, insertTestChannels } from '../support/live/live-changes.ts'
import { connectLive, openSocket } from '../support/live/live-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

const by = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const secret = 'a secret of the issuer that is long enough'
const hourMs = 3_600_000
let database: TestDatabase
/** The keys as another process administers them. */
let elsewhere: Access
/** Looks for revoked keys when told to. */
let api: TestApi
let now = Date.now()
let channelId: bigint

const startApi = (options: Partial<Parameters<typeof startTestApi>[0]> = {}) =>
  startTestApi({
    db: database.db,
    tokens: { secret },
    freshMs: hourMs,
    clock: () => now,
    steady: () => now,
    ...options,
  })

beforeAll(async () => {
  database = await createTestDatabase()
  elsewhere = openAccess({ db: database.db, clock: () => now, steady: () => now, log: silentLog })
  channelId = (await insertTestChannels(database.db, 1))[0]!.id
  await goLive(database.db, [channelId])
  api = await startApi()
})
afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await elsewhere[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const makeKey = (wanted: Partial<NewApiKey> = {}) =>
  elsewhere.keys.create(by, { name: 'a test', role: 'OPERATOR', ...wanted })
const tokenUntil = (seconds: number, sub = 'alice') =>
  new SignJWT({ sub, role: 'OPERATOR', exp: seconds }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret))

const socketUrl = ({ url }: { url: string }) => `${url.replace('http', 'ws')}/graphql`
const connect = (key?: string, to: { url: string } = api) =>
  connectLive(socketUrl(to), key ? { authorization: `Bearer ${key}` } : undefined)
const me = '{ me { role } }'
const status = () =>
  `subscription { channelStatus(ids: ["${channelId}"]) { __typename ... on StatusSnapshot { status } } }`
const forbidden = expect.objectContaining({ code: 4403 })

describe('a socket', () => {
  test('is closed with 4403 when its key is revoked here, at once', async () => {
    const { key, secret } = await makeKey()
    await using client = await connect(secret)
    await using other = await connect(adminKey)
    await api.access.keys.revoke(by, key.id)
    expect(await client.closed).toEqual({ code: 4403, reason: 'The key was revoked.' })
    other.subscribe('1', me)
    expect((await other.data()).data.me.role).toBe('ADMIN')
  })

  test('is closed at the next look when its key was revoked elsewhere, and nobody else is', async () => {
    const [revoked, valid] = [await makeKey(), await makeKey()]
    await using client = await connect(revoked.secret)
    await using second = await connect(revoked.secret)
    await using others = new AsyncDisposableStack()
    const staying = await Promise.all([connect(valid.secret), connect(adminKey), connect()])
    for (const one of staying) others.use(one)
    await elsewhere.keys.revoke(by, revoked.key.id)
    await api.access.check()
    expect([await client.closed, await second.closed]).toEqual([forbidden, forbidden])
    for (const one of staying) {
      one.subscribe('1', me)
      expect((await one.data()).errors).toBeUndefined()
    }
  })

  test('is looked for without being told to', async () => {
    await using quick = await startApi({ freshMs: 20, clock: Date.now })
    const { key, secret } = await makeKey()
    await using client = await connect(secret, quick)
    client.subscribe('1', status())
    expect((await client.data()).data.channelStatus.__typename).toBe('StatusSnapshot')
    await elsewhere.keys.revoke(by, key.id)
    expect(await client.closed).toEqual(forbidden)
  })

  test('is closed by itself when its token or key expires, and not before', async () => {
    const began = Date.now()
    // The time stands still until everybody is in, however long that takes.
    let goesOnAt = Number.POSITIVE_INFINITY
    const clock = () => began + Math.max(0, Date.now() - goesOnAt)
    await using real = await startApi({ clock })
    const expiry = Math.floor(began / 1000) + 2
    const { secret } = await makeKey({ expiresAt: new Date(expiry * 1000) })
    await using byToken = await connect(await tokenUntil(expiry), real)
    await using byKey = await connect(secret, real)
    await using later = await connect(await tokenUntil(expiry + 3_600), real)
    goesOnAt = Date.now()
    expect([await byToken.closed, await byKey.closed]).toEqual([forbidden, forbidden])
    expect(clock()).toBeGreaterThanOrEqual(expiry * 1000)
    later.subscribe('1', me)
    expect((await later.data()).data.me.role).toBe('OPERATOR')
  })

  test('starts no operation with a key that has gone meanwhile, whatever was looked at', async () => {
    await using node = await startApi({ freshMs: 2_000 })
    const { key, secret } = await makeKey()
    await using client = await connect(secret, node)
    await elsewhere.keys.revoke(by, key.id)
    now += 2_000
    client.subscribe('1', me)
    const { code, reason } = await client.closed
    expect([code, reason]).toEqual([4403, expect.stringContaining('The key was revoked')])
    expect(client.inbox.all.map(({ type }) => type)).toEqual(['connection_ack'])
  })

  test.each([
    ['an expired token', 4401, () => tokenUntil(1)],
    [
      'a revoked key',
      4401,
      async () => {
        const { key, secret } = await makeKey()
        await elsewhere.keys.revoke(by, key.id)
        return secret
      },
    ],
    [
      'a token without a role',
      4403,
      () => new SignJWT({ exp: 9_999_999_999 }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret)),
    ],
  ])('is refused with %s: %i', async (_, code, credential) => {
    await using client = await openSocket(socketUrl(api))
    client.send({ type: 'connection_init', payload: { authorization: `Bearer ${await credential()}` } })
    expect((await client.closed).code).toBe(code)
  })

  test('stays while the database does not answer, and who can not be known then is asked to come again', async () => {
    const { hostname, port } = new URL(database.url)
    await using proxy = await startFaultProxy({ host: hostname, port: Number(port) })
    const url = Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: String(proxy.port) }).href
    await using db = openPostgres({ url, log: silentLog })
    await using node = await startApi({ db, freshMs: 2_000 })
    const [{ secret }, unknown] = [await makeKey(), await makeKey()]
    await using client = await connect(secret, node)
    await proxy.set('refuse')
    now += hourMs
    await node.access.check()
    client.subscribe('1', me)
    expect((await client.inbox.next()).payload[0].extensions).toMatchObject({ code: 'UNAVAILABLE' })
    await using late = await openSocket(socketUrl(node))
    late.send({ type: 'connection_init', payload: { authorization: `Bearer ${unknown.secret}` } })
    expect((await late.closed).code).toBe(1013)
    await proxy.set('pass')
    client.subscribe('2', me)
    expect((await client.data()).data.me.role).toBe('OPERATOR')
  })
})

describe('a stream of events', () => {
  const open = (key?: string) =>
    openEventStream(`${api.url}/graphql`, { query: status(), authorization: key && `Bearer ${key}` })

  test('ends with an error that says so when its key is revoked or its token expires; others go on', async () => {
    const { key, secret } = await makeKey()
    using byKey = await open(secret)
    using byToken = await open(await tokenUntil(Math.floor(now / 1000) + 60))
    using public_ = await open()
    for (const { results } of [byKey, byToken, public_])
      expect((await results.next()).data.channelStatus.__typename).toBe('StatusSnapshot')
    await elsewhere.keys.revoke(by, key.id)
    now += 60_000
    await api.access.check()
    for (const { results, ended } of [byKey, byToken]) {
      expect((await results.next()).errors[0].extensions.code).toBe('UNAUTHENTICATED')
      await ended
    }
    await goLive(database.db, [channelId])
    expect((await public_.results.next()).data.channelStatus.__typename).toBe('StatusChange')
  })

  test('or a socket that its client has left is not watched any more', async () => {
    await using node = await startApi()
    const looks = async () => {
      const sent: (string | undefined)[] = []
      using _ = { [Symbol.dispose]: database.db.onStatement((name) => sent.push(name)) }
      await node.access.check()
      return sent.filter((name) => name === 'api_keys_in_force').length
    }
    const { secret } = await makeKey()
    const stream = await openEventStream(`${node.url}/graphql`, { query: status(), authorization: `Bearer ${secret}` })
    await stream.results.next()
    const client = await connect(secret, node)
    expect(await looks()).toBe(1)
    stream[Symbol.dispose]()
    await client[Symbol.asyncDispose]()
    await eventually('nobody is watched', async () => (await looks()) === 0)
  })
})

test('one selection that callers of different roles share at the same moment shows each what its role may see', async () => {
  const query = `subscription { channelStatus(ids: ["${channelId}"]) { __typename ... on StatusChange { event { id data } } } }`
  const { secret } = await makeKey()
  const callers = await Promise.all([connect(), connect(secret), connect(adminKey), connect()])
  await using opened = new AsyncDisposableStack()
  for (const client of callers) {
    opened.use(client)
    client.subscribe('1', query)
    expect((await client.data()).data.channelStatus.__typename).toBe('StatusSnapshot')
  }
  await goLive(database.db, [channelId])
  // The end of the last broadcast, then the start of the next, which has data.
  const answers = await Promise.all(callers.map(async (client) => (await client.inbox.take(2))[1]!.payload))
  const shown = answers.map(({ data, errors }) => [
    data.channelStatus.event.data !== null,
    errors?.map((error: { extensions: object }) => error.extensions),
  ])
  const denied = [false, [{ code: 'FORBIDDEN', requiredRole: 'OPERATOR' }]]
  expect(shown).toEqual([denied, [true, undefined], [true, undefined], denied])
})

test('ten thousand callers are looked after with one statement at a time, and those who left with none', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => makeKey()))
  const ends: string[] = []
  await using watch = createIdentityWatch({ db: database.db, clock: () => now, log: silentLog, everyMs: hourMs })
  const stops = Array.from({ length: 10_000 }, (_, i) => {
    const { key } = keys[i % keys.length]!
    const identity = { role: 'OPERATOR', name: null, subject: `key:${key.id}` } as const
    return watch.watch(identity, () => ends.push(key.id))
  })
  const sent: (string | undefined)[] = []
  using _ = { [Symbol.dispose]: database.db.onStatement((name) => sent.push(name)) }
  await Promise.all([watch.check(), watch.check()])
  expect(sent).toEqual(['api_keys_in_force'])
  await elsewhere.keys.revoke(by, keys[0]!.key.id)
  sent.length = 0
  await watch.check()
  expect(sent).toEqual(['api_keys_in_force'])
  expect(ends).toEqual(Array.from({ length: 1_000 }, () => keys[0]!.key.id))
  for (const stop of stops) stop()
  sent.length = 0
  await watch.check()
  expect(sent).toEqual([])
})
