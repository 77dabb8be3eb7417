import { createRandom } from './random.ts'

/** How often a fault strikes. */
export type FaultChance = {
  /** Strikes at most this often, then removes itself. */
  times?: number
  /** Chance of each strike, 0 to 1, drawn from the seed; 1 by default. */
  probability?: number
}

/** A fault in force. */
export type ActiveFault = {
  readonly hits: number
  /** Settles at the first strike. */
  readonly struck: Promise<void>
  remove(): void
}

/** The faults of one kind of traffic that are in force. */
export type FaultSet<F extends FaultChance> = {
  readonly isEmpty: boolean
  add(fault: F): ActiveFault
  clear(): void
  /** The first matching fault that strikes by its chance. */
  strike(isAbout: (fault: F) => boolean): F | null
}

/** Makes an empty set of faults; chances are drawn from the seed in the order of the calls. */
export const createFaultSet = <F extends FaultChance>(seed: number): FaultSet<F> => {
  type Entry = { fault: F; hits: number; strike: () => void }
  const random = createRandom(seed)
  const active = new Set<Entry>()

  const strikes = (entry: Entry): boolean => {
    const { times = Infinity, probability = 1 } = entry.fault
    if (probability < 1 && random() >= probability) return false
    entry.hits++
    if (entry.hits >= times) active.delete(entry)
    entry.strike()
    return true
  }

  return {
    get isEmpty() {
      return active.size === 0
    },
    add(fault) {
      const { promise: struck, resolve } = Promise.withResolvers<void>()
      const entry: Entry = { fault, hits: 0, strike: resolve }
      if (fault.times !== 0) active.add(entry)
      return {
        get hits() {
          return entry.hits
        },
        struck,
        remove: () => void active.delete(entry),
      }
    },
    clear: () => active.clear(),
    strike(isAbout) {
      for (const entry of active) if (isAbout(entry.fault) && strikes(entry)) return entry.fault
      return null
    },
  }
}
