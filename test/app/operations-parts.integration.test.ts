import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createStage, dropOtherStages } from '../../src/app/stage-rows.ts'
import { acceptLoss, type KnownLoss, readLosses } from '../../src/ingest/known-losses.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { openObjects } from '../../src/stores/objects/open-objects.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import type { Job } from '../../src/workers/jobs/job-runner.ts'
import { nowhere } from '../support/app/in-process-app.ts'
import { type OperationsWorld, openOperationsWorld } from '../support/app/operations-world.ts'
import { adminKey, operatorKey } from '../support/http/api.ts'
import { trustedDocument } from '../support/http/trusted-document.ts'
import { eventually } from '../support/lib/eventually.ts'
import { seed } from '../support/stores/seed.ts'

let world: OperationsWorld
let isTaken = true
let finishSlow: () => void
const slow = new Promise<void>((resolve) => (finishSlow = resolve))
const statements: string[] = []

const job = (name: string, run: () => Promise<string>): Job => ({
  scope: 'tier',
  name,
  cron: '0 0 1 1 *',
  description: `Does ${name}.`,
  run,
})
const jobs = [
  job('good', async () => 'did 3'),
  job('bad', () => Promise.reject(new Error('password of host 10.0.0.1'))),
  job('slow', () => slow.then(() => 'done at last')),
]

beforeAll(async () => {
  world = await openOperationsWorld({
    jobs,
    sink: {
      insertBatch: () => (isTaken ? Promise.resolve() : Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1'))),
    },
    onQuery: (name) => statements.push(`ClickHouse ${name}`),
  })
})
beforeEach(() =>
  world.db.query(statement('test_calm', 'WITH a AS (DELETE FROM dm.spool_backlog) DELETE FROM dm.probe_schedule')),
)
afterAll(async () => {
  finishSlow()
  await world[Symbol.asyncDispose]()
})

const sentences = ({ problems }: { problems: { sentence: string }[] }) => problems.map(({ sentence }) => sentence)
const storeOf = ({ stores }: { stores: { name: string }[] }, name: string) =>
  stores.find((store) => store.name === name)

/** Watches a channel that was probed some seconds ago and is due in some. */
const watch = async (probedAgo: number | null, dueIn: number, failures = 0): Promise<void> => {
  const id = await seed(world.db).channel()
  await world.db.pool.query(
    `INSERT INTO dm.probe_schedule (channel_id, last_probed_at, next_probe_at, consecutive_failures)
     VALUES ($1, now() - make_interval(secs => $2), now() + make_interval(secs => $3), $4)`,
    [id, probedAgo, dueIn, failures],
  )
}

test('all is well: every part has its true value, by few statements of Postgres and one of ClickHouse', async () => {
  await watch(10, 50)
  await watch(100, -20, 1)
  await watch(null, 30)
  await using api = await world.startApi()
  statements.splice(0)
  const stop = world.db.onStatement((name) => statements.push(`Postgres ${name}`))
  const { data } = await api.ask(trustedDocument('Operations'), {}, operatorKey)
  stop()
  expect(statements.filter((name) => !/journal|status_events/.test(name)).toSorted()).toEqual([
    'ClickHouse migrations_applied_count',
    'Postgres job_runs_environment',
    'Postgres job_runs_tier',
    'Postgres migrations_finished_dm',
    'Postgres migrations_finished_public',
    'Postgres polling_state',
    'Postgres split_notes',
    'Postgres spool_read_nodes',
  ])
  expect(data.operations).toMatchObject({
    state: 'WELL',
    verdict: 'All is well: 3 channels are watched on schedule.',
    problems: [],
    polling: [{ watched: 3, due: 1, probedLastMinute: 1, failing: 1, isOn: true, isLate: false, intervalSeconds: 60 }],
    archive: { lagSeconds: 7_000, alarmSeconds: 86_400 },
  })
  const [{ latenessSeconds, oldestDueAt, lastProbedAt }] = data.operations.polling
  expect(latenessSeconds).toBeGreaterThanOrEqual(20)
  expect(Date.parse(lastProbedAt)).toBeGreaterThan(Date.parse(oldestDueAt))
})

test('the state alone reads no more than the whole', async () => {
  await using api = await world.startApi()
  expect((await api.ask(trustedDocument('OperationsState'), {}, operatorKey)).data).toMatchObject({
    operations: { state: 'WELL', verdict: 'All is well. No channels are watched yet.' },
  })
})

test('a late poller fails, and one that is switched off is told', async () => {
  await watch(3_700, -3_600)
  const late = await world.look()
  expect(late).toMatchObject({ state: 'FAILING', polling: [{ isLate: true }] })
  expect(late.problems).toMatchObject([{ kind: 'POLLING', state: 'FAILING', since: late.polling[0].oldestDueAt }])
  const { settings } = world
  const off = { ...settings, get: (key: never) => (key === 'monitoring.kick.polling' ? false : settings.get(key)) }
  const paused = await world.look({ settings: off as never })
  expect(paused).toMatchObject({ state: 'DEGRADED', polling: [{ isOn: false, isLate: false }] })
  expect(paused.verdict).toBe('Polling of kick is switched off: 1 channel is not watched.')
})

test('a Postgres that says nothing is told in its line, and what is in memory is told as well', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  await using gone = openPostgres({ url: `postgres://nobody@127.0.0.1:${port}/none`, log, connectTimeoutMs: 5_000 })
  const told = await world.look({ stores: { databases: { dm: gone, public: world.db }, clickHouse: world.clickHouse } })
  silent.close()
  expect(storeOf(told, 'POSTGRES_DM')).toMatchObject({ ok: false, sentence: 'Postgres (dm) does not answer.' })
  expect(storeOf(told, 'POSTGRES_PUBLIC')).toMatchObject({ ok: true, sentence: null })
  expect(told).toMatchObject({ state: 'FAILING', problems: [{ kind: 'STORE', state: 'FAILING' }] })
  expect(told.polling).toMatchObject([
    { platform: 'KICK', watched: null, due: null, latenessSeconds: null, isLate: null },
  ])
  expect(told.jobs).toMatchObject(jobs.map(({ name }) => ({ name, isRunning: null, lastRun: null })))
  expect(told.nodes).toMatchObject([{ isThis: true }])
})

test('a ClickHouse and objects that do not answer are told in their lines', async () => {
  await using clickHouse = await openClickHouse({ url: `${nowhere}/vf` })
  const s3 = { url: `${nowhere}/chat`, accessKeyId: 'a', secretAccessKey: 'b' }
  const bucket = { now: () => ({ value: { s3 } }), onChange: () => () => undefined }
  await using objects = openObjects({ bucket, dataDir: '/nowhere' })
  const told = await world.look({ stores: { databases: world.databases, clickHouse }, objects })
  expect(storeOf(told, 'CLICKHOUSE')).toMatchObject({ ok: false, sentence: 'ClickHouse does not answer.' })
  expect(storeOf(told, 'OBJECTS')).toMatchObject({ ok: false, sentence: 'The store of objects does not answer.' })
  expect(told.problems).toMatchObject([
    { kind: 'STORE', state: 'FAILING', sentence: 'ClickHouse does not answer.' },
    { kind: 'STORE', state: 'DEGRADED', sentence: 'The store of objects does not answer.' },
  ])
})

test('rows that ClickHouse does not take are counted, and no reason names a host', async () => {
  const target = { table: 'kick_streamer_probe', columns: ['a'] }
  const table = async () => {
    const told = await world.look()
    return { told, line: told.nodes[0].spool.tables.find((one: { target: string }) => one.target === target.table) }
  }
  isTaken = false
  await world.spool.append(target, ['["1"]', '["2"]'])
  const { told, line } = await eventually('an attempt has failed', async () => {
    const now = await table()
    return now.line.failures > 0 && now
  })
  expect(line).toMatchObject({ rows: 2, bytes: '12', lastShippedAt: null })
  expect(told.nodes[0]).toMatchObject({ waitingSince: line.oldestAt, spool: { rows: 2, deadLetters: 0 } })
  expect(told.problems).toMatchObject([{ kind: 'SHIPPING', state: 'DEGRADED' }])
  expect(JSON.stringify(told)).not.toContain('10.0.0.1')
  isTaken = true
  const after = await eventually('they are taken', async () => {
    const now = await table()
    return now.line.rows === 0 && now
  })
  expect(after.line).toMatchObject({ shippedRows: '2', failures: 0, oldestAt: null, lastShippedAt: expect.any(String) })
  expect(after.told).toMatchObject({ problems: [], nodes: [{ waitingSince: null }] })
})

test('rows that wait in a stage are told, and a stage that holds none is not', async () => {
  const staged = async () => {
    const { nodes } = await world.look()
    return nodes[0].spool.tables.filter(({ target }: { target: string }) => target.startsWith('@staged:'))
  }
  const stage = createStage(world.spool, 'attempt')
  await stage.append({ table: 'kick_streamer_probe', columns: ['a'] }, ['["1"]'])
  expect(await staged()).toMatchObject([{ target: '@staged:attempt:kick_streamer_probe', rows: 1 }])
  await dropOtherStages(world.spool, 'another')
  expect(await staged()).toEqual([])
})

test('nodes that share the database are told, and those that are silent are a problem', async () => {
  await world.db.pool.query(
    `INSERT INTO dm.spool_backlog (env, node, target, oldest_at, told_at, holds) VALUES
       ('test', 'awake', 'a', now(), now(), false), ('test', 'killed', 'a', '2026-11-01', now() - interval '5 minutes', true),
       ('test', 'killed', 'b', now(), now() - interval '5 minutes', false),
       ('test', 'gone', 'a', now(), now() - interval '2 days', true), ('another', 'stranger', 'a', now(), now(), true)`,
  )
  const { nodes, problems, state } = await world.look()
  expect(nodes).toMatchObject([
    { isThis: true },
    { name: 'awake', isThis: false, isSilent: false, waitingSince: null, version: null, workers: null, spool: null },
    { name: 'killed', isThis: false, isSilent: true, waitingSince: '2026-11-01T00:00:00.000Z' },
  ])
  expect(state).toBe('DEGRADED')
  const sentence = 'The node killed is silent and has unstored rows on its disk: restart it with its data directory.'
  expect(problems).toMatchObject([{ kind: 'NODE', state: 'DEGRADED', sentence, since: nodes[2].seenAt }])
})

test('a loss is a problem until it is accepted, and what /ready calls degraded is told once', async () => {
  const loss: KnownLoss = {
    source: 'clickhouse',
    target: 'kick_streamer_probe',
    name: 'a part',
    from: new Date('2026-01-10T00:00:00Z'),
    to: new Date('2026-01-10T06:00:00Z'),
    rows: 1_911,
    setAside: '/a/secret/path',
  }
  await world.losses.tell([loss])
  const sentence =
    'ClickHouse lost 1911 rows of kick_streamer_probe from 2026-01-10T00:00:00.000Z to 2026-01-10T06:00:00.000Z; what is damaged was set aside.'
  const told = await world.look({}, [...world.losses.notices(), 'Something else.'])
  expect(sentences(told)).toEqual([sentence, 'Something else.'])
  expect(told.verdict).toBe(`${sentence} 1 more problem needs attention.`)
  expect(told.losses).toMatchObject([{ source: 'clickhouse', rows: '1911', reason: sentence, acceptedAt: null }])
  expect(told.problems[0]).toMatchObject({ kind: 'LOSS', since: told.losses[0].foundAt })
  expect(JSON.stringify(told)).not.toContain('secret')
  const [stored] = await readLosses(world.db, 'test')
  await acceptLoss(world.db, 'test', stored!.id)
  // Telling it again reads what is stored.
  await world.losses.tell([loss])
  const after = await world.look()
  expect(after).toMatchObject({ state: 'WELL', losses: [{ acceptedAt: expect.any(String) }] })
})

test('jobs are run by hand, joined, and told with their last run; the audit log has who asked', async () => {
  await using api = await world.startApi()
  const run = async (name: string) => (await api.ask(trustedDocument('RunJob'), { name }, adminKey)).data.runJob
  expect(await run('good')).toMatchObject({
    hasEnded: true,
    job: { isRunning: false, lastRun: { outcome: 'SUCCEEDED', text: 'did 3', finishedAt: expect.any(String) } },
  })
  expect(await run('bad')).toEqual({
    __typename: 'JobFailed',
    code: 'JOB_FAILED',
    message: 'The job bad has failed. The log of the server says why.',
  })
  const running = [run('slow'), run('slow')]
  const jobOf = async (name: string) => (await world.look()).jobs.find((one: { name: string }) => one.name === name)
  const seen = await eventually('it runs', async () => {
    const now = await jobOf('slow')
    return now.isRunning && now
  })
  expect(seen).toMatchObject({ runningSince: expect.any(String), lastRun: null, cron: '0 0 1 1 *' })
  finishSlow()
  for (const ended of await Promise.all(running))
    expect(ended).toMatchObject({ hasEnded: true, job: { lastRun: { text: 'done at last' } } })
  const told = await world.look()
  expect(sentences(told)).toEqual(['The job bad failed and will be retried.'])
  const { rows } = await world.db.pool.query(
    `SELECT role, target FROM dm.audit_log WHERE action = 'job.run' ORDER BY id`,
  )
  expect(rows).toEqual(['good', 'bad', 'slow', 'slow'].map((name) => ({ role: 'ADMIN', target: `job:${name}` })))
})
