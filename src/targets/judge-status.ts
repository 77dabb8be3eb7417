import type { Outcome } from './target.ts'

/** What a receiver says about the request itself: the same request is answered in the same way again. */
const refusals: ReadonlySet<number> = new Set([400, 405, 410, 411, 413, 414, 415, 422, 431])

/**
 * What a status of HTTP means for a delivery. A redirect is refused, as none is followed. A status that a repair of the receiver changes,
 * such as 401 or 404, is tried again.
 */
export const judgeStatus = (status: number): Outcome['kind'] => {
  if (status >= 200 && status < 300) return 'delivered'
  if (status >= 300 && status < 400) return 'refused'
  return refusals.has(status) ? 'refused' : 'retry'
}
