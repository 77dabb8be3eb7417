import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { unavailable } from '../../../src/lib/errors.ts'
import { type Log, silentLog } from '../../../src/lib/log.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { openPostgres } from '../../../src/stores/postgres/postgres.ts'
import { type Job, startJobRunner } from '../../../src/workers/jobs/job-runner.ts'
import { happeningRows } from '../../support/alerts/happening-rows.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { startFaultProxy } from '../../support/lib/fault-proxy.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'
import { statement } from '../../support/stores/statement.ts'
import { startEndlessJob } from '../../support/workers/jobs-process.ts'

const never = new AbortController().signal
const rarely = '0 0 1 1 *'

const start = (db: Postgres, jobs: readonly Job[], heartbeatSeconds = 10) =>
  startJobRunner({ db, scope: 'tier', jobs, clock: systemClock, log: silentLog, heartbeatSeconds })

/** What was due, each time of each job once, as whichever runner looked has noted it. */
const dueTimes = statement(
  'test_due_times',
  `SELECT DISTINCT data->>'name' AS name, data->>'slot' AS at FROM dm_jobs.job WHERE name = '__pgboss__send-it'`,
)

/** When one of the runners last looked for what is due; both do by turns, every ten seconds. */
const lastLook = statement('test_last_look', 'SELECT cron_on AS at FROM dm_jobs.version')

/** How many minutes are waited for in which jobs are due: `JOB_MINUTES=5` for the long run. */
const dueTimesOfEach = Number(process.env.JOB_MINUTES ?? 1)

const job = (name: string, run: Job['run'], cron = rarely): Job => ({ scope: 'tier', name, cron, description: '', run })

describe.concurrent('the runner of jobs', () => {
  test(
    'a job that is due is run once, however many runners there are',
    async () => {
      await using database = await createTestDatabase()
      const runs: string[] = []
      const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) =>
        job(
          name,
          async () => {
            runs.push(name)
            return 'done'
          },
          '* * * * *',
        ),
      )
      await using _one = start(database.db, jobs)
      await using _two = start(database.db, jobs)
      const looks = new Set<number>()
      // A run may begin in the minute after its own, so only the queue can say what it was for.
      const due = await eventually(
        'jobs were due, and what is due was looked for again and again',
        async () => {
          const times = await database.db.query<{ name: string }>(dueTimes).catch(() => [])
          if (times.length < dueTimesOfEach * jobs.length) return false
          const [look] = await database.db.query<{ at: Date | null }>(lastLook).catch(() => [])
          if (look?.at) looks.add(look.at.getTime())
          return looks.size > 2 && runs.length >= times.length && times
        },
        dueTimesOfEach * 90_000,
      )
      expect(runs.toSorted()).toEqual(due.map(({ name }) => name).toSorted())
    },
    110_000 + dueTimesOfEach * 90_000,
  )

  test('a run that fails to the last try happens, with what may be said of it', async () => {
    await using database = await createTestDatabase()
    const failing = job('failing', async () => {
      throw unavailable('The platform does not answer.')
    })
    await using runner = start(database.db, [failing])
    for (const _ of [1, 2]) await runner.run('failing', never)
    expect(await happeningRows(database.db, 'dm')).toEqual([])
    await runner.run('failing', never)
    expect(await happeningRows(database.db, 'dm')).toMatchObject([
      { kind: 'job-failed', channelId: null, facts: { job: 'failing', reason: 'The platform does not answer.' } },
    ])
  })

  test('a job may also be due when a runner starts', async () => {
    await using database = await createTestDatabase()
    let runs = 0
    const early: Job = { ...job('early', async () => `run ${++runs}`), afterStartSeconds: 0 }
    await using _runner = start(database.db, [early])
    await eventually('it has run', () => runs === 1)
  }, 100_000)

  test('a run that found nothing to do is in the log for debugging only, and tells who asked', async () => {
    await using database = await createTestDatabase()
    const told: string[] = []
    const note = (level: string) => (_: object, line: string) => void told.push(`${level} ${line}`)
    const log: Log = { ...silentLog, info: note('info'), debug: note('debug') }
    const jobs = [job('busy', async () => 'did 3'), job('idle', async () => ({ idle: 'did 0' }))]
    await using runner = startJobRunner({
      db: database.db,
      scope: 'tier',
      jobs,
      clock: systemClock,
      log,
      scheduling: false,
    })
    expect(await runner.run('busy', never)).toEqual({ ok: true, text: 'did 3' })
    expect(await runner.run('idle', never)).toEqual({ ok: true, text: 'did 0' })
    expect(told.filter((line) => line.includes('did'))).toEqual(['info did 3', 'debug did 0'])
  }, 100_000)

  test('a run whose process was killed is taken up by another', async () => {
    await using database = await createTestDatabase()
    const crashing = await startEndlessJob(database.url)
    let runs = 0
    await using _runner = start(database.db, [job('endless', async () => `run ${++runs}`)])
    await crashing.kill()
    await eventually('it was taken up', () => runs === 1, 90_000)
  }, 100_000)

  test('runs by hand and from several nodes never overlap, and whoever comes meanwhile joins', async () => {
    await using database = await createTestDatabase()
    let running = 0
    let most = 0
    let runs = 0
    const counted = job('counted', async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 50))
      running -= 1
      return `run ${++runs}`
    })
    await using one = start(database.db, [counted])
    await using two = start(database.db, [counted])
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).run('counted', never)),
    )
    expect(outcomes.every(({ ok, text }) => ok && text.startsWith('run '))).toBe(true)
    expect(most).toBe(1)
    expect(runs).toBeLessThan(20)
    expect((await one.run('counted', never)).text).toBe(`run ${runs}`)
    const { succeeded, failed, lastSuccessAt } = one.stats().counted!
    expect(succeeded + two.stats().counted!.succeeded).toBe(runs)
    expect(failed).toBe(0)
    expect(lastSuccessAt).not.toBeNull()
  })

  test('a run that fails says why, and can be asked for again at once', async () => {
    await using database = await createTestDatabase()
    let works = false
    const moody = job('moody', async () => {
      if (!works) throw new Error('the bucket is away')
      return 'fine'
    })
    await using runner = start(database.db, [moody])
    expect(await runner.run('moody', never)).toEqual({ ok: false, text: 'the bucket is away' })
    expect(runner.stats().moody).toMatchObject({ isFailing: true })
    works = true
    expect(await runner.run('moody', never)).toEqual({ ok: true, text: 'fine' })
    expect(runner.stats().moody).toMatchObject({ running: 0, succeeded: 1, failed: 1, isFailing: false })
  })

  test('stopping tells a run to stop, waits for it and gives it back', async () => {
    await using database = await createTestDatabase()
    const begun = Promise.withResolvers<void>()
    let ended = false
    const patient = job('patient', async (signal) => {
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended = true
      signal.throwIfAborted()
      return 'never'
    })
    const runner = start(database.db, [patient])
    const asked = runner.run('patient', never).catch((error: Error) => error.message)
    await begun.promise
    await runner[Symbol.asyncDispose]()
    expect(ended).toBe(true)
    expect(await asked).toBe('The process is stopping.')
    await using next = start(database.db, [job('patient', async () => 'done by another')])
    expect(await next.run('patient', never)).toEqual({ ok: true, text: 'done by another' })
  })

  test('a runner that schedules nothing does what it is asked for and nothing else', async () => {
    await using database = await createTestDatabase()
    const done: string[] = []
    const named = (node: string) =>
      job('shared', async () => {
        done.push(node)
        return node
      })
    const options = { db: database.db, scope: 'tier', clock: systemClock, log: silentLog, scheduling: false } as const
    await using idle = startJobRunner({ ...options, jobs: [named('idle')] })
    await using asked = startJobRunner({ ...options, jobs: [named('asked')] })
    expect(await idle.run('shared', never)).toEqual({ ok: true, text: 'idle' })
    for (let run = 0; run < 3; run++) expect(await asked.run('shared', never)).toEqual({ ok: true, text: 'asked' })
    expect(done).toEqual(['idle', 'asked', 'asked', 'asked'])
  })

  test('a runner lives through a database that is away, at its start and later', async () => {
    await using database = await createTestDatabase()
    const url = new URL(database.url)
    await using proxy = await startFaultProxy({ host: url.hostname, port: Number(url.port) })
    url.port = String(proxy.port)
    await using db = openPostgres({ url: url.href, log: silentLog, max: 2 })
    await proxy.set('refuse')
    let runs = 0
    await using runner = start(db, [job('patient', async () => `run ${++runs}`)])
    const asked = runner.run('patient', never)
    await proxy.set('pass')
    expect(await asked).toEqual({ ok: true, text: 'run 1' })
    await proxy.set('reset')
    await expect(runner.run('patient', never)).rejects.toThrow()
    await proxy.set('pass')
    // A connection that was cut is noticed when it is used.
    const again = () => runner.run('patient', never).catch(() => null)
    expect(await eventually('it runs again', again)).toEqual({ ok: true, text: 'run 2' })
  })
})
