import type { PgBoss, Job as QueuedJob } from 'pg-boss'
import { backoffMs, sleep } from '../../lib/backoff.ts'
import type { Clock } from '../../lib/clock.ts'
import { reasonText } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import type { Job } from './job.ts'
import { createPgBoss } from './pg-boss.ts'

/** What became of a run by hand; `text` is the line of the job, or why it failed. */
export type JobOutcome = { ok: boolean; text: string }

/** Numbers of one job in this process; `running` is 0 or 1, the rest as of the last run that ended. */
export type JobStats = {
  running: number
  succeeded: number
  failed: number
  /** Whether the last run that ended failed. */
  isFailing: boolean
  lastSuccessAt: number | null
  lastDurationMs: number | null
}

/** Runs jobs when they are due, together with the other runners of the database. */
export type JobRunner = AsyncDisposable & {
  readonly jobs: readonly Job[]
  /** Runs a job now, or joins the run that is under way, on whatever node; resolves when it has ended. */
  run(name: string, signal: AbortSignal): Promise<JobOutcome>
  stats(): Record<string, JobStats>
}

export type JobRunnerOptions = {
  db: Postgres
  jobs: readonly Job[]
  clock: Clock
  log: Log
  /** False: only runs by hand. */
  scheduling?: boolean
  /** A run that says nothing for so long is taken up again; its process says something at half of it. At least 10. */
  heartbeatSeconds?: number
}

/** How often a runner asks whether there is something to run, and whoever waits for a run whether it has ended. */
const pollSeconds = 5
const waitMs = 250
/** The longest a run may take before another may take it up. */
const expireInSeconds = 6 * 3_600
/** How long the end waits for runs that were told to stop, and altogether where the database is away as well. */
const graceMs = 2_000
const stopMs = 4_000

const endedStates = new Set(['completed', 'failed', 'cancelled'])

/** The queue of a job: one run is waiting or under way, never two, over all nodes. */
const prepare = async (
  boss: PgBoss,
  { name, cron, afterStartSeconds }: Job,
  { scheduling = true, heartbeatSeconds = 30 }: JobRunnerOptions,
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
  // What was due while nobody ran is made up for once.
  if (!scheduling) return
  await boss.schedule(name, cron, null, { tz: 'UTC', missed: 'once' })
  if (afterStartSeconds !== undefined) await boss.send(name, null, { startAfter: afterStartSeconds })
}

/**
 * Starts in the background and goes on through a database that is away. Every due time is queued once and run by whichever
 * runner is free; a run that died is taken up by another once it was silent for its heartbeat. Where nothing is scheduled
 * the database is touched only when a run is asked for. Disposing tells runs to stop and gives them back.
 */
export const startJobRunner = (options: JobRunnerOptions): JobRunner => {
  const { db, jobs, clock, log, scheduling = true } = options
  const stopping = new AbortController()
  const boss = createPgBoss({ db, log, scheduling })
  const stats = new Map<string, JobStats>(
    jobs.map(({ name }) => [
      name,
      { running: 0, succeeded: 0, failed: 0, isFailing: false, lastSuccessAt: null, lastDurationMs: null },
    ]),
  )
  const workers = new Map<string, Promise<string>>()

  const handle = async (job: Job, queued: QueuedJob): Promise<string> => {
    const own = stats.get(job.name)!
    const began = performance.now()
    own.running += 1
    try {
      const line = await job.run(AbortSignal.any([queued.signal, stopping.signal]))
      own.succeeded += 1
      own.isFailing = false
      own.lastSuccessAt = clock()
      log.info({ job: job.name, ms: Math.round(performance.now() - began) }, line)
      return line
    } catch (error) {
      own.failed += 1
      own.isFailing = true
      if (!stopping.signal.aborted) log.warn({ err: error, job: job.name }, 'a job failed and will be tried again')
      throw error
    } finally {
      own.running -= 1
      own.lastDurationMs = performance.now() - began
    }
  }

  /** Lets this process run a job from now on; the id of its worker. */
  const attend = (job: Job): Promise<string> => {
    const known = workers.get(job.name)
    if (known) return known
    const work = ([queued]: QueuedJob[]) => handle(job, queued!)
    const worker = prepare(boss, job, options).then(() =>
      boss.work(job.name, { pollingIntervalSeconds: pollSeconds }, work),
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

  /** Where nothing is scheduled a job is attended to only while somebody waits for it. */
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

  /** The run that is waiting or under way, made if there is none, and how many tries came before the one that counts. */
  const enqueue = async (name: string): Promise<{ id: string; triesBefore: number }> => {
    for (;;) {
      const id = await boss.send(name)
      if (id !== null) return { id, triesBefore: 0 }
      const current = (await boss.findJobs(name)).find(({ state }) => !endedStates.has(state))
      if (!current) continue
      // One that waits for its next try need not wait for longer.
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
      // A run that was given back because this process ends has not failed.
      over.throwIfAborted()
      const failed = endedStates.has(run.state) || (run.state === 'retry' && run.retryCount >= triesBefore)
      if (failed) return { ok: false, text: reasonText(run.output) }
      await sleep(waitMs, over)
    }
  }

  const ending = async (): Promise<void> => {
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
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, stopMs)
      })
      await Promise.race([ending(), late])
      clearTimeout(timer)
    },
  }
}
