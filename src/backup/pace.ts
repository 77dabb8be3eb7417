import { setTimeout as delay } from 'node:timers/promises'

/** Does a slice of work once whoever is worked for had as much time free as the slice before it took. */
export type Pace = <T>(slice: () => Promise<T>) => Promise<T>

/** How work is done for which nobody waits. */
export type Work = { signal: AbortSignal; pace: Pace }

/** What a pace goes by: the time in milliseconds, and waiting. */
type PaceClock = { now(): number; wait(ms: number): Promise<unknown> }

/**
 * Slices of work that leave half of the time free, whatever a slice takes and however fast the machine is. What the caller does between two slices
 * counts as free. Waiting ends with the reason of the signal.
 */
export const createPace = (
  signal: AbortSignal,
  clock: PaceClock = { now: () => performance.now(), wait: (ms) => delay(ms, undefined, { signal }) },
): Pace => {
  let freeUntil = 0
  return async (slice) => {
    const early = freeUntil - clock.now()
    if (early > 0) await clock.wait(early)
    signal.throwIfAborted()
    const begunAt = clock.now()
    try {
      return await slice()
    } finally {
      const endedAt = clock.now()
      freeUntil = endedAt + (endedAt - begunAt)
    }
  }
}
