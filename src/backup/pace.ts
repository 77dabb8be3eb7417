import os from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Does a slice of work, once as much time was free as the slice before it asks for. */
export type Pace = <T>(slice: () => Promise<T>) => Promise<T>

/** How work is done for which nobody waits. */
export type Work = { signal: AbortSignal; pace: Pace }

/** What a pace goes by. */
type PaceClock = {
  /** In milliseconds. */
  now(): number
  wait(ms: number): Promise<unknown>
  /** The share of the machine's processors that was used lately, from 0 to 1. */
  usage(): number
}

/** From this share on, whoever is served feels the work, however low its priority is. */
const busyFrom = 0.4
/** How long the time after a slice is free, as a multiple of what it took, where the machine is busy. */
const freeWhenBusy = 9
/** How many milliseconds of work are done before that: a small backup is over soon, and is felt for as long only. */
const unhurriedAfterMs = 5_000
/** Over how many milliseconds the usage is measured: the system counts in hundredths of a second. */
const usageMs = 500

/** Measures how much of the processors is used, by all programs. */
const createUsage = (): (() => number) => {
  const read = () => {
    const all = os.cpus().map(({ times }) => times)
    const idle = all.reduce((sum, times) => sum + times.idle, 0)
    return {
      at: performance.now(),
      idle,
      all: all.reduce((sum, { user, nice, sys, irq }) => sum + user + nice + sys + irq, idle),
    }
  }
  let last = read()
  let usage = 0
  return () => {
    if (performance.now() - last.at < usageMs) return usage
    const now = read()
    // Where the system does not tell, nothing is known to be used.
    if (now.all > last.all) usage = 1 - (now.idle - last.idle) / (now.all - last.all)
    last = now
    return usage
  }
}

const systemClock = (signal: AbortSignal): PaceClock => ({
  now: () => performance.now(),
  wait: (ms) => delay(ms, undefined, { signal }),
  usage: createUsage(),
})

/**
 * Slices of work that leave half of the time free, whatever a slice takes and however fast the machine is. After some seconds of work they leave nine
 * tenths of it free where the machine is busy. What the caller does between two slices counts as free. Waiting ends with the reason of the signal.
 */
export const createPace = (signal: AbortSignal, clock: PaceClock = systemClock(signal)): Pace => {
  let freeUntil = 0
  let workedMs = 0
  return async (slice) => {
    const early = freeUntil - clock.now()
    if (early > 0) await clock.wait(early)
    signal.throwIfAborted()
    const begunAt = clock.now()
    try {
      return await slice()
    } finally {
      const endedAt = clock.now()
      const tookMs = endedAt - begunAt
      workedMs += tookMs
      const isFelt = workedMs > unhurriedAfterMs && clock.usage() >= busyFrom
      freeUntil = endedAt + tookMs * (isFelt ? freeWhenBusy : 1)
    }
  }
}
