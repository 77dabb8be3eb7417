import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { leaseProbes } from '../../src/workers/probe-queue.ts'
import { type ProbeRow, recordProbes } from '../../src/workers/record-probes.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { brokenRules } from '../support/live/journal-invariants.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

const resources = new AsyncDisposableStack()
let fixture: PollerFixture
let proxy: Awaited<ReturnType<typeof startFaultProxy>>
let faulty: Postgres
beforeAll(async () => {
  fixture = resources.use(await startPollerFixture())
  const url = new URL(fixture.database.url)
  proxy = resources.use(await startFaultProxy({ host: url.hostname, port: Number(url.port) }))
  url.port = String(proxy.port)
  faulty = resources.use(
    openPostgres({ url: url.href, log: silentLog, max: 2, statementTimeoutMs: 2_000, connectTimeoutMs: 2_000 }),
  )
})
afterAll(() => resources.disposeAsync())

const scheduleRows = statement(
  'test_schedule_rows',
  `SELECT channel_id, next_probe_at, last_probed_at, last_live_at, last_missed_at, leased_until, consecutive_failures, interval_seconds
   FROM dm.probe_schedule ORDER BY channel_id`,
)
const events = statement('test_all_events', 'SELECT channel_id, event_type FROM dm.status_event ORDER BY id')
const makeDue = statement('test_make_due', 'UPDATE dm.probe_schedule SET next_probe_at = now()')

test('a commit whose answer is lost is recorded again without any change but for the samples, which were not out yet', async () => {
  const { db, world, kick, track } = fixture
  const users = [...(await track(5)).keys()]
  for (const user of users.slice(0, 3)) world.goLive(Number(user))
  fixture.advance(30)
  await db.query(makeDue)
  const claims = await leaseProbes(db, 'kick', 100)
  const result = await kick.fetchLive(claims.map(({ platformUserId }) => platformUserId))
  const probes: ProbeRow[] = []
  const record = () =>
    recordProbes(
      {
        db: faulty,
        platform: 'kick',
        pollIntervalSeconds: 60,
        log: silentLog,
        appendProbes: async (rows) => void probes.push(...rows),
      },
      [{ leases: claims, result }],
    )

  // Profiles are a transaction of their own before the one that counts.
  while ((await db.query(events)).length === 0) {
    await proxy.set('lose-commit')
    await expect(record()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  }
  await proxy.set('pass')
  const before = { rows: await db.query(scheduleRows), events: await db.query(events) }
  expect(before.events).toHaveLength(3)
  expect(probes).toEqual([])

  expect(await record()).toMatchObject({ probes: 5 })
  expect(probes).toHaveLength(5)
  expect(await db.query(scheduleRows)).toEqual(before.rows)
  expect(await db.query(events)).toEqual(before.events)
})

test('samples that the spool does not take at first are kept and told once, and the database is not written again for them', async () => {
  const { db, kick, track } = fixture
  await track(3)
  await db.query(makeDue)
  const probes: ProbeRow[] = []
  const completions: string[] = []
  const forget = db.onStatement((name) => void (name === 'probe_complete' && completions.push(name)))
  let refusals = 3
  const poller = startPoller({
    db,
    platform: kick,
    pollIntervalSeconds: () => 3_600,
    idleMs: 10,
    appendProbes: async (rows) => {
      if (refusals-- > 0) throw new Error('the disk is full')
      probes.push(...rows)
    },
    log: silentLog,
    clock: fixture.now,
  })
  await eventually('all are probed', () => poller.stats().probes === 8)
  await poller[Symbol.asyncDispose]()
  forget()
  expect(new Set(probes.map(({ platformUserId }) => platformUserId)).size).toBe(8)
  expect(probes).toHaveLength(8)
  expect(completions).toHaveLength(1)
  expect(poller.stats()).toMatchObject({ lostBatches: 0 })
  expect(await brokenRules(db)).toEqual([])
})

test('a database that says nothing is given up by every statement, transaction and goodbye', async () => {
  await faulty.query(events)
  await proxy.set('blackhole')
  const unavailable = { code: 'UNAVAILABLE' }
  await Promise.all([
    expect(faulty.query(events)).rejects.toMatchObject(unavailable),
    expect(faulty.transaction((tx) => tx.query(events))).rejects.toMatchObject(unavailable),
    expect(faulty.query(events), 'no connection is free').rejects.toMatchObject(unavailable),
  ])
  const idle = openPostgres({ url: faulty.url, log: silentLog, max: 1 })
  await proxy.set('pass')
  await idle.query(events)
  await proxy.set('blackhole')
  await idle[Symbol.asyncDispose]()
})
