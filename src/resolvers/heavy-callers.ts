import { ApiError } from '../lib/errors.ts'
import { isLoopback } from '../lib/loopback.ts'

/** Operations of one caller that may have heavy queries at once. The queue of the pool has room for those of four. */
export const maxHeavyOperations = 8

/** Who asks: whoever holds the key, else the address. */
type Asker = { subject: string | null; address: string }

/** Takes the place of an operation that begins to have heavy queries; calling the answer gives it back. RATE_LIMITED where none is free. */
export type TakePlace = () => () => void

/** The places of all callers of a process. */
export type HeavyCallers = { placesOf(asker: Asker): TakePlace }

const unlimited: TakePlace = () => () => undefined

const tooMany = () =>
  new ApiError(
    'RATE_LIMITED',
    `A caller may have ${maxHeavyOperations} operations with heavy questions at a time: wait for an answer first.`,
    { retryAfterSeconds: 1 },
  )

/** Nobody has a heavy query yet. Callers without a key from this machine are not counted: they may be everybody behind a proxy. */
export const createHeavyCallers = (): HeavyCallers => {
  const taken = new Map<string, number>()
  return {
    placesOf({ subject, address }) {
      if (subject === null && isLoopback(address)) return unlimited
      const name = JSON.stringify([subject, subject === null ? address : ''])
      return () => {
        const before = taken.get(name) ?? 0
        if (before >= maxHeavyOperations) throw tooMany()
        taken.set(name, before + 1)
        return () => {
          const left = taken.get(name)! - 1
          if (left === 0) taken.delete(name)
          else taken.set(name, left)
        }
      }
    },
  }
}
