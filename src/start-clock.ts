import type { Clock } from './lib/clock.ts'
import { createFollowedClock } from './lib/followed-clock.ts'
import type { Log } from './lib/log.ts'
import type { Postgres } from './stores/postgres/postgres.ts'
import { statement } from './stores/postgres/statement.ts'
import { repeat } from './workers/repeat.ts'

const askTime = statement('clock_time', 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms')

/** A machine that has slept is late by its sleep for at most this long. */
const everyMs = 2_000

/** A difference below this is no news: every two clocks differ by some milliseconds. */
const worthTellingMs = 1_000

/**
 * The clock of everything that has to do with the database: all nodes go by the database's time, so that what one of them stores is not in
 * the past or the future of the others, whatever its machine says. It is set when this resolves.
 */
export const startClock = async (options: {
  db: Postgres
  log: Log
  machine: Clock
  steady: () => number
}): Promise<AsyncDisposable & { clock: Clock }> => {
  const { db, log, machine, steady } = options
  const followed = createFollowedClock(machine, steady)
  const ask = async (): Promise<void> => {
    const askedAt = steady()
    const [row] = await db.query<{ ms: number }>(askTime)
    const setMs = followed.hear(row!.ms, askedAt, steady())
    if (Math.abs(setMs) < worthTellingMs) return
    const machineAheadMs = Math.round(machine() - followed.now())
    log.warn({ setMs, machineAheadMs }, "this process' time was set to the database's, which all nodes go by")
  }
  // While the database is away this goes on from where it was.
  const tryToAsk = () => ask().catch(() => undefined)
  await tryToAsk()
  const asking = repeat(tryToAsk, { name: 'time of the database', everyMs, firstAfterMs: everyMs, log })
  return { clock: followed.now, [Symbol.asyncDispose]: () => asking[Symbol.asyncDispose]() }
}
