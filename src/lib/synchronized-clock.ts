import type { Clock, Steady } from './clock.ts'

/**
 * A clock that follows another one, which is read now and then. It begins with the machine's time, and goes on by steady time, so
 * setting the machine's clock does not change it.
 */
export const createSynchronizedClock = (machine: Clock, steady: Steady) => {
  let offset = machine() - steady()
  return {
    now: () => Math.floor(steady() + offset),
    /**
     * Takes the other clock's time, in milliseconds since the epoch, which was read between two instants of steady time. If the
     * clocks differ by more than the reading took, this one is set. Returns by how many milliseconds, negative for back.
     */
    adjust(said: number, askedAt: number, answeredAt: number): number {
      const found = said - (askedAt + answeredAt) / 2
      const difference = found - offset
      if (Math.abs(difference) <= Math.max((answeredAt - askedAt) / 2, 1)) return 0
      offset = found
      return Math.round(difference)
    },
  }
}
