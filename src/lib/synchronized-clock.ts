import type { Clock, Steady } from './clock.ts'

/** A clock that goes by another one, which can only be asked now and then. Nobody who sets the machine's clock moves it. */
export type SynchronizedClock = {
  readonly now: Clock
  /**
   * Hears what the other clock said, in milliseconds since the epoch, between two instants of steady time. The two clocks agree when they
   * differ by no more than the question took. Otherwise this one is set. Returns by how many milliseconds, back if negative.
   */
  adjust(said: number, askedAt: number, answeredAt: number): number
}

/** Begins with what the machine says, and goes on by steady time. */
export const createSynchronizedClock = (machine: Clock, steady: Steady): SynchronizedClock => {
  let offset = machine() - steady()
  return {
    now: () => Math.floor(steady() + offset),
    adjust(said, askedAt, answeredAt) {
      const found = said - (askedAt + answeredAt) / 2
      const difference = found - offset
      if (Math.abs(difference) <= Math.max((answeredAt - askedAt) / 2, 1)) return 0
      offset = found
      return Math.round(difference)
    },
  }
}
