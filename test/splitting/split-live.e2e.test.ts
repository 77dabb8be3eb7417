import os from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { schedule } from '../../src/channels/schedule.ts'
import { upsertChannels } from '../../src/channels/upsert.ts'
import { startKickServer } from '../../src/demo/kick-server.ts'
import { createWorld } from '../../src/demo/world.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { readJournalState } from '../../src/live/journal.ts'
import { encodeJournalCursor } from '../../src/live/journal-cursor.ts'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { startBalancer } from '../support/app/balancer.ts'
import { runProgram, secretsSaid } from '../support/app/program.ts'
import { ask, isReady, metric, readiness } from '../support/http/ask.ts'
import { eventually } from '../support/lib/eventually.ts'
import { readJournal } from '../support/live/journal-invariants.ts'
import { type Follower, followStatus, overWebSocket } from '../support/live/status-follower.ts'
import { createSigner } from '../support/platforms/webhook-signer.ts'
import { type ClusterNode, clusterKeys, startCluster } from '../support/stores/cluster.ts'
import { createEmptyDatabase } from '../support/stores/postgres.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'
import { expectAccounted } from '../support/webhooks/webhook-accounts.ts'
import { webhookRows } from '../support/webhooks/webhook-nodes.ts'
import { createSender, createTraffic } from '../support/webhooks/webhook-traffic.ts'

// A node polls and receives, and clients follow it, while commands move dm out from under it. It knows the new place and goes on there.
const receiving = [1, 2, 3, 4, 5]
const polled = [101, 102, 103, 104, 105, 106]
const perSecond = 60

const resources = new AsyncDisposableStack()
const signer = createSigner()
const world = createWorld({ clock: systemClock, seed: 3 })
const traffic = createTraffic({ seed: 3, users: receiving, signer })
const sender = createSender(traffic)
const finish = new AbortController()
/** Broadcasts of the polled channels, as `<channel> <start>`. */
const broadcasts = new Set<string>()
/** How many looks at channels were asked for. */
let asked = 0
let cluster: Awaited<ReturnType<typeof startCluster>>
let balancer: Awaited<ReturnType<typeof startBalancer>>
let node: ClusterNode
let follower: Follower
let placeUrl: string
let place: Postgres
let sending: Promise<void>

const goLive = (id: number): void => {
  world.goLive(id)
  broadcasts.add(`${id} ${world.get(id).stream!.startedAt}`)
}

beforeAll(async () => {
  for (const id of [...receiving, ...polled]) world.add({ id, slug: `user-${id}` })
  const kick = resources.use(await startKickServer({ world, seed: 3, key: signer.key }))
  cluster = resources.use(
    await startCluster({
      ENVIRONMENT: 'webhooks',
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: kick.credentials.clientId,
      KICK_CLIENT_SECRET: kick.credentials.clientSecret,
      KICK_REQUESTS_PER_SECOND: '50',
      POLL_INTERVAL_SECONDS: '1',
    }),
  )
  placeUrl = resources.use(await createEmptyDatabase()).url
  place = resources.use(openPostgres({ url: placeUrl, log: silentLog, max: 2 }))
  balancer = resources.use(await startBalancer())
  const { db } = cluster
  for (const user of receiving) await subscribedChannel(db, user)
  const seen = polled.map((id) => ({ platformUserId: `${id}`, slug: `user-${id}`, observedAt: new Date() }))
  const watched = await upsertChannels(db, 'kick', seen, { log: silentLog })
  await schedule(
    db,
    [...watched.values()].map(({ id }) => id),
  )
  let heard = 0
  const listening = setInterval(() => {
    const news = kick.requests.total - heard
    heard += news
    for (const { path, query } of news > 0 ? kick.requests.entries.slice(-news) : [])
      if (path.endsWith('/users/livestreams')) asked += new URLSearchParams(query).getAll('user_id').length
  }, 20)
  resources.defer(() => clearInterval(listening))

  node = await cluster.start('a', { WORKERS: 'poller' })
  balancer.route('a', node.url)
  await eventually('it is ready', () => isReady(node.url))
  const { epoch } = await readJournalState(db.query)
  follower = resources.use(followStatus(overWebSocket, balancer.url, encodeJournalCursor(epoch, 0)))
  // A channel that goes live anew has ended a broadcast.
  let turn = 0
  const happen = setInterval(() => goLive(polled[turn++ % polled.length]!), 400)
  finish.signal.addEventListener('abort', () => clearInterval(happen))
  sending = sender.send(balancer.url, {
    count: Number.POSITIVE_INFINITY,
    until: finish.signal,
    perSecond,
    patient: true,
    reset: true,
  })
}, 240_000)
afterAll(async () => {
  finish.abort()
  await resources.disposeAsync()
})

const command = async (name: string): Promise<Record<string, unknown>[]> => {
  await using program = runProgram({
    args: ['split-dm', name, '--to', placeUrl, '--json'],
    env: { DATABASE_URL: cluster.databaseUrl },
  })
  const ended = await program.ended
  expect({ name, ...ended, said: program.stderr() }).toEqual({ name, code: 0, signal: null, said: '' })
  return program
    .stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const answered = (more: number): Promise<unknown> => {
  const before = sender.answered.size
  return eventually('deliveries are answered', () => sender.answered.size >= before + more)
}

const rows = async (db: Postgres, sql: string) => (await db.pool.query(sql)).rows as Record<string, unknown>[]
const newestLease = async (db: Postgres): Promise<number> =>
  Number((await rows(db, 'SELECT max(lease_token) AS token FROM dm.probe_schedule'))[0]!.token)

/** Probes that were recorded by the processes of before. */
let recorded = 0

test('commands move dm while a node polls and receives, and nodes go on at the new place', {
  timeout: 180_000,
}, async () => {
  await answered(perSecond)
  await eventually('it polls', async () => (await metric(node.url, 'probes_total')) > polled.length)
  const { data } = await ask(
    node.url,
    'mutation { runJob(name: "session-closing") { ... on RunJobSuccess { hasEnded } } }',
    {},
    clusterKeys.ADMIN_KEY,
  )
  expect(data.runJob).toEqual({ hasEnded: true })
  const copied = await command('copy')
  expect(copied.at(-1)).toEqual({ changed: expect.any(Number) })
  await answered(perSecond)
  // Whoever knows the new place before the cut over needs no restart after it: an ordinary restart, at a time of one's own choice.
  recorded += await metric(node.url, 'probes_total')
  node.kill('SIGTERM')
  expect(await node.ended, node.stderr()).toEqual({ code: 0, signal: null })
  const leasesBefore = await newestLease(cluster.db)
  node = await cluster.start('a', { WORKERS: 'poller', DM_DATABASE_URL: placeUrl })
  balancer.route('a', node.url)
  await eventually('it goes on at the old place', async () => (await newestLease(cluster.db)) > leasesBefore)
  await answered(perSecond)
  // Another one does not know it.
  const unaware = await cluster.start('b')
  await eventually('it is ready', () => isReady(unaware.url))

  const looking = new AbortController()
  const firstWrite = eventually(
    'something is written at the new place',
    async () => {
      if (looking.signal.aborted) throw looking.signal.reason
      const [fence] = await rows(cluster.db, `SELECT phase, fenced_at AS "fencedAt" FROM dm_split.state`)
      if (fence!.phase !== 'handing-over' && fence!.phase !== 'moved') return false
      if ((await newestLease(place)) <= (await newestLease(cluster.db))) return false
      const [now] = await rows(place, 'SELECT clock_timestamp() AS at')
      return { interruptedMs: Number(now!.at as Date) - Number(fence!.fencedAt as Date) }
    },
    150_000,
  )
  firstWrite.catch(() => undefined)
  const moved = await command('cut-over').catch((error: unknown) => {
    looking.abort(error)
    throw error
  })
  const { fencedMs } = moved.at(-1) as { fencedMs: number }
  expect(fencedMs).toBeGreaterThan(0)
  const tables = moved.slice(0, -1) as { rows: number; isEqual: boolean }[]
  expect(tables.every(({ isEqual }) => isEqual)).toBe(true)
  const { interruptedMs } = await firstWrite
  await eventually('it is ready without a restart', () => isReady(node.url))
  const lost = await eventually('the other one says so', async () => {
    const { reasons } = await readiness(unaware.url)
    return reasons.find((reason) => reason.startsWith('dm has moved')) !== undefined && reasons
  })
  expect(lost).toContainEqual(
    expect.stringMatching(/^dm has moved to 127\.0\.0\.1:\d+\/\w+: set DM_DATABASE_URL to it and restart\.$/),
  )
  unaware.kill('SIGTERM')
  goLive(polled[0]!)
  await answered(2 * perSecond)
  finish.abort()
  await sending
  console.info({
    tables: tables.length,
    rows: tables.reduce((sum, table) => sum + table.rows, 0),
    fencedMs,
    interruptedMs,
    load: os.loadavg()[0],
  })
})

// Two probes can be in the same second; then the second one says that none has passed, as the first one of all does. So those of a channel's first second are not compared.
const probes = namedQuery({
  name: 'test_split_probes',
  sql: `SELECT toUInt32(count()) AS rows, toUInt32(countIf(NOT isFirst)) AS later,
      toUInt32(uniqExactIf((platform_user_id, ts, elapsed_seconds), NOT isFirst)) AS different
    FROM (SELECT *, ts = min(ts) OVER (PARTITION BY platform_user_id) AS isFirst FROM kick_streamer_probe)`,
  row: { rows: number, later: number, different: number },
})

test('every acknowledged fact is at the new place, exactly once', { timeout: 120_000 }, async () => {
  await eventually('all is seen', async () => {
    const live = await rows(
      place,
      `SELECT c.platform_user_id || ' ' || (extract(epoch FROM s.started_at) * 1000)::bigint AS broadcast
       FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id
       WHERE s.ended_at IS NULL AND c.platform_user_id::integer > 100 ORDER BY 1`,
    )
    const now = polled.map((id) => `${id} ${world.get(id).stream!.startedAt}`).toSorted()
    return live.map(({ broadcast }) => broadcast).join() === now.join()
  })
  await eventually('all is shipped', async () => (await metric(node.url, 'spool_rows')) === 0)
  await expectAccounted({ db: place, ...webhookRows(cluster.clickHouse) }, traffic, receiving)
  const sessions = await rows(
    place,
    `SELECT c.platform_user_id || ' ' || (extract(epoch FROM s.started_at) * 1000)::bigint AS broadcast
     FROM dm.stream_session s JOIN dm.streamer_channel c ON c.id = s.channel_id WHERE c.platform_user_id::integer > 100`,
  )
  expect(
    sessions.filter(({ broadcast }) => !broadcasts.has(String(broadcast))),
    'sessions that never were',
  ).toEqual([])
  const sampled = await eventually('every probe is in ClickHouse', async () => {
    const least = recorded + (await metric(node.url, 'probes_total'))
    const [found] = await cluster.clickHouse.query(probes, {})
    return found!.rows >= least && found
  })
  expect(sampled.different).toBe(sampled.later)
  expect(sampled.rows, 'probes that nobody made').toBeLessThanOrEqual(asked)
  console.info({ deliveries: sender.answered.size, probes: sampled.rows, sessions: sessions.length })
})

test('a subscriber with a cursor is told every event once, without a gap', async () => {
  const told = await readJournal(place)
  await eventually('it is told the rest', () => follower.position() >= told.at(-1)!.id)
  expect(told.length).toBeGreaterThan(20)
  expect(follower.events.slice(0, told.length)).toEqual(told)
  expect(follower.others, 'gaps or snapshots').toEqual([])
})

test('the queue of jobs goes along', async () => {
  const runs = (db: Postgres) => rows(db, 'SELECT id, name, state::text, completed_on FROM dm_jobs.job')
  const before = await runs(cluster.db)
  expect(before).toMatchObject([{ name: 'session-closing', state: 'completed' }])
  expect(await runs(place)).toEqual(before)
})

test('no secret was said aloud', () => {
  expect(secretsSaid()).toEqual([])
})
