import { type Clock, createStepDetector, type Steady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { gauge, type MetricSource, metricsPer } from '../lib/metric.ts'
import { createSynchronizedClock } from '../lib/synchronized-clock.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { repeat } from '../workers/repeat.ts'

const askTime = statement(
  'clock_time',
  sql`SELECT ${expressions<{ ms: number }>({ ms: 'extract(epoch FROM clock_timestamp())::float8 * 1000' })}`,
)

/** A machine that has slept is late by its sleep for at most this long. */
const everyMs = 2_000

/** A difference below this is no news: every two clocks differ by some milliseconds. */
const worthTellingMs = 1_000

/** The time that all nodes go by. */
export type SharedTime = AsyncDisposable & {
  readonly clock: Clock
  /** Calls the listener when the time was set while this process ran, by so many milliseconds, back if negative; returns what ends it. */
  onStep(listener: (stepMs: number) => void): () => void
  readonly metrics: readonly MetricSource[]
}

export type ClockOptions = { db: Postgres; log: Log; machine: Clock; steady: Steady; askEveryMs?: number }

/**
 * The clock of everything that has to do with the database: all nodes go by the database's time, so that what one of them stores is not in
 * the past or the future of the others, whatever its machine says. It is set when this resolves. Whoever sets either clock is told of.
 */
export const startClock = async (options: ClockOptions): Promise<SharedTime> => {
  const { db, log, machine, steady, askEveryMs = everyMs } = options
  const followed = createSynchronizedClock(machine, steady)
  const machineSteps = createStepDetector(machine, steady)
  const listeners = new Set<(stepMs: number) => void>()
  const steps = { machine: 0, database: 0 }
  const machineAheadMs = () => Math.round(machine() - followed.now())
  let hasHeard = false

  const lookAtMachine = (): void => {
    const setMs = machineSteps.measure()
    if (setMs === 0) return
    steps.machine += 1
    log.warn({ setMs, machineAheadMs: machineAheadMs() }, "the machine's clock was set; this process does not go by it")
  }

  const ask = async (): Promise<void> => {
    lookAtMachine()
    const askedAt = steady()
    const [row] = await db.query(askTime)
    const setMs = followed.adjust(row!.ms, askedAt, steady())
    const isFirst = !hasHeard
    hasHeard = true
    if (Math.abs(setMs) < worthTellingMs) return
    log.warn(
      { setMs, machineAheadMs: machineAheadMs() },
      'the time of this process was set to the time of the database, which all nodes use',
    )
    if (isFirst) return
    steps.database += 1
    for (const listener of listeners) listener(setMs)
  }
  // While the database is away this goes on from where it was.
  const tryToAsk = () => ask().catch(() => undefined)
  await tryToAsk()
  const asking = repeat(tryToAsk, {
    name: 'time of the database',
    everyMs: askEveryMs,
    firstAfterMs: askEveryMs,
    log,
  })
  return {
    clock: followed.now,
    onStep(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    metrics: [
      metricsPer('clock', () => Object.entries(steps)).counter(
        'clock_steps_total',
        'Times that a clock was set while this process ran.',
        (count) => count,
      ),
      gauge(
        'clock_offset_seconds',
        'How far the clock of this machine is ahead of the database’s, which all nodes go by; negative when it is behind.',
        () => machineAheadMs() / 1_000,
      ),
    ],
    [Symbol.asyncDispose]: () => asking[Symbol.asyncDispose](),
  }
}
