const longestMs = 3_600_000
const httpDate = /^[A-Z][a-z]{2,8}, .*GMT$/

/** Milliseconds that `Retry-After` asks to wait, at most an hour, measured from the answer's own `Date`. */
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
