import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { leaseWindow } from '../../src/archive/archive-log.ts'
import { windowAt } from '../../src/archive/window.ts'
import { silentLog } from '../../src/lib/log.ts'
import { createLeaseHolder } from '../../src/stores/postgres/lease-holder.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import { createFollowerRefresh } from '../../src/workers/refresh-followers.ts'
import { createProfileRefresh } from '../../src/workers/refresh-profiles.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { statement } from '../support/stores/statement.ts'
import { startFollowersFixture } from '../support/workers/followers-fixture.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

type Faulty = AsyncDisposable & { db: Postgres; proxy: Awaited<ReturnType<typeof startFaultProxy>> }

/** Another way to a database, which can fail; one connection. */
const faultyWay = async (to: string): Promise<Faulty> => {
  const resources = new AsyncDisposableStack()
  const url = new URL(to)
  const proxy = resources.use(await startFaultProxy({ host: url.hostname, port: Number(url.port) }))
  url.port = String(proxy.port)
  const db = resources.use(openPostgres({ url: url.href, log: silentLog, max: 1, connectTimeoutMs: 60_000 }))
  return { db, proxy, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

const resources = new AsyncDisposableStack()
let fixture: PollerFixture
let faulty: Faulty
const claimed = 5

beforeAll(async () => {
  fixture = resources.use(await startPollerFixture())
  faulty = resources.use(await faultyWay(fixture.database.url))
  await fixture.track(claimed)
})
afterAll(() => resources.disposeAsync())

const makeDue = statement(
  'test_make_due',
  `UPDATE dm.probe_schedule SET next_probe_at = now() - interval '1 second', leased_until = NULL, profile_due_at = now() - interval '1 second'`,
)
beforeEach(() => fixture.db.query(makeDue))

const leased = statement(
  'test_leased',
  'SELECT count(*)::integer AS count FROM dm.probe_schedule WHERE leased_until > now()',
)
const leasedNow = async () => (await fixture.db.query<{ count: number }>(leased))[0]!.count
const backend = statement('test_backend', 'SELECT pg_backend_pid() AS pid')

describe('a claim of probes whose answer was lost', () => {
  test('is taken up again at once by its maker, and by nobody else', async () => {
    const claimer = createLeaseHolder()
    const lost = claimer.next()
    await faulty.db.query(backend)
    await faulty.proxy.set('lose-answer', 'probe_lease_due')
    await expect(leaseProbes(faulty.db, 'kick', 100, lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await leasedNow()).toBe(claimed)
    claimer.end(lost)
    expect(await leaseProbes(fixture.db, 'kick', 100, createLeaseHolder().next())).toEqual([])
    const again = await leaseProbes(fixture.db, 'kick', 100, claimer.next())
    expect(again).toHaveLength(claimed)
    expect(await leaseProbes(fixture.db, 'kick', 100, claimer.next()), 'what is under way is not lost').toEqual([])
  })

  test('and that arrives late takes nothing from claims made after it, and is taken up by the next', async () => {
    const claimer = createLeaseHolder()
    await faulty.db.query(backend)
    await faulty.proxy.set('blackhole')
    const lost = claimer.next()
    const late = leaseProbes(faulty.db, 'kick', 100, lost)
    claimer.end(lost)
    const first = await leaseProbes(fixture.db, 'kick', 3, claimer.next())
    expect(first).toHaveLength(3)
    await faulty.proxy.set('pass')
    const rest = (await late).map(({ channelId }) => channelId)
    expect(rest).toHaveLength(claimed - 3)
    const next = await leaseProbes(fixture.db, 'kick', 100, claimer.next())
    expect(next.map(({ channelId }) => channelId).toSorted()).toEqual(rest.toSorted())
  })

  test('because its server process stood still is taken up again as soon as that goes on', async () => {
    const claimer = createLeaseHolder()
    const [{ pid }] = (await faulty.db.query<{ pid: number }>(backend)) as [{ pid: number }]
    process.kill(pid, 'SIGSTOP')
    await faulty.proxy.set('lose-answer', 'probe_lease_due')
    const lost = claimer.next()
    const answer = expect(leaseProbes(faulty.db, 'kick', 100, lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    try {
      await eventually('the statement is with the server', () => faulty.proxy.mode() === 'pass')
      await faulty.proxy.set('refuse')
      await answer
      claimer.end(lost)
      expect(await leasedNow()).toBe(0)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await faulty.proxy.set('pass')
    const ticket = claimer.next()
    await eventually('the lost claim has arrived', async () => (await leasedNow()) === claimed)
    expect(await leaseProbes(fixture.db, 'kick', 100, ticket)).toHaveLength(claimed)
  })

  test('keeps no poller from asking', async () => {
    await faulty.db.query(backend)
    await faulty.proxy.set('lose-answer', 'probe_lease_due')
    await using poller = startPoller({
      db: faulty.db,
      platform: fixture.kick,
      pollIntervalSeconds: () => 3_600,
      idleMs: 10,
      appendProbes: async () => undefined,
      log: silentLog,
      clock: fixture.now,
    })
    // The lease would run for longer than this waits.
    await eventually('all are probed', () => poller.stats().probes === claimed)
    expect(poller.stats()).toMatchObject({ calls: 1, lostBatches: 0 })
  })
})

test('a claim of profiles whose answer was lost is asked for by the next turn', async () => {
  fixture.advance(60)
  const refresh = createProfileRefresh({ db: faulty.db, platform: fixture.kick, clock: fixture.now, log: silentLog })
  await faulty.db.query(backend)
  await faulty.proxy.set('lose-answer', 'profile_lease_due')
  await expect(refresh()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await refresh()).toBe(claimed)
  expect(await refresh(), 'what was asked for is not lost').toBe(0)
})

test('a claim of followers whose answer was lost is asked for by the next turn, and paid for once', async () => {
  await using setup = await startFollowersFixture()
  await using way = await faultyWay(setup.db.url)
  const users = ['1', '2', '3']
  for (const id of users) setup.x.add({ id, followers: 7 })
  await setup.track('x', users)
  const refresh = createFollowerRefresh({
    db: way.db,
    platform: setup.xPlatform({ usersPerDay: users.length }),
    appendProbes: async () => undefined,
    clock: Date.now,
    log: silentLog,
  })
  await way.db.query(backend)
  await way.proxy.set('lose-commit')
  await expect(refresh()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(setup.x.charged).toEqual([])
  expect(await refresh()).toBe(users.length)
  expect(setup.x.charged.toSorted()).toEqual(users)
  await setup.pass(1)
  expect(await refresh()).toBe(0)
  expect((await setup.stored()).map(({ followerCount }) => followerCount)).toEqual([7, 7, 7])
})

test('users that were asked for are not taken up again although noting it failed', async () => {
  await using setup = await startFollowersFixture()
  await using way = await faultyWay(setup.db.url)
  setup.x.add({ id: '1' })
  await setup.track('x', ['1'])
  const refresh = createFollowerRefresh({
    db: way.db,
    platform: setup.xPlatform(),
    appendProbes: async () => undefined,
    clock: Date.now,
    log: silentLog,
  })
  await way.proxy.set('lose-answer', 'followers_close_lease')
  await expect(refresh()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(await refresh()).toBe(0)
  expect(setup.x.charged).toEqual(['1'])
})

test('a window of the archive whose claim was lost is exported by the next run of its process, and by no other', async () => {
  const claimer = createLeaseHolder()
  const window = windowAt(new Date('2026-11-22T13:00:00Z'))
  const plan = { starts: [window.from.getTime() / 1_000] }
  const claim = (db: Postgres, ticket = claimer.next()) => leaseWindow(db, 'test', window, plan, 3_600, ticket)
  const lost = claimer.next()
  await faulty.db.query(backend)
  await faulty.proxy.set('lose-answer', 'chat_archive_lease')
  await expect(claim(faulty.db, lost)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  claimer.end(lost)
  expect(await claim(fixture.db, createLeaseHolder().next())).toBeNull()
  expect(await claim(fixture.db)).toMatchObject({ plan, token: 2n })
  expect(await claim(fixture.db), 'this run has it').toBeNull()
})

const settings = statement(
  'test_keepalives',
  `SELECT sum(setting::integer * CASE name WHEN 'tcp_keepalives_idle' THEN 1 ELSE 0 END)::integer AS idle,
     max(setting::integer) FILTER (WHERE name = 'tcp_keepalives_interval') * max(setting::integer) FILTER (WHERE name = 'tcp_keepalives_count') AS probing
   FROM pg_settings WHERE name LIKE 'tcp_keepalives%'`,
)

test('a session whose machine is gone is ended by the server within 25 seconds, with the locks it holds', async () => {
  expect(await fixture.db.query(settings)).toEqual([{ idle: 10, probing: 15 }])
})
