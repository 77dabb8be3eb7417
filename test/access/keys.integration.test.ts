import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Access, openAccess } from '../../src/access/access.ts'
import { digestOf } from '../../src/access/api-key-secret.ts'
import type { NewApiKey } from '../../src/access/api-keys.ts'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { adminKey, operatorKey, startTestApi } from '../support/http/api.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'

const by = { identity: { role: 'ADMIN', name: 'test', subject: 'test' }, requestId: 'request' }
const graceMs = 60_000
let database: TestDatabase
let now = Date.now()

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/** The keys as one process knows them. */
const openNode = (url = database.urlOfPublic) => {
  const db = openPostgres({ url, log: silentLog, max: 4 })
  const access = openAccess({ db, clock: () => now, steady: () => now, log: silentLog })
  const opened = new AsyncDisposableStack()
  opened.use(db)
  opened.use(access)
  const sent: string[] = []
  db.onStatement((name) => sent.push(name!))
  return {
    access,
    /** The statements of `work`, with what it causes beside the requests. */
    async statementsOf(work: () => Promise<unknown>): Promise<string[]> {
      sent.length = 0
      await work()
      // A statement that was just asked for is with the pool in the next round.
      await new Promise((resolve) => setImmediate(resolve))
      await eventually(
        'nothing is under way',
        () => db.pool.waitingCount === 0 && db.pool.idleCount === db.pool.totalCount,
      )
      return [...sent]
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

const find = ({ access }: { access: Access }, secret: string) =>
  access.identify(secret, digestOf(secret)).catch((error: { code: string }) => ({ refused: error.code }))

const makeKey = async (wanted: Partial<NewApiKey> = {}) => {
  await using node = openNode()
  return node.access.keys.create(by, { name: 'a test', role: 'OPERATOR', ...wanted })
}

describe('a key', () => {
  test('says who its caller is, and when it ends', async () => {
    await using node = openNode()
    const { key, secret } = await makeKey({ expiresAt: new Date(now + 5_000) })
    const { id } = key
    expect(secret).toMatch(/^cs_key_[\w-]{43}$/)
    expect(await find(node, secret)).toEqual({
      role: 'OPERATOR',
      name: 'a test',
      subject: `key:${id}`,
      expiresAt: key.expiresAt,
    })
    now += 5_000
    expect(await find(node, secret)).toEqual({ refused: 'expired' })
  })

  test('is nowhere in the database, whole or in part', async () => {
    const { secret } = await makeKey()
    const dump = await database.db.query<{ row: string }>(
      statement(
        'test_dump',
        'SELECT to_jsonb(k)::text AS row FROM public.api_keys k UNION ALL SELECT to_jsonb(a)::text FROM public.audit_log a',
      ),
    )
    expect(dump.length).toBeGreaterThan(1)
    const random = secret.slice('cs_key_'.length)
    for (const { row } of dump)
      for (const part of [random.slice(0, 12), Buffer.from(random, 'base64url').toString('hex').slice(0, 16)])
        expect(row).not.toContain(part)
  })

  test('is looked up once for many requests at a time, and not again while that is fresh', async () => {
    await using node = openNode()
    const { secret } = await makeKey()
    const first = await node.statementsOf(() => Promise.all(Array.from({ length: 100 }, () => find(node, secret))))
    expect(first).toEqual(['api_keys_by_digest', 'api_keys_used'])
    expect(await node.statementsOf(() => find(node, secret))).toEqual([])
    now += 2_000
    expect(await node.statementsOf(() => find(node, secret))).toEqual(['api_keys_by_digest'])
  })

  test('has the time of its use written at most once a minute', async () => {
    await using node = openNode()
    const { key, secret } = await makeKey()
    const uses = async () => {
      const sent = await node.statementsOf(() => find(node, secret))
      return sent.filter((name) => name === 'api_keys_used').length
    }
    expect(await uses()).toBe(1)
    expect((await node.access.keys.list()).find(({ id }) => id === key.id)!.lastUsedAt).toBeInstanceOf(Date)
    now += 59_999
    expect(await uses()).toBe(0)
    now += 1
    expect(await uses()).toBe(1)
  })

  test('that was revoked is refused at once where that was done, and elsewhere as soon as it is looked up again', async () => {
    await using here = openNode()
    await using elsewhere = openNode()
    const { key, secret } = await makeKey()
    for (const node of [here, elsewhere]) expect(await find(node, secret)).toMatchObject({ role: 'OPERATOR' })
    expect(await here.access.keys.revoke(by, key.id)).toMatchObject({ id: key.id, revokedAt: expect.any(Date) })
    expect(await find(here, secret)).toEqual({ refused: 'revoked' })
    now += 2_000
    expect(await find(elsewhere, secret)).toEqual({ refused: 'revoked' })
  })
})

test('keys are rotated under load without a refusal: the new one counts before the old one ends', async () => {
  await using node = openNode()
  const [old, fresh] = [await makeKey(), await makeKey()]
  let secret = old.secret
  let stopped = false
  const seen: unknown[] = []
  const callers = Array.from({ length: 8 }, async () => {
    while (!stopped) {
      seen.push(await find(node, secret))
      now += 10
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  await eventually('the old key was used', () => seen.length > 500)
  secret = fresh.secret
  const switchedAt = seen.length
  await eventually('everybody has the new key', () => seen.length > switchedAt + 500)
  await node.access.keys.revoke(by, old.key.id)
  const revokedAt = seen.length
  await eventually('the new key is used alone', () => seen.length > revokedAt + 500)
  stopped = true
  await Promise.all(callers)
  expect(seen.filter((one) => 'refused' in (one as object))).toEqual([])
  expect(await find(node, old.secret)).toEqual({ refused: 'revoked' })
})

describe('texts that are no keys', () => {
  test('take one connection, however many there are, and are not asked about twice', async () => {
    await using node = openNode()
    const invented = Array.from({ length: 2_000 }, (_, i) => `cs_key_${String(i).padStart(43, 'A')}`)
    const ask = () => Promise.all(invented.map((secret) => find(node, secret)))
    const sent = await node.statementsOf(async () => {
      expect(new Set((await ask()).map((answer) => JSON.stringify(answer)))).toEqual(new Set(['{"refused":"invalid"}']))
    })
    expect(sent.length).toBeLessThanOrEqual(6)
    expect(await node.statementsOf(ask)).toEqual([])
  })

  test('of another form are not looked up', async () => {
    await using node = openNode()
    const sent = await node.statementsOf(async () => {
      for (const text of ['cs_key_short', `cs_key_${'A'.repeat(44)}`, 'a.b.c', "cs_key_'; DROP TABLE api_keys; --"])
        expect(await find(node, text)).toEqual({ refused: 'invalid' })
    })
    expect(sent).toEqual([])
  })
})

describe('while the database does not answer', () => {
  const proxied = async () => {
    const { hostname, port } = new URL(database.urlOfPublic)
    const proxy = await startFaultProxy({ host: hostname, port: Number(port) })
    const url = new URL(database.urlOfPublic)
    url.hostname = '127.0.0.1'
    url.port = String(proxy.port)
    return { proxy, node: openNode(url.href) }
  }

  test.each(['refuse', 'blackhole'] as const)(
    'and is gone (%s), a key that was known goes on for a minute, then it is UNAVAILABLE, never invalid',
    async (mode) => {
      const { proxy, node } = await proxied()
      const { secret } = await makeKey()
      const other = await makeKey()
      expect(await find(node, secret)).toMatchObject({ role: 'OPERATOR' })
      await proxy.set(mode)
      now += graceMs - 1
      expect(await find(node, secret)).toMatchObject({ role: 'OPERATOR' })
      if (mode === 'refuse') {
        expect(await find(node, other.secret)).toEqual({ refused: 'UNAVAILABLE' })
        now += 1
        expect(await find(node, secret)).toEqual({ refused: 'UNAVAILABLE' })
      }
      await proxy.set('pass')
      expect(await eventually('it is known again', async () => !('refused' in (await find(node, secret))))).toBe(true)
      await node[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
    },
  )

  test('the two keys of the environment and callers without a key need no database', async () => {
    await using away = openPostgres({ url: 'postgresql://nobody@127.0.0.1:1/none', log: silentLog })
    await using api = await startTestApi({ db: away, unreachable: true })
    const { secret } = await makeKey()
    const me = '{ me { role name } }'
    expect((await api.ask(me)).data.me.role).toBe('PUBLIC')
    expect((await api.ask(me, {}, adminKey)).data.me.role).toBe('ADMIN')
    expect((await api.ask(me, {}, operatorKey)).data.me.role).toBe('OPERATOR')
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: me }),
    })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
  })
})
