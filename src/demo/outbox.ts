import type { Clock } from '../lib/clock.ts'

/** Hands letters to whoever delivers them, some at once, and keeps the others in bounds. */
export type Outbox<L> = {
  /** Delivered as soon as there is room, or once the clock has come to `dueAt`; false when the outbox is full. */
  post(letter: L, dueAt?: number): boolean
  /** Lets go what is due by now. */
  release(): void
  /** Forgets what has not been handed out. */
  clear(): void
  /** Resolves when nothing is on its way or waits for room; what is not due yet does not count. */
  settled(): Promise<void>
}

/** An empty outbox of at most `capacity` letters; `deliver` never rejects and runs at most `concurrency` times at once. */
export const createOutbox = <L>({
  clock,
  capacity,
  concurrency,
  deliver,
}: {
  clock: Clock
  capacity: number
  concurrency: number
  deliver: (letter: L) => Promise<void>
}): Outbox<L> => {
  let ready: L[] = []
  let later: { letter: L; dueAt: number }[] = []
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
    post(letter, dueAt) {
      if (ready.length + later.length + active >= capacity) return false
      if (dueAt !== undefined && dueAt > clock()) later.push({ letter, dueAt })
      else ready.push(letter)
      pump()
      return true
    },
    release() {
      const now = clock()
      const due = later.filter(({ dueAt }) => dueAt <= now).sort((a, b) => a.dueAt - b.dueAt)
      if (due.length === 0) return
      later = later.filter(({ dueAt }) => dueAt > now)
      ready.push(...due.map(({ letter }) => letter))
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
