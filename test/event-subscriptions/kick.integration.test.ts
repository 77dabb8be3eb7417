import { beforeEach, describe, expect, test } from 'vitest'
import { chat, kickSubscriptions, path, typesOfEach, users } from '../support/workers/kick-subscriptions.ts'

const minute = 60_000
const harness = kickSubscriptions()
const { held, run, runWithFaultAfterList } = harness

describe('a first run', () => {
  test('asks once for each channel for all types, live channels first, and knows the ids from the answer', async () => {
    await harness.fixture.setLive(['5', '3'])
    const summary = await run({ budget: { calls: 4, ms: 1e9 } })
    expect(summary).toMatchObject({ listed: 0, waiting: 4, failure: null })
    expect(held(chat)).toEqual(['3', '5'])
    const rest = await run()
    expect(rest).toMatchObject({ created: 4 * typesOfEach, waiting: 0, refused: 0 })
    expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
    const rows = await harness.fixture.rows()
    expect(rows).toHaveLength(users.length * typesOfEach)
    for (const { user, event, id, status } of rows) {
      expect(status).toBe('active')
      expect(harness.server.subscriptions.of(Number(user), event).map((one) => one.id)).toEqual([id])
    }
  })

  test('is audited: a token, a list, and a call for each channel', async () => {
    const { calls } = await run()
    expect(calls.map(({ endpoint }) => endpoint)).toEqual(['/oauth/token', path, ...users.map(() => path)])
  })

  test('leaves channels alone that are not watched, and ends what they had', async () => {
    await run()
    await harness.fixture.setWatched('2', false)
    const summary = await run()
    expect(summary).toMatchObject({ removed: typesOfEach, created: 0 })
    expect(harness.server.subscriptions.count).toBe((users.length - 1) * typesOfEach)
    expect((await harness.fixture.rows()).filter(({ user }) => user === '2')).toEqual([])
  })
})

test('a list that lags five minutes behind causes neither a second creation nor a second removal', async () => {
  harness.server.subscriptions.switches.listLagMs = 5 * minute
  await run()
  await harness.fixture.setWatched('1', false)
  for (let i = 0; i < 12; i++) {
    harness.now += minute
    await run()
  }
  expect(harness.server.requests.count(`POST ${path}`)).toBe(users.length)
  expect(harness.server.requests.count(`DELETE ${path}`)).toBe(1)
  expect(harness.server.subscriptions.count).toBe((users.length - 1) * typesOfEach)
})

test('runs at once ask for nothing twice, neither for what is new nor for what was lost', async () => {
  await Promise.all([run(), run(), run()])
  expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
  harness.server.subscriptions.removeWhere(() => true)
  await run()
  harness.now += 10 * minute
  await Promise.all([run(), run(), run()])
  expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
})

test('a run never has two calls under way, so that a poller waits for one at most', async () => {
  await run()
  for (let i = 0; i < 120; i++) harness.server.subscriptions.create(1, chat)
  await harness.fixture.setWatched('1', false)
  await harness.fixture.watch(['7', '8', '9'])
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
  const { list, create, remove, ...rest } = harness.kick.eventSubscriptions!
  const api = { ...rest, list: counted(list), create: counted(create), remove: counted(remove) }
  await harness.fixture.reconcile({ ...harness.kick, eventSubscriptions: api })
  expect(most.length).toBeGreaterThan(6)
  expect(Math.max(...most)).toBe(1)
})

test('duplicates are ended, fifty to a call, and the one we know stays', async () => {
  await run()
  const before = await harness.fixture.rows()
  for (let i = 0; i < 70; i++) harness.server.subscriptions.create(1, chat)
  const summary = await run()
  expect(summary.removed).toBe(70)
  expect(summary.calls.filter(({ endpoint }) => endpoint === path)).toHaveLength(3)
  expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
  expect(await harness.fixture.rows()).toEqual(before)
})

test('subscriptions of channels that are not ours are left alone', async () => {
  harness.server.subscriptions.create(4_711, chat)
  await run()
  harness.now += 20 * minute
  await run()
  expect(harness.server.subscriptions.of(4_711, chat)).toHaveLength(1)
})

test('what the platform dropped is asked for again when it has been missing for longer than the list may lag', async () => {
  await run()
  harness.server.subscriptions.removeWhere(({ event }) => event === 'channel.followed')
  await run()
  harness.now += 9 * minute
  expect(await run()).toMatchObject({ created: 0 })
  harness.now += minute
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
  expect((await harness.fixture.rows()).filter(({ status }) => status === 'pending')).toHaveLength(typesOfEach)
  await run()
  harness.now += 10 * minute
  await run()
  expect((await harness.fixture.rows()).map(({ status }) => status)).toEqual(
    Array(users.length * typesOfEach).fill('active'),
  )
  expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
})

test('one channel at which the platform breaks keeps no other from being asked for, now and later', async () => {
  await harness.fixture.setLive(['1'])
  for (let round = 0; round < 3; round++) {
    const summary = await runWithFaultAfterList({ kind: 'html-error', times: 1 })
    // The broken one was asked for first, and waits for the list to tell what came of it.
    if (round === 0) expect(summary).toMatchObject({ created: (users.length - 1) * typesOfEach, failure: null })
    harness.server.faults.clear()
    harness.now += 10 * minute
  }
  expect((await harness.fixture.rows()).filter(({ status }) => status === 'active').length).toBeGreaterThanOrEqual(
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
  const rows = await harness.fixture.rows()
  const stuck = rows.find(({ user }) => user === '2')!.id!
  await harness.fixture.setWatched('2', false)
  await harness.fixture.setWatched('3', false)
  harness.now += 10 * minute
  harness.server.subscriptions.removeWhere(({ event }) => event === chat)
  const api = harness.kick.eventSubscriptions!
  let calls = 0
  const remove: typeof api.remove = async (ids, signal) => {
    calls++
    const fault = ids.includes(stuck) ? harness.server.faults.add({ kind: 'html-error', path }) : null
    const result = await api.remove(ids, signal)
    fault?.remove()
    return result
  }
  const breaking = { ...harness.kick, eventSubscriptions: { ...api, remove } }
  await harness.fixture.reconcile(breaking)
  harness.now += 10 * minute
  expect(await harness.fixture.reconcile(breaking)).toMatchObject({ failure: null, created: users.length - 2 })
  expect(calls).toBeLessThanOrEqual(2 * (1 + 2 * Math.ceil(Math.log2(2 * typesOfEach))))
  expect((await harness.fixture.rows()).filter(({ user }) => user === '2' || user === '3').map(({ id }) => id)).toEqual(
    [stuck],
  )
})

test('an error of one item concerns that item alone, and is tried again later', async () => {
  const fault = { kind: 'item-error', times: 1, error: 'DynamoDB: retry quota exceeded' } as const
  expect(await runWithFaultAfterList(fault)).toMatchObject({ created: users.length * typesOfEach - 1, refused: 1 })
  const [failed] = (await harness.fixture.rows()).filter(({ status }) => status === 'failed')
  expect(failed).toMatchObject({ id: null, error: 'DynamoDB: retry quota exceeded' })
  expect(failed!.retryAt!.getTime()).toBeGreaterThan(harness.now)
  harness.now += minute
  expect(await run()).toMatchObject({ created: 0, refused: 0 })
  harness.now += 10 * minute
  expect(await run()).toMatchObject({ created: 1 })
  expect(harness.server.subscriptions.count).toBe(users.length * typesOfEach)
})

describe.each(['item', 'request'] as const)('a limit that the platform tells by refusing the %s', (limitRefuses) => {
  beforeEach(() => {
    Object.assign(harness.server.subscriptions.switches, { limitRefuses, maxChat: 2 })
  })

  test('is recorded, concerns its type alone, and is not run into again for an hour', async () => {
    await harness.fixture.setLive(['4', '6'])
    await run()
    expect(held(chat)).toEqual(['4', '6'])
    expect(held('channel.followed')).toEqual(users)
    const limited = (await harness.fixture.rows()).filter(({ status }) => status === 'limited')
    expect(limited).toMatchObject([{ event: chat, error: expect.stringContaining('limit') }])
    const asked = harness.server.requests.total
    for (let i = 0; i < 5; i++) {
      harness.now += 10 * minute
      await run()
    }
    // Lists, and nothing else.
    expect(harness.server.requests.total - asked).toBe(5)
    harness.now += 20 * minute
    harness.server.subscriptions.switches.maxChat = 100
    await run()
    expect(held(chat)).toEqual(users)
  })

  test('gives its places to channels that go live', async () => {
    await harness.fixture.setLive(['4', '6'])
    await run()
    harness.now += minute
    await harness.fixture.setLive(['2', '6'])
    await run()
    expect(held(chat)).toEqual(['2', '6'])
    expect(harness.server.subscriptions.of(2, chat)).toHaveLength(1)
  })
})

test('a platform that asks for fewer requests is asked once in a run, and the same channel a minute later', async () => {
  const summary = await runWithFaultAfterList({ kind: 'rate-limited', retryAfterSeconds: 0, times: 1 })
  expect(summary).toMatchObject({ created: 0, waiting: 5, failure: { kind: 'rate-limited' } })
  expect(summary.calls.filter(({ endpoint }) => endpoint === path)).toHaveLength(2)
  harness.now += minute
  expect(await run()).toMatchObject({ created: users.length * typesOfEach, failure: null })
})

test('a run that is given up asks for nothing more', async () => {
  const stopping = new AbortController()
  stopping.abort()
  expect(await run({ signal: stopping.signal })).toMatchObject({ created: 0, failure: { kind: 'unavailable' } })
  expect(harness.server.subscriptions.count).toBe(0)
})
