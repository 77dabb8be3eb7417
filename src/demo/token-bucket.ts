import type { Clock } from '../lib/clock.ts'

/** How many requests a second are answered in the long run, and how many at once. */
export type RateLimit = { perSecond: number; burst: number }

/** A full token bucket; each call takes a token and tells whether there was one. */
export const createTokenBucket = ({ perSecond, burst }: RateLimit, clock: Clock): (() => boolean) => {
  let tokens = burst
  let filledAt = clock()
  return () => {
    const now = clock()
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) / 1000) * perSecond)
    filledAt = now
    if (tokens < 1) return false
    tokens--
    return true
  }
}
