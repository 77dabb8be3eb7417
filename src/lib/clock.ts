/**
 * Milliseconds since the Unix epoch, UTC. The only source of wall time in the code; tests pass their own. It says when something
 * happened, never how long ago, because the clock can be set.
 */
export type Clock = () => number

/** The machine's clock. */
export const systemClock: Clock = () => Date.now()

/** Milliseconds since some instant, which never go back. Ages and durations are calculated from these alone. */
export type Steady = () => number

/** The machine's steady time. */
export const systemSteady: Steady = () => performance.now()

/** The age of a stored instant in milliseconds. An instant in the future was stored before the clock was set back, and counts as new. */
export const ageOf = (at: number, now: number): number => Math.max(0, now - at)

/** How much a clock may gain or lose between two calls without having been set, in milliseconds. */
const driftMs = 1_000

/** Detects that a clock was set: compares it with steady time, from now on. */
export const createStepDetector = (clock: Clock, steady: Steady) => {
  let offset = clock() - steady()
  return {
    /** By how many milliseconds the clock was set since the last call, negative when it was set back; 0 when it was not. */
    measure(): number {
      const found = clock() - steady()
      const step = found - offset
      offset = found
      return Math.abs(step) < driftMs ? 0 : Math.round(step)
    },
  }
}
