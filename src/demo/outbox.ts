import type { Clock } from '../lib/clock.ts'

/** A queue of deliveries of which some are sent at once. */
export type Outbox<D> = {
  /** Adds a delivery, which is sent as soon as there is room, or after `dueAt`; false when the outbox is full. */
  post(delivery: D, dueAt?: number): boolean
  /** Makes deliveries ready that are due by now. */
  release(): void
  /** Forgets deliveries whose sending has not begun. */
  clear(): void
  /** Resolves when nothing is being sent and nothing is ready; deliveries that are not due yet do not count. */
  settled(): Promise<void>
}

/** An empty outbox of at most `capacity` deliveries; `deliver` never rejects and runs at most `concurrency` times at once. */
export const createOutbox = <D>(
  { clock, capacity, concurrency }: { clock: Clock; capacity: number; concurrency: number },
  deliver: (delivery: D) => Promise<void>,
): Outbox<D> => {
  let ready: D[] = []
  let later: { delivery: D; dueAt: number }[] = []
  let active = 0
  let waiters: (() => void)[] = []

  const pump = (): void => {
    while (active < concurrency && ready.length > 0) {
      active++
      void deliver(ready.shift()!).finally(() => {
        active--
        pump()
      })
    }
    if (active > 0) return
    for (const resolve of waiters) resolve()
    waiters = []
  }

  return {
    post(delivery, dueAt) {
      if (ready.length + later.length + active >= capacity) return false
      if (dueAt !== undefined && dueAt > clock()) later.push({ delivery, dueAt })
      else ready.push(delivery)
      pump()
      return true
    },
    release() {
      const now = clock()
      const due = later.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt)
      if (due.length === 0) return
      later = later.filter(({ dueAt }) => dueAt > now)
      ready.push(...due.map(({ delivery }) => delivery))
      pump()
    },
    clear() {
      ready = []
      later = []
    },
    settled: () =>
      active === 0 && ready.length === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve)),
  }
}
