/**
 * Milliseconds since the Unix epoch, UTC. The only source of wall time in the code; tests pass their own. It says when something
 * happened, never how long ago: whoever sets the machine's clock moves it by hours.
 */
export type Clock = () => number

/** The machine's clock. */
export const systemClock: Clock = () => Date.now()

/** Milliseconds since some instant, which only ever grow: how old something is, and how long it takes, follows from these alone. */
export type Steady = () => number

/** The machine's steady time. */
export const systemSteady: Steady = () => performance.now()

/** How old a stored instant is, in milliseconds; one that lies ahead comes from before the clock was set back, and counts as new. */
export const ageOf = (at: number, now: number): number => Math.max(0, now - at)

/** Finds out when a clock was set. */
export type StepDetector = {
  /** By how many milliseconds the clock was set since the last look, back if negative; 0 when it was not. */
  look(): number
}

/** What a clock may gain or lose between two looks without having been set, in milliseconds. */
const driftMs = 1_000

/** Compares a clock with steady time, from now on. */
export const createStepDetector = (clock: Clock, steady: Steady): StepDetector => {
  let offset = clock() - steady()
  return {
    look() {
      const found = clock() - steady()
      const step = found - offset
      offset = found
      return Math.abs(step) < driftMs ? 0 : Math.round(step)
    },
  }
}
