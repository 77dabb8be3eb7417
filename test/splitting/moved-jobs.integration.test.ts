import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLog } from '../../src/lib/log.ts'
import { type Job, startJobRunner } from '../../src/workers/jobs/job-runner.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { runSplit } from '../support/stores/split-move.ts'

test('jobs go along: a run that was due meanwhile is made up for once, and what was asked for is done', async () => {
  await using from = await createTestDatabase()
  await using to = await createTestDatabase({ of: 'template0' })
  const done: string[] = []
  const job = (name: string, cron: string): Job => ({
    scope: 'tier',
    name,
    cron,
    description: 'Notes that it ran.',
    async run() {
      done.push(name)
      return 'done'
    },
  })
  // The one was due half an hour ago, the other at no time of this test.
  const jobs = [job('hourly', `${(new Date().getUTCMinutes() + 30) % 60} * * * *`), job('by-hand', '0 0 29 2 *')]
  const start = ({ db }: TestDatabase) =>
    startJobRunner({ db, scope: 'tier', jobs, clock: systemClock, log: silentLog, scheduling: true })
  const query = async ({ db }: TestDatabase, sql: string) => (await db.pool.query(sql)).rows
  {
    await using runner = start(from)
    expect(await runner.run('hourly', AbortSignal.timeout(30_000))).toEqual({ ok: true, text: 'done' })
    await eventually('it looks at schedules', async () => {
      const [row] = await query(from, 'SELECT cron_on IS NOT NULL AS looked FROM dm_jobs.version')
      return row.looked
    })
  }
  const env = { DATABASE_URL: from.url }
  await runSplit('copy', { to: to.url }, env)
  // A run that waits, and an hour in which nobody looked.
  await query(from, `INSERT INTO dm_jobs.job (name, policy) VALUES ('by-hand', 'exclusive')`)
  await query(from, `UPDATE dm_jobs.version SET cron_on = now() - interval '61 minutes'`)
  await query(from, `UPDATE dm_jobs.schedule SET created_on = created_on - interval '2 hours'`)
  await runSplit('cut-over', { to: to.url }, env)
  await expect(query(from, `UPDATE dm_jobs.job SET priority = 1`)).rejects.toMatchObject({
    hint: 'Set DM_DATABASE_URL to the new place and restart.',
  })

  done.length = 0
  await using _ = start(to)
  const runs = () =>
    query(to, `SELECT name, state::text FROM dm_jobs.job WHERE name IN ('hourly', 'by-hand') ORDER BY name, created_on`)
  await eventually('both have run', async () => {
    const known = await runs()
    return done.length >= 2 && known.every(({ state }) => state === 'completed')
  })
  expect(done.toSorted()).toEqual(['by-hand', 'hourly'])
  expect(await runs()).toMatchObject([{ name: 'by-hand' }, { name: 'hourly' }, { name: 'hourly' }])
})
