import type { CallFailure } from './platform.ts'

/** How many are remembered; the one that was refused longest ago is forgotten first. */
const mostRemembered = 1_000
/** How long an id is left alone after it was refused, doubling with every refusal up to the longest, in milliseconds. */
const leftAloneMs = 60_000
const longestLeftAloneMs = 3_600_000

/** An id that a platform refuses to be asked for, and why it did last. */
type RefusedId = { refusals: number; until: number; failure: CallFailure; endpoint: string }

/** The ids that a platform refused when it was asked for them alone. */
export type RefusedIds = {
  get(id: string): RefusedId | undefined
  /** Notes a refusal at `now`, and tells whether it is the first. */
  add(id: string, failure: CallFailure, endpoint: string, now: number): boolean
  delete(id: string): void
}

/** Remembers refused ids in memory, at most 1,000. */
export const createRefusedIds = (): RefusedIds => {
  const refused = new Map<string, RefusedId>()
  return {
    get: (id) => refused.get(id),
    add: (id, failure, endpoint, now) => {
      const refusals = (refused.get(id)?.refusals ?? 0) + 1
      refused.delete(id)
      const waitMs = Math.min(longestLeftAloneMs, leftAloneMs * 2 ** Math.min(refusals - 1, 10))
      refused.set(id, { refusals, until: now + waitMs, failure, endpoint })
      if (refused.size > mostRemembered) refused.delete(refused.keys().next().value!)
      return refusals === 1
    },
    delete: (id) => void refused.delete(id),
  }
}
