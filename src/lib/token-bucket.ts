/** How many tokens a bucket holds, and how many it gains in a millisecond. */
export type TokenRate = { readonly burst: number; readonly perMs: number }

/** The remaining tokens at an instant, in milliseconds of a clock. */
export type TokenBucket = { remaining: number; at: number }

/** A bucket with all its tokens. */
export const fullBucket = ({ burst }: TokenRate, now: number): TokenBucket => ({ remaining: burst, at: now })

/** Takes tokens and returns 0; when there are too few it takes none and returns the milliseconds until there will be enough. */
export const takeTokens = (bucket: TokenBucket, { burst, perMs }: TokenRate, now: number, count = 1): number => {
  bucket.remaining = Math.min(burst, bucket.remaining + Math.max(0, now - bucket.at) * perMs)
  bucket.at = now
  if (bucket.remaining < count) return (count - bucket.remaining) / perMs
  bucket.remaining -= count
  return 0
}
