import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { clampFutureInstants } from '../workers/clamp-future-instants.ts'
import { repeat } from '../workers/repeat.ts'
import type { SharedTime } from './start-clock.ts'

export type InstantClampingOptions = {
  databases: { dm: Postgres; public: Postgres }
  time: Pick<SharedTime, 'onStep'>
  log: Log
  everyMs?: number
}

/** Transactions that began before a clock was set back write afterwards what it said before: so often is looked again. */
const looks = 6

/** Pulls stored instants back to the database's time at the start and whenever that was set back. */
export const startInstantClamping = ({
  databases,
  time,
  log,
  everyMs = 5_000,
}: InstantClampingOptions): AsyncDisposable => {
  let looksLeft = looks
  const ignoreSteps = time.onStep((stepMs) => {
    if (stepMs < 0) looksLeft = looks
  })

  const pullBack = async (): Promise<void> => {
    const rows = await clampFutureInstants(databases)
    looksLeft -= 1
    if (rows > 0) log.warn({ rows }, 'stored instants that lay in the future of the database were set to its time')
  }

  // A database that does not answer is told of elsewhere, and holds up no stop.
  const look = async (signal: AbortSignal): Promise<void> => {
    if (looksLeft === 0) return
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    const pulled = pullBack().catch((error: unknown) =>
      log.debug({ err: reasonText(error) }, 'no instants were pulled back'),
    )
    await Promise.race([pulled, stopped])
  }

  const looking = repeat(look, { name: 'pulling back', everyMs, log })
  return {
    async [Symbol.asyncDispose]() {
      ignoreSteps()
      await looking[Symbol.asyncDispose]()
    },
  }
}
