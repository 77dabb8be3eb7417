import type { IncomingHttpHeaders } from 'node:http'

const longestMs = 3_600_000

const spellings = [
  { remaining: 'ratelimit-remaining', reset: 'ratelimit-reset' },
  { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset' },
] as const

/** What is left of a host's allowance, and in how many milliseconds it is renewed (0 to one hour). */
export type RateLimitHeaders = { remaining: number; resetMs: number }

/** A host's allowance from its headers, measured from the answer's own `Date`; undefined when they do not tell. */
export const readRateLimit = (headers: IncomingHttpHeaders, now: number): RateLimitHeaders | undefined => {
  const date = Date.parse(headers.date ?? '')
  for (const names of spellings) {
    const [remaining, reset] = [headers[names.remaining], headers[names.reset]].map(String)
    if (!/^\d{1,9}$/.test(remaining!) || !/^\d{9,11}$/.test(reset!)) continue
    const waitMs = Number(reset) * 1000 - (Number.isNaN(date) ? now : date)
    return { remaining: Number(remaining), resetMs: Math.min(longestMs, Math.max(0, waitMs)) }
  }
  return undefined
}
