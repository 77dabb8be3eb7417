import { Histogram, latencyBounds } from '../../lib/metric.ts'
import { ClickHouseError } from './clickhouse-error.ts'

export type QueryPoolLimits = {
  /** Statements that run at once. */
  slots: number
  /** Statements that may wait for a slot; one more is refused at once. */
  maxQueued: number
  /** How long a statement waits for a slot, in milliseconds. */
  maxWaitMs: number
}

/** Admission to a bounded number of slots, first come first served. */
export type QueryPool = {
  /** Runs the work in a slot and keeps the slot until the work has settled, whoever still waits for it. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** What runs and waits now, and how long those that run or have run waited for their slots, in seconds. */
  stats(): { running: number; queued: number; waits: Histogram }
  /** Refuses what waits and what comes, and resolves when nothing runs. */
  close(): Promise<void>
}

type Waiter = { start(): void; refuse(error: unknown): void }

const refusal = (message: string): ClickHouseError => new ClickHouseError('unavailable', message)

/** A pool without work. Its refusals are ClickHouseErrors of failure `unavailable`. */
export const createQueryPool = (name: string, { slots, maxQueued, maxWaitMs }: QueryPoolLimits): QueryPool => {
  const waiters: Waiter[] = []
  const waits = new Histogram(latencyBounds)
  let running = 0
  let closed = false
  let onIdle: (() => void) | undefined

  const wait = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        waiters.splice(waiters.indexOf(waiter), 1)
      }
      const waiter: Waiter = {
        start: () => {
          leave()
          resolve()
        },
        refuse: (error) => {
          leave()
          reject(error)
        },
      }
      const onAbort = () => waiter.refuse(signal?.reason)
      const timer = setTimeout(
        () => waiter.refuse(refusal(`No ${name} slot became free within ${maxWaitMs} ms.`)),
        maxWaitMs,
      )
      signal?.addEventListener('abort', onAbort, { once: true })
      waiters.push(waiter)
    })

  const enter = async (signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (closed) throw refusal('ClickHouse is being closed.')
    if (running < slots) {
      running += 1
      return
    }
    if (waiters.length >= maxQueued) throw refusal(`${maxQueued} ${name} statements are waiting already.`)
    // The slot is handed over, so that nobody can slip in between.
    await wait(signal)
  }

  const leave = () => {
    const next = waiters[0]
    if (next) return next.start()
    running -= 1
    if (running === 0) onIdle?.()
  }

  return {
    run: async (work, signal) => {
      const askedAt = performance.now()
      await enter(signal)
      waits.observe((performance.now() - askedAt) / 1_000)
      try {
        return await work()
      } finally {
        leave()
      }
    },
    stats: () => ({ running, queued: waiters.length, waits }),
    close: async () => {
      closed = true
      for (const waiter of [...waiters]) waiter.refuse(refusal('ClickHouse is being closed.'))
      if (running > 0) await new Promise<void>((resolve) => (onIdle = resolve))
    },
  }
}
