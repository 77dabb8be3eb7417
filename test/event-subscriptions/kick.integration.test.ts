import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/demo/faults.ts'
import { type KickServer, startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld } from '../../src/demo/world.ts'
import { eventSilences } from '../../src/event-subscriptions/event-silences.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import type { Platform } from '../../src/platforms/platform.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { subscriptionFixture } from '../support/workers/subscription-fixture.ts'

const minute = 60_000
const path = '/public/v1/events/subscriptions'
const chat = 'chat.message.sent'
const users = ['1', '2', '3', '4', '5', '6']
const typesOfEach = 9

let database: TestDatabase
let fixture: ReturnType<typeof subscriptionFixture>
let server: KickServer
let kick: Platform
let now: number

beforeAll(async () => {
  database = await createTestDatabase()
  fixture = subscriptionFixture(database.db, () => now)
})
afterAll(() => database[Symbol.asyncDispose]())

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  const clock = () => now
  server = await startKickServer({ world: createWorld({ clock }) })
  kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    clock,
    log: silentLog,
    timeoutMs: 2_000,
  })
  await fixture.clear()
  await fixture.watch(users)
})
afterEach(async () => {
  await kick[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const run = (more = {}) => fixture.reconcile(kick, more)
/** Goes wrong from the first call after the list on. */
const runWithFaultAfterList = (fault: Fault) => {
  const api = kick.eventSubscriptions!
  const list = async () => {
    const listed = await api.list()
    server.faults.add({ ...fault, path })
    return listed
  }
  return fixture.reconcile({ ...kick, eventSubscriptions: { ...api, list } })
}
const held = (event: string): string[] =>
  users.filter((user) => server.subscriptions.of(Number(user), event).length > 0)

describe('a first run', () => {
  test('asks once for each channel for all types, live channels first, and knows the ids from the answer', async () => {
    await fixture.setLive(['5', '3'])
    const summary = await run({ budget: { calls: 4, ms: 1e9 } })
    expect(summary).toMatchObject({ listed: 0, waiting: 4, failure: null })
    expect(held(chat)).toEqual(['3', '5'])
    const rest = await run()
    expect(rest).toMatchObject({ created: 4 * typesOfEach, waiting: 0, refused: 0 })
    expect(server.subscriptions.count).toBe(users.length * typesOfEach)
    const rows = await fixture.rows()
    expect(rows).toHaveLength(users.length * typesOfEach)
    for (const { user, event, id, status } of rows) {
      expect(status).toBe('active')
      expect(server.subscriptions.of(Number(user), event).map((one) => one.id)).toEqual([id])
    }
  })

  test('is audited: a token, a list, and a call for each channel', async () => {
    const { calls } = await run()
    expect(calls.map(({ endpoint }) => endpoint)).toEqual(['/oauth/token', path, ...users.map(() => path)])
  })

  test('leaves channels alone that are not watched, and ends what they had', async () => {
    await run()
    await fixture.setWatched('2', false)
    const summary = await run()
    expect(summary).toMatchObject({ removed: typesOfEach, created: 0 })
    expect(server.subscriptions.count).toBe((users.length - 1) * typesOfEach)
    expect((await fixture.rows()).filter(({ user }) => user === '2')).toEqual([])
  })
})

test('a list that lags five minutes behind causes neither a second creation nor a second removal', async () => {
  server.subscriptions.switches.listLagMs = 5 * minute
  await run()
  await fixture.setWatched('1', false)
  for (let i = 0; i < 12; i++) {
    now += minute
    await run()
  }
  expect(server.requests.count(`POST ${path}`)).toBe(users.length)
  expect(server.requests.count(`DELETE ${path}`)).toBe(1)
  expect(server.subscriptions.count).toBe((users.length - 1) * typesOfEach)
})

test('runs at once ask for nothing twice, neither for what is new nor for what was lost', async () => {
  await Promise.all([run(), run(), run()])
  expect(server.subscriptions.count).toBe(users.length * typesOfEach)
  server.subscriptions.removeWhere(() => true)
  await run()
  now += 10 * minute
  await Promise.all([run(), run(), run()])
  expect(server.subscriptions.count).toBe(users.length * typesOfEach)
})

test('a run never has two calls under way, so that a poller waits for one at most', async () => {
  await run()
  for (let i = 0; i < 120; i++) server.subscriptions.create(1, chat)
  await fixture.setWatched('1', false)
  await fixture.watch(['7', '8', '9'])
  let underWay = 0
  const most: number[] = []
  const counted = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      most.push(++underWay)
      try {
        return await call(...args)
      } finally {
        underWay--
      }
    }
  }
  const { list, create, remove, ...rest } = kick.eventSubscriptions!
  const api = { ...rest, list: counted(list), create: counted(create), remove: counted(remove) }
  await fixture.reconcile({ ...kick, eventSubscriptions: api })
  expect(most.length).toBeGreaterThan(6)
  expect(Math.max(...most)).toBe(1)
})

test('duplicates are ended, fifty to a call, and the one we know stays', async () => {
  await run()
  const before = await fixture.rows()
  for (let i = 0; i < 70; i++) server.subscriptions.create(1, chat)
  const summary = await run()
  expect(summary.removed).toBe(70)
  expect(summary.calls.filter(({ endpoint }) => endpoint === path)).toHaveLength(3)
  expect(server.subscriptions.count).toBe(users.length * typesOfEach)
  expect(await fixture.rows()).toEqual(before)
})

test('subscriptions of channels that are not ours are left alone', async () => {
  server.subscriptions.create(4_711, chat)
  await run()
  now += 20 * minute
  await run()
  expect(server.subscriptions.of(4_711, chat)).toHaveLength(1)
})

test('what the platform dropped is asked for again when it has been missing for longer than the list may lag', async () => {
  await run()
  server.subscriptions.removeWhere(({ event }) => event === 'channel.followed')
  await run()
  now += 9 * minute
  expect(await run()).toMatchObject({ created: 0 })
  now += minute
  expect(await run()).toMatchObject({ created: users.length })
  expect(held('channel.followed')).toEqual(users)
})

test.each([
  { kind: 'truncated', times: 1 },
  { kind: 'html-error', times: 1 },
  // Tried again on another connection, so that everything is created twice.
  { kind: 'cut-off', times: 2 },
] as const)('an answer lost to %j leaves the rows pending, and the list tells what came of it', async (fault) => {
  await runWithFaultAfterList(fault)
  expect((await fixture.rows()).filter(({ status }) => status === 'pending')).toHaveLength(typesOfEach)
  await run()
  now += 10 * minute
  await run()
  expect((await fixture.rows()).map(({ status }) => status)).toEqual(Array(users.length * typesOfEach).fill('active'))
  expect(server.subscriptions.count).toBe(users.length * typesOfEach)
})

test('one channel at which the platform breaks keeps no other from being asked for, now and later', async () => {
  await fixture.setLive(['1'])
  for (let round = 0; round < 3; round++) {
    const summary = await runWithFaultAfterList({ kind: 'html-error', times: 1 })
    // The broken one was asked for first, and waits for the list to tell what came of it.
    if (round === 0) expect(summary).toMatchObject({ created: (users.length - 1) * typesOfEach, failure: null })
    server.faults.clear()
    now += 10 * minute
  }
  expect((await fixture.rows()).filter(({ status }) => status === 'active').length).toBeGreaterThanOrEqual(
    (users.length - 1) * typesOfEach,
  )
})

test('a platform that breaks at three channels in a row is left alone until the next run', async () => {
  const summary = await runWithFaultAfterList({ kind: 'html-error' })
  expect(summary).toMatchObject({ created: 0, failure: { kind: 'unavailable', status: 500 } })
  expect(summary.calls.filter(({ status }) => status === 500)).toHaveLength(3)
})

test('one subscription that can not be ended keeps no other from being ended, in few calls, and nothing from being asked for', async () => {
  await run()
  const rows = await fixture.rows()
  const stuck = rows.find(({ user }) => user === '2')!.id!
  await fixture.setWatched('2', false)
  await fixture.setWatched('3', false)
  now += 10 * minute
  server.subscriptions.removeWhere(({ event }) => event === chat)
  const api = kick.eventSubscriptions!
  let calls = 0
  const remove: typeof api.remove = async (ids, signal) => {
    calls++
    const fault = ids.includes(stuck) ? server.faults.add({ kind: 'html-error', path }) : null
    const result = await api.remove(ids, signal)
    fault?.remove()
    return result
  }
  const breaking = { ...kick, eventSubscriptions: { ...api, remove } }
  await fixture.reconcile(breaking)
  now += 10 * minute
  expect(await fixture.reconcile(breaking)).toMatchObject({ failure: null, created: users.length - 2 })
  expect(calls).toBeLessThanOrEqual(2 * (1 + 2 * Math.ceil(Math.log2(2 * typesOfEach))))
  expect((await fixture.rows()).filter(({ user }) => user === '2' || user === '3').map(({ id }) => id)).toEqual([stuck])
})

test('an error of one item concerns that item alone, and is tried again later', async () => {
  const fault = { kind: 'item-error', times: 1, error: 'DynamoDB: retry quota exceeded' } as const
  expect(await runWithFaultAfterList(fault)).toMatchObject({ created: users.length * typesOfEach - 1, refused: 1 })
  const [failed] = (await fixture.rows()).filter(({ status }) => status === 'failed')
  expect(failed).toMatchObject({ id: null, error: 'DynamoDB: retry quota exceeded' })
  expect(failed!.retryAt!.getTime()).toBeGreaterThan(now)
  now += minute
  expect(await run()).toMatchObject({ created: 0, refused: 0 })
  now += 10 * minute
  expect(await run()).toMatchObject({ created: 1 })
  expect(server.subscriptions.count).toBe(users.length * typesOfEach)
})

describe.each(['item', 'request'] as const)('a limit that the platform tells by refusing the %s', (limitRefuses) => {
  beforeEach(() => {
    Object.assign(server.subscriptions.switches, { limitRefuses, maxChat: 2 })
  })

  test('is recorded, concerns its type alone, and is not run into again for an hour', async () => {
    await fixture.setLive(['4', '6'])
    await run()
    expect(held(chat)).toEqual(['4', '6'])
    expect(held('channel.followed')).toEqual(users)
    const limited = (await fixture.rows()).filter(({ status }) => status === 'limited')
    expect(limited).toMatchObject([{ event: chat, error: expect.stringContaining('limit') }])
    const asked = server.requests.total
    for (let i = 0; i < 5; i++) {
      now += 10 * minute
      await run()
    }
    // Lists, and nothing else.
    expect(server.requests.total - asked).toBe(5)
    now += 20 * minute
    server.subscriptions.switches.maxChat = 100
    await run()
    expect(held(chat)).toEqual(users)
  })

  test('gives its places to channels that go live', async () => {
    await fixture.setLive(['4', '6'])
    await run()
    now += minute
    await fixture.setLive(['2', '6'])
    await run()
    expect(held(chat)).toEqual(['2', '6'])
    expect(server.subscriptions.of(2, chat)).toHaveLength(1)
  })
})

test('a platform that asks for fewer requests is asked once in a run, and the same channel a minute later', async () => {
  const summary = await runWithFaultAfterList({ kind: 'rate-limited', retryAfterSeconds: 0, times: 1 })
  expect(summary).toMatchObject({ created: 0, waiting: 5, failure: { kind: 'rate-limited' } })
  expect(summary.calls.filter(({ endpoint }) => endpoint === path)).toHaveLength(2)
  now += minute
  expect(await run()).toMatchObject({ created: users.length * typesOfEach, failure: null })
})

test('a run that is given up asks for nothing more', async () => {
  const stopping = new AbortController()
  stopping.abort()
  expect(await run({ signal: stopping.signal })).toMatchObject({ created: 0, failure: { kind: 'unavailable' } })
  expect(server.subscriptions.count).toBe(0)
})

describe('silence', () => {
  const told: { level: string; fields: object; text: string }[] = []
  const keep = (level: string) => (fields: object, text: string) => void told.push({ level, fields, text })
  const log = { ...silentLog, warn: keep('warn'), error: keep('error') }
  const many = Array.from({ length: 20 }, (_, n) => String(n + 1))
  const idOf = async (event: string) =>
    new Map((await fixture.rows()).filter((row) => row.event === event).map(({ user, id }) => [user, id]))
  const isHeld = (event: string, user: string, id: string | null) =>
    server.subscriptions.of(Number(user), event).some((one) => one.id === id)

  beforeEach(async () => {
    // The database dates when a subscription was made.
    now = Date.now()
    told.length = 0
    await fixture.watch(many.slice(users.length))
    await fixture.setLive(many)
    await run()
    now += minute
  })

  const watchFor = async (minutes: number, arrive: () => Promise<unknown>) => {
    const renewed: number[] = []
    for (let i = 0; i < minutes; i += 5) {
      now += 5 * minute
      await arrive()
      renewed.push((await run({ log })).renewed)
    }
    return renewed
  }

  test('of nineteen of twenty live channels ends in new subscriptions for them, and the one that delivers keeps its own', async () => {
    const before = await idOf(chat)
    await watchFor(20, () => fixture.deliver(chat, ['7']))
    await run()
    const after = await idOf(chat)
    expect(many.filter((user) => after.get(user) === before.get(user))).toEqual(['7'])
    for (const user of many) expect(isHeld(chat, user, after.get(user)!)).toBe(true)
    expect(server.subscriptions.count).toBe(many.length * typesOfEach)
    expect(await eventSilences(database.db)).toContainEqual(
      expect.objectContaining({ platform: 'kick', event: chat, quietSeconds: 0 }),
    )
  })

  test('of everything is told once as an error and by a number, and is met with three renewals', async () => {
    const renewed = await watchFor(30, async () => undefined)
    expect(told.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        fields: { platform: 'kick' },
        text: 'nothing at all arrives although channels are live: can the platform reach the webhook?',
      },
    ])
    expect(renewed.filter((count) => count > 0)[0]).toBe(3)
    expect(Math.max(...renewed)).toBe(3)
    const silences = await eventSilences(database.db)
    expect(silences.find(({ event }) => event === '*')!.quietSeconds).toBeGreaterThanOrEqual(900)
    expect(silences.find(({ event }) => event === chat)).toMatchObject({ silent: expect.any(Number) })
  })

  test('of one start that was seen and not told renews that subscription alone', async () => {
    const status = 'livestream.status.updated'
    await watchFor(15, () => fixture.deliver(chat))
    await database.db.pool.query(
      `UPDATE dm.streamer_channel SET last_status_change_at = $1 WHERE platform_user_id = '5'`,
      [new Date(now)],
    )
    const before = await idOf(status)
    const renewed = await watchFor(60, () => fixture.deliver(chat))
    await run()
    expect(renewed.reduce((sum, count) => sum + count)).toBe(1)
    const after = await idOf(status)
    expect(many.filter((user) => after.get(user) !== before.get(user))).toEqual(['5'])
  })

  test('of a type while others arrive is told once, and renewed less and less often', async () => {
    const renewed = await watchFor(300, () => fixture.deliver('channel.followed'))
    expect(told.filter(({ text }) => text.startsWith('nothing of this type'))).toMatchObject([
      { fields: { platform: 'kick', event: chat } },
    ])
    expect(renewed.filter((count) => count > 0)).toEqual([many.length, many.length, many.length])
    expect(server.subscriptions.count).toBe(many.length * typesOfEach)
  })
})
