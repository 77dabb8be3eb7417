import { afterAll, beforeAll, expect, test } from 'vitest'
import { nowhere, startWholeApp } from '../support/app/in-process-app.ts'
import { ask } from '../support/http/ask.ts'
import { trustedDocument } from '../support/http/trusted-document.ts'
import { eventually } from '../support/lib/eventually.ts'
import { seed } from '../support/stores/seed.ts'

const operator = 'canary-of-the-operator-key'
const admin = 'canary-of-the-admin-key'
const resources = new AsyncDisposableStack()
let app: Awaited<ReturnType<typeof startWholeApp>>

beforeAll(async () => {
  app = resources.use(await startWholeApp({ KICK_REQUESTS_PER_SECOND: '7', WORKERS: 'jobs' }))
  await eventually('the server is ready', async () => (await fetch(`${app.url}/ready`)).ok)
})
afterAll(() => resources.disposeAsync())

const operations = async () => {
  const { data, errors } = await ask(app.url, trustedDocument('Operations'), {}, operator)
  expect(errors).toBeUndefined()
  return data.operations
}
const runJob = async (name: string) => {
  const { data, errors } = await ask(app.url, trustedDocument('RunJob'), { name }, admin)
  expect(errors).toBeUndefined()
  return data.runJob
}

test('a server at its start is well, and tells all of its parts', async () => {
  const told = await operations()
  expect(told).toMatchObject({ state: 'WELL', verdict: 'All is well. No channels are watched yet.', problems: [] })
  expect(told.stores.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([
    ['POSTGRES', true],
    ['CLICKHOUSE', true],
    ['SPOOL', true],
    ['JOURNAL', true],
    ['OBJECTS', true],
  ])
  expect(told.nodes).toMatchObject([{ isThis: true, isSilent: false, workers: ['jobs'], spool: { deadLetters: 0 } }])
  expect(told.polling).toMatchObject([{ platform: 'KICK', isOn: true, intervalSeconds: 60, watched: 0, isLate: false }])
  expect(told.budgets).toMatchObject([{ platform: 'KICK', requestsPerSecond: 7, usedLastMinute: 0, pausedUntil: null }])
  expect(told.jobs.map(({ name }: { name: string }) => name)).toContain('trust-scores')
  expect(told).toMatchObject({ losses: [], archive: { lagSeconds: null, alarmSeconds: 86_400 } })
})

test('a job that is run by hand tells what it did', async () => {
  expect(await runJob('trust-scores')).toMatchObject({
    __typename: 'RunJobSuccess',
    hasEnded: true,
    job: { name: 'trust-scores', isRunning: false, lastRun: { outcome: 'SUCCEEDED', text: expect.any(String) } },
  })
  expect(await runJob('nothing')).toMatchObject({ __typename: 'NotFound', message: 'There is no job of this name.' })
})

test('a job that fails is a problem, without anything that only a log may say', async () => {
  const failed = await runJob('event-subscriptions')
  expect(failed).toMatchObject({ __typename: 'JobFailed', code: 'JOB_FAILED' })
  expect(failed.message).toMatch(/^The job event-subscriptions has failed\. The platform did not answer as it should/)
  expect(JSON.stringify(failed)).not.toContain(new URL(nowhere).host)
  const { state, problems } = await operations()
  expect(state).toBe('DEGRADED')
  expect(problems).toContainEqual({
    __typename: 'OperationsProblem',
    kind: 'JOB',
    state: 'DEGRADED',
    sentence: 'The job event-subscriptions failed and will be retried.',
    since: expect.any(String),
  })
})

test('channels that nobody probes are late, and that is the worst', async () => {
  const channel = await seed(app.db).channel()
  await app.db.pool.query(
    `INSERT INTO dm.probe_schedule (channel_id, next_probe_at) VALUES ($1, now() - interval '1 hour')
     ON CONFLICT (channel_id) DO UPDATE SET active = true, next_probe_at = excluded.next_probe_at`,
    [channel],
  )
  const { state, verdict, problems, polling } = await operations()
  expect(polling).toMatchObject([{ watched: 1, due: 1, probedLastMinute: 0, isLate: true, lastProbedAt: null }])
  expect(state).toBe('FAILING')
  expect(problems[0]).toMatchObject({ kind: 'POLLING', state: 'FAILING', since: polling[0].oldestDueAt })
  expect(verdict).toMatch(/^Polling of kick is late: the most overdue channel has been waiting for 36\d\d seconds\./)
})

test('the public may ask none of it, and operators may not run jobs', async () => {
  const codes = async (document: string, variables: object, key?: string) =>
    (await ask(app.url, document, variables, key)).errors?.map(({ extensions }) => extensions.code)
  expect(await codes(trustedDocument('OperationsState'), {})).toEqual(['FORBIDDEN'])
  expect(await codes(trustedDocument('RunJob'), { name: 'trust-scores' }, operator)).toEqual(['FORBIDDEN'])
  expect(await codes(trustedDocument('VerifyArchive'), { id: 'x' })).toEqual(['FORBIDDEN'])
})
