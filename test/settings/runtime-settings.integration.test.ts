import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkers } from '../../src/app/start-workers.ts'
import { readConfig } from '../../src/config/config.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { createKickPlatform } from '../../src/platforms/kick/kick-platform.ts'
import { builtInPlatforms } from '../../src/platforms/registry.ts'
import { createConfiguration } from '../../src/settings/configuration.ts'
import { runtimeSettings } from '../../src/settings/runtime-settings.ts'
import { createSettings, requestRate } from '../../src/settings/settings.ts'
import { syncSettings } from '../../src/settings/sync-settings.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { startPoller } from '../../src/workers/poller.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { knownSettings } from '../support/settings/known-settings.ts'
import { sidesOf } from '../support/stores/split-postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { type PollerFixture, startPollerFixture } from '../support/workers/poller-fixture.ts'

const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' }
const keys = newKeyText()
const secrets = { ring: parseKeyRing(keys)!, environment: { name: 'test' } }
const pollInterval = 'monitoring.poll.interval.seconds'
const livestreams = 'GET /public/v1/users/livestreams'

let fixture: PollerFixture
beforeAll(async () => {
  fixture = await startPollerFixture()
  await fixture.track(3)
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** Where the settings are. */
const stored = () => sidesOf(fixture.db).public
const configuration = () => createConfiguration({ db: stored(), ...secrets, settings: knownSettings })
const store = async (key: string, value: string) => {
  const outcome = await configuration().set({ key, value, category: knownSettings.get(key)!.category }, author)
  expect(outcome.kind).toBe('set')
}
const clear = () => fixture.db.pool.query('DELETE FROM public.configuration')

/** What one process knows of the settings. */
const startProcess = (db: Postgres, pollMs: number, environment = {}) => {
  const settings = createSettings(runtimeSettings(readConfig(environment), builtInPlatforms), log)
  const following = syncSettings({ db, settings, secrets, log, pollMs })
  return { settings, ...following, [Symbol.asyncDispose]: () => following[Symbol.asyncDispose]() }
}

test('every process honours a change that it is told of, and goes back to its environment when the entry is removed', async () => {
  await clear()
  const never = 3_600_000
  await using other = openPostgres({ url: fixture.database.urlOfPublic, log, max: 2 })
  await using one = startProcess(stored(), never)
  await using two = startProcess(other, never, { POLL_INTERVAL_SECONDS: '90' })
  await store(pollInterval, '7')
  for (const { settings } of [one, two]) await eventually('it is told', () => settings.get(pollInterval) === 7)
  await configuration().remove(pollInterval, author)
  await eventually('one is told', () => one.settings.get(pollInterval) === 60)
  await eventually('two is told', () => two.settings.get(pollInterval) === 90)
})

test('a change that nobody tells of is found by looking', async () => {
  await clear()
  await using one = startProcess(stored(), 20)
  await fixture.db.pool.query(
    `INSERT INTO public.configuration (key, value, category, updated_by) VALUES ('${pollInterval}', '8', 'monitoring', 'me')`,
  )
  await eventually('it has looked', () => one.settings.get(pollInterval) === 8)
})

test('a change of a process that is killed before it applies anything is used by the others, and by the next start', async () => {
  await clear()
  await using other = startProcess(stored(), 20)
  // It follows no settings, so nothing is applied there.
  const writer = `
    const { createConfiguration } = await import('./src/settings/configuration.ts')
    const { parseKeyRing } = await import('./src/config/key-ring.ts')
    const { silentLog: log } = await import('./src/lib/log.ts')
    const { openPostgres } = await import('./src/stores/postgres/postgres.ts')
    const db = openPostgres({ url: process.env.URL, log, max: 1 })
    const configuration = createConfiguration({ db, ring: parseKeyRing(process.env.KEYS), environment: { name: 'test' }, settings: new Map() })
    const author = { identity: { role: 'ADMIN', name: 'test', subject: null }, requestId: 'test' }
    await configuration.set({ key: 'twitch.client.secret', value: 'a-secret', category: 'auth' }, author)
    console.log('written')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
    env: { ...process.env, URL: fixture.database.urlOfPublic, KEYS: keys },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  expect(await ended).toEqual([null, 'SIGKILL'])
  const secret = 'twitch.client.secret'
  await eventually('another process uses it', () => other.settings.entryOf(secret) === 'a-secret')
  await using next = startProcess(stored(), 20)
  await eventually('the next start uses it', () => next.settings.entryOf(secret) === 'a-secret')
})

test('while the database is away the last known values hold, and a change is found when it is back', async () => {
  await clear()
  const url = new URL(fixture.database.urlOfPublic)
  await using proxy = await startFaultProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  await using away = openPostgres({ url: url.href, log, max: 2 })
  await using one = startProcess(away, 20)
  await store(pollInterval, '9')
  await eventually('it knows', () => one.settings.get(pollInterval) === 9)
  await proxy.set('refuse')
  await store(pollInterval, '10')
  await expect(away.query(statement('test_ping', 'SELECT 1'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(one.settings.get(pollInterval)).toBe(9)
  await proxy.set('pass')
  await eventually('it knows again', () => one.settings.get(pollInterval) === 10)
})

test('a shorter poll interval makes channels that were not due for long be polled now', async () => {
  await clear()
  const { db, kick, server } = fixture
  await using directory = await temporaryDirectory('settings-spool')
  await using spool = await openSpool({ directory: directory.path, maxBytes: 1e8, log, clock: fixture.now })
  const config = readConfig({ POLL_INTERVAL_SECONDS: '3600' })
  await using one = startProcess(stored(), 3_600_000, { POLL_INTERVAL_SECONDS: '3600' })
  const { settings } = one
  const platforms = new Map([['kick' as const, kick]])
  await using workers = startWorkers({
    config,
    settings,
    db,
    registry: builtInPlatforms,
    platforms,
    attach: (start) => {
      const attached = new AsyncDisposableStack()
      for (const platform of platforms.values()) attached.use(start(platform))
      return attached
    },
    spool,
    clock: fixture.now,
    log,
  })
  const [poller] = [...workers.pollers]
  const leastSeconds = statement(
    'test_next',
    `SELECT extract(epoch FROM min(next_probe_at) - now())::float8 AS seconds FROM dm.probe_schedule WHERE active`,
  )
  const next = async () => (await db.query<{ seconds: number }>(leastSeconds))[0]!.seconds
  await eventually('all are polled', () => poller!.stats().probes === 3)
  expect(await next()).toBeGreaterThan(1_000)
  const before = server.requests.count(livestreams)
  await store(pollInterval, '1')
  await eventually('all are polled three times more', () => poller!.stats().probes >= 12)
  expect(server.requests.count(livestreams)).toBeGreaterThan(before)
  expect(await next()).toBeLessThan(6)
})

test('a platform that is switched off is asked nothing, and is asked again when it is switched on', async () => {
  await clear()
  const { db, kick } = fixture
  await using one = startProcess(stored(), 3_600_000)
  const { settings } = one
  let looks = 0
  const claims: string[] = []
  const forget = db.onStatement((name) => void (name === 'probe_lease_due' && claims.push(name)))
  await using _poller = startPoller({
    db,
    platform: kick,
    pollIntervalSeconds: () => settings.get(pollInterval),
    isPaused: () => {
      looks++
      return !settings.get('monitoring.kick.polling')
    },
    idleMs: 5,
    appendProbes: async () => undefined,
    clock: fixture.now,
    log,
  })
  await eventually('it polls', () => claims.length > 2)
  await store('monitoring.kick.polling', 'off')
  await eventually('it is off', () => !settings.get('monitoring.kick.polling'))
  // The claim that was under way ends before the next look.
  const first = looks
  await eventually('it has looked', () => looks > first + 1)
  const [claimed, looked] = [claims.length, looks]
  await eventually('it has looked often', () => looks > looked + 20)
  expect(claims).toHaveLength(claimed)
  await store('monitoring.kick.polling', 'on')
  await eventually('it polls again', () => claims.length > claimed + 2)
  forget()
})

test('a larger request budget lets those who wait for their turn go at once', async () => {
  await clear()
  const { server } = fixture
  await using one = startProcess(stored(), 3_600_000, { KICK_REQUESTS_PER_SECOND: '0.01' })
  await using kick = createKickPlatform({
    apiUrl: server.url,
    idUrl: server.url,
    ...server.credentials,
    requestsPerSecond: requestRate(one.settings, 'kick'),
    clock: Date.now,
    log,
  })
  expect(await kick.fetchLive(['1'])).toMatchObject({ ok: true })
  const before = server.requests.count(livestreams)
  const waiting = Promise.all(Array.from({ length: 5 }, () => kick.fetchLive(['1'])))
  expect(server.requests.count(livestreams)).toBe(before)
  await store('monitoring.kick.requests.per.second', '1000')
  // At one in 100 seconds they would have taken longer than this test may.
  for (const answer of await waiting) expect(answer).toMatchObject({ ok: true })
  expect(server.requests.count(livestreams)).toBe(before + 5)
})
