import pg from 'pg'
import { PgBoss, type JobWithMetadata as QueuedJob } from 'pg-boss'
import { backoffMs, sleep } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { expressions } from '../../stores/postgres/model.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { sql, statement } from '../../stores/postgres/statement.ts'
import { type JobScope, queueSchema } from '../job-scope.ts'
import { recordFailure } from './record-failure.ts'

export type QueueOptions = { db: Postgres; scope: JobScope; log: Log; scheduling: boolean }

/**
 * A pg-boss over the pool of a database, in the schema of its side. It is not started, and its errors are only logged. Only with
 * `scheduling` are due jobs queued and dead runs found.
 */
export const createPgBoss = ({ db, scope, log, scheduling }: QueueOptions): PgBoss => {
  const boss = new PgBoss({
    schema: queueSchema[scope],
    // pg's own parsers, because pg-boss calculates with counts that our parsers return as bigints.
    db: { executeSql: (text, values) => db.pool.query({ text, values: values as unknown[], types: pg.types }) },
    // A migration made the schema, so that the login of the service needs no right to create one.
    createSchema: false,
    schedule: scheduling,
    supervise: scheduling,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 5,
    // After a step of the clock, jobs come at wrong times for this long.
    clockMonitorIntervalSeconds: 30,
    registerInstance: false,
    reindex: false,
    monitorVacuum: false,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => log.warn({ err: error.message }, 'the queue of jobs met an error and goes on'))
  boss.on('warning', ({ message }) => log.debug({}, message))
  return boss
}

/** What a run did, in one line; `idle` where it found nothing to do: a log of every minute shows only what was done. */
export type JobReport = string | { idle: string }

/** Periodic work of a tier or of an environment: at most one run at a time, on whatever node. */
export type Job = {
  /** Whose work it is: what the tier does once for all its environments, or what each of them does for itself. */
  readonly scope: JobScope
  /** Lowercase words joined by hyphens; also the name of its queue. */
  readonly name: string
  /** When it is due, in UTC, as five cron fields. */
  readonly cron: string
  /** It is also due so many seconds after a runner starts. */
  readonly afterStartSeconds?: number
  /** What it does, one sentence. */
  readonly description: string
  /** Does what is due and returns one line about it. It may die anywhere and is then run again. */
  run(signal: AbortSignal): Promise<JobReport>
}

/** What became of a run by hand; `text` is the line of the job, or why it failed. */
export type JobOutcome = { ok: boolean; text: string }

/** Numbers of one job in this process; `running` is 0 or 1, the rest as of the last run that ended. */
type JobStats = {
  running: number
  succeeded: number
  failed: number
  /** Whether the last run that ended failed. */
  isFailing: boolean
  lastSuccessAt: number | null
  lastDurationMs: number | null
}

/** Runs jobs when they are due, together with the other runners of their queue. */
export type JobRunner = AsyncDisposable & {
  readonly jobs: readonly Job[]
  /** Runs a job now, or joins the run that is under way, on whatever node; resolves when it has ended. */
  run(name: string, signal: AbortSignal): Promise<JobOutcome>
  stats(): Record<string, JobStats>
}

export type JobRunnerOptions = {
  /** The database of the side that the scope names. */
  db: Postgres
  scope: JobScope
  /** All of this scope. */
  jobs: readonly Job[]
  clock: Clock
  log: Log
  /** False: only runs by hand. */
  scheduling?: boolean
  /** A run whose process is silent for so long is run again elsewhere. A process speaks at half of it. At least 10. */
  heartbeatSeconds?: number
}

/** How often a runner looks for a due run. */
const pollSeconds = 5
/** How often whoever waits for a run asks whether it has ended. */
const waitMs = 250
/** The longest that a run may take before another process may start it again. */
const expireInSeconds = 6 * 3_600
/** How long disposing waits for runs that are stopping. */
const graceMs = 2_000
/** How long disposing takes at most, also when the database is away. */
const stopMs = 4_000

const endedStates = new Set(['completed', 'failed', 'cancelled'])

// A migration says so where it dropped the queue of a version from before.
const tookPlace = statement(
  'jobs_took_place',
  sql`SELECT ${expressions<{ succeedsAnother: boolean }>({
    succeedsAnother: `coalesce(obj_description(to_regnamespace($1), 'pg_namespace') LIKE 'Took the place of %', false)`,
  })}`,
)

/** The id, in every queue, of the run that makes up for those of the queue of before. */
const makeUpRun = '00000000-0000-4000-8000-000000000001'
/** How long after it was made a queue takes that run; for longer than this, one that has ended is remembered. */
const makeUpMs = 86_400_000

/** Makes the queue of a job. Over all nodes one run waits or is under way, never two. */
const prepare = async (
  boss: PgBoss,
  { name, cron, afterStartSeconds }: Job,
  { scheduling = true, heartbeatSeconds = 30, clock }: JobRunnerOptions,
  succeedsAnother: boolean,
): Promise<void> => {
  const options = {
    heartbeatSeconds,
    expireInSeconds,
    retryLimit: 2,
    retryDelay: 10,
    retentionSeconds: 86_400,
    deleteAfterSeconds: 3 * 86_400,
  }
  await boss.createQueue(name, { policy: 'exclusive', ...options })
  await boss.updateQueue(name, options)
  if (!scheduling) return
  // However many runs were missed while no process ran, one is made up for.
  await boss.schedule(name, cron, null, { tz: 'UTC', missed: 'once' })
  // Runs that waited in the queue of before are made up for by one. Its id can be taken once, whichever runner comes first or dies meanwhile.
  if (succeedsAnother && clock() - Number((await boss.getQueue(name))!.createdOn) < makeUpMs)
    await boss.send(name, null, { id: makeUpRun })
  if (afterStartSeconds !== undefined) await boss.send(name, null, { startAfter: afterStartSeconds })
}

/**
 * Starts in the background and survives a database that is away. Every due time is queued once and run by whichever runner is
 * free. A run that died is run again by another runner after its heartbeat. Without scheduling, the database is used only
 * when a run is asked for. Disposing aborts runs and gives them back to the queue.
 */
export const startJobRunner = (options: JobRunnerOptions): JobRunner => {
  const { db, scope, jobs, clock, log, scheduling = true } = options
  const stopping = new AbortController()
  const boss = createPgBoss({ db, scope, log, scheduling })
  const stats = new Map<string, JobStats>(
    jobs.map(({ name }) => [
      name,
      { running: 0, succeeded: 0, failed: 0, isFailing: false, lastSuccessAt: null, lastDurationMs: null },
    ]),
  )
  const workers = new Map<string, Promise<string>>()
  let succeedsAnother = false

  const handle = async (job: Job, queued: QueuedJob): Promise<string> => {
    const own = stats.get(job.name)!
    const began = performance.now()
    own.running += 1
    try {
      const report = await job.run(AbortSignal.any([queued.signal, stopping.signal]))
      own.succeeded += 1
      own.isFailing = false
      own.lastSuccessAt = clock()
      const [line, level] = typeof report === 'string' ? ([report, 'info'] as const) : ([report.idle, 'debug'] as const)
      log[level]({ job: job.name, ms: Math.round(performance.now() - began) }, line)
      return line
    } catch (error) {
      own.failed += 1
      own.isFailing = true
      if (!stopping.signal.aborted) {
        log.warn({ err: error, job: job.name }, 'a job failed and will be tried again')
        if (queued.retryCount >= queued.retryLimit) await recordFailure(options, job, error)
      }
      throw error
    } finally {
      own.running -= 1
      own.lastDurationMs = performance.now() - began
    }
  }

  /** Lets this process run a job from now on; returns the id of its worker. */
  const attend = (job: Job): Promise<string> => {
    const known = workers.get(job.name)
    if (known) return known
    const work = ([queued]: QueuedJob[]) => handle(job, queued!)
    const worker = prepare(boss, job, options, succeedsAnother).then(() =>
      boss.work(job.name, { pollingIntervalSeconds: pollSeconds, includeMetadata: true }, work),
    )
    workers.set(job.name, worker)
    worker.catch(() => workers.delete(job.name))
    return worker
  }

  const begin = async (): Promise<void> => {
    for (let failures = 0; ; failures++) {
      stopping.signal.throwIfAborted()
      try {
        await boss.start()
        succeedsAnother = (await db.query(tookPlace, [queueSchema[scope]]))[0]!.succeedsAnother
        if (scheduling) for (const job of jobs) await attend(job)
        return
      } catch (error) {
        stopping.signal.throwIfAborted()
        log.warn({ err: reasonText(error) }, 'the queue of jobs can not be opened; trying again')
        await sleep(backoffMs(failures, { baseMs: 500, maxMs: 10_000 }) + 250, stopping.signal)
      }
    }
  }
  let begun: Promise<void> | undefined
  const ready = (): Promise<void> => {
    begun ??= begin()
    return begun
  }
  if (scheduling) ready().catch(() => undefined)

  const askedFor = new Map<string, number>()

  /** Attends to a job during `work`. Without scheduling, a job is attended to only while somebody waits for it. */
  const whileAttending = async <T>(job: Job, work: (worker: string) => Promise<T>): Promise<T> => {
    const { name } = job
    askedFor.set(name, (askedFor.get(name) ?? 0) + 1)
    try {
      return await work(await attend(job))
    } finally {
      askedFor.set(name, askedFor.get(name)! - 1)
      if (!scheduling && askedFor.get(name) === 0 && workers.delete(name)) await boss.offWork(name)
    }
  }

  /** The run that waits or is under way, made if there is none. Tries before `triesBefore` do not count for the caller. */
  const enqueue = async (name: string): Promise<{ id: string; triesBefore: number }> => {
    for (;;) {
      const id = await boss.send(name)
      if (id !== null) return { id, triesBefore: 0 }
      const current = (await boss.findJobs(name)).find(({ state }) => !endedStates.has(state))
      if (!current) continue
      // A run that waits for its next try is started now.
      if (current.state !== 'active') await boss.update(name, undefined, { id: current.id, startAfter: new Date(0) })
      return { id: current.id, triesBefore: current.retryCount + (current.state === 'retry' ? 1 : 0) }
    }
  }

  const runNow = async (name: string, worker: string, signal: AbortSignal): Promise<JobOutcome> => {
    const { id, triesBefore } = await enqueue(name)
    boss.notifyWorker(worker)
    const over = AbortSignal.any([signal, stopping.signal])
    for (;;) {
      over.throwIfAborted()
      const run = await boss.getJobById(name, id)
      if (!run) return { ok: false, text: 'the run is not known any more' }
      if (run.state === 'completed') return { ok: true, text: reasonText(run.output) }
      // A run that went back to the queue because this process ends has not failed.
      over.throwIfAborted()
      const failed = endedStates.has(run.state) || (run.state === 'retry' && run.retryCount >= triesBefore)
      if (failed) return { ok: false, text: reasonText(run.output) }
      await sleep(waitMs, over)
    }
  }

  const stop = async (): Promise<void> => {
    stopping.abort(new Error('The process is stopping.'))
    await begun?.catch(() => undefined)
    await boss.stop({ graceful: true, close: false, timeout: graceMs })
  }

  return {
    jobs,
    async run(name, signal) {
      const job = jobs.find((known) => known.name === name)
      if (!job) throw new TypeError(`There is no job ${name}.`)
      await ready()
      return whileAttending(job, (worker) => runNow(name, worker, signal))
    },
    stats: () => Object.fromEntries(stats),
    async [Symbol.asyncDispose]() {
      const stopped = new AbortController()
      await Promise.race([stop(), sleep(stopMs, stopped.signal)])
      stopped.abort()
    },
  }
}
