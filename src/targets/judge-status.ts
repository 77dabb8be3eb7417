import type { Clock } from '../lib/clock.ts'
import { readRetryAfter } from '../lib/retry-after.ts'
import type { HttpResult } from './http-caller.ts'
import type { Outcome } from './target.ts'
import type { Ending } from './target-kind.ts'

/** What a status of HTTP means for a delivery. */
export type JudgeStatus = (status: number) => Outcome['kind']

/** What a receiver says about the request itself: the same request is answered in the same way again. */
const refusals: ReadonlySet<number> = new Set([400, 405, 410, 411, 413, 414, 415, 422, 431])

/** A redirect is refused, as none is followed. What a repair of the receiver changes, such as 401 or 404, is tried again. */
export const judgeStatus: JudgeStatus = (status) => {
  if (status >= 200 && status < 300) return 'delivered'
  if (status >= 300 && status < 400) return 'refused'
  return refusals.has(status) ? 'refused' : 'retry'
}

/**
 * The same for services whose URLs are made by them and never repaired. What is gone or forbidden there stays so, and asking on
 * would block the address that we call from.
 */
export const judgeServiceStatus: JudgeStatus = (status) =>
  status >= 400 && status < 500 && ![408, 425, 429].includes(status) ? 'refused' : judgeStatus(status)

/** The end of an attempt that was one request. */
export const endingOf = (result: HttpResult, judge: JudgeStatus, clock: Clock): Ending => {
  if (result.kind !== 'answered') {
    const kind = result.kind === 'forbidden' ? 'refused' : 'retry'
    return { kind, status: null, answer: result.why }
  }
  const kind = judge(result.status)
  const isRedirect = result.status >= 300 && result.status < 400
  const ended = {
    status: result.status,
    answer: isRedirect ? `Redirects are not followed. ${result.excerpt}`.trimEnd() : result.excerpt,
  }
  const { 'retry-after': retryAfter, date } = result.headers
  const afterMs = readRetryAfter(retryAfter, date, clock())
  return kind === 'retry' && afterMs !== undefined ? { kind, ...ended, afterMs } : { kind, ...ended }
}
