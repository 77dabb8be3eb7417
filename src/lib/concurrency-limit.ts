import { Histogram, latencyBounds } from './metric.ts'

/** Why work is not begun: the limit is closed, too much waits already, or it waited too long. */
export type RefusalReason = 'closed' | 'full' | 'late'

/** How much runs and waits at once. */
export type ConcurrencyLimits = {
  /** Pieces of work that run at once. */
  slots: number
  /** Pieces of work that may wait for a slot; one more is refused at once. Any number by default. */
  maxQueued?: number
  /** How long a piece of work waits for a slot, in milliseconds. Without a limit by default. */
  maxWaitMs?: number
}

/** Admission to a bounded number of slots, first come first served. */
export type ConcurrencyLimit = {
  /** Runs the work in a slot and keeps the slot until the work has settled. The signal only ends the wait for a slot. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** How much runs and waits, and how long work waited for its slot, in seconds. */
  stats(): { running: number; queued: number; waits: Histogram }
  /** Refuses waiting and new work, and resolves when nothing runs. */
  close(): Promise<void>
}

type Waiter = { start(): void; refuse(error: unknown): void }

/** Makes a limit. Refused work fails with the error that `refusal` makes. */
export const limitConcurrency = (
  { slots, maxQueued = Number.POSITIVE_INFINITY, maxWaitMs }: ConcurrencyLimits,
  refusal: (reason: RefusalReason) => Error = (reason) => new Error(`The work was not begun: ${reason}.`),
): ConcurrencyLimit => {
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
      const timer = maxWaitMs === undefined ? undefined : setTimeout(() => waiter.refuse(refusal('late')), maxWaitMs)
      signal?.addEventListener('abort', onAbort, { once: true })
      waiters.push(waiter)
    })

  const enter = async (signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted()
    if (closed) throw refusal('closed')
    if (running < slots) {
      running += 1
      return
    }
    if (waiters.length >= maxQueued) throw refusal('full')
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
      for (const waiter of [...waiters]) waiter.refuse(refusal('closed'))
      if (running > 0) await new Promise<void>((resolve) => (onIdle = resolve))
    },
  }
}
