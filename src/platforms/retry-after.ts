const longestMs = 3_600_000
const httpDate = /^[A-Z][a-z]{2,8}, .*GMT$/

/**
 * Milliseconds that a `Retry-After` header asks to wait, 0 to one hour; undefined when it is absent or unreadable.
 * A date is measured from the answer's own `Date` header where it has one, so that a wrong clock here does not matter.
 */
export const readRetryAfter = (
  retryAfter: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined => {
  const text = retryAfter?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(longestMs, Math.ceil(Number(text) * 1000))
  const until = httpDate.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(until)) return undefined
  const from = Date.parse(date ?? '')
  return Math.min(longestMs, Math.max(0, until - (Number.isNaN(from) ? now : from)))
}
