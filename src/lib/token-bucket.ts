/** How many tokens a bucket holds, and how many it gains in a millisecond. */
export type TokenRate = { readonly burst: number; readonly perMs: number }

/** The tokens that were left at an instant, in milliseconds of a clock. */
export type TokenBucket = { left: number; at: number }

/** A bucket with all its tokens. */
export const fullBucket = ({ burst }: TokenRate, now: number): TokenBucket => ({ left: burst, at: now })

/** Takes tokens and answers 0; where fewer are left it takes none and answers after how many milliseconds there will be as many. */
export const takeTokens = (bucket: TokenBucket, { burst, perMs }: TokenRate, now: number, count = 1): number => {
  bucket.left = Math.min(burst, bucket.left + Math.max(0, now - bucket.at) * perMs)
  bucket.at = now
  if (bucket.left < count) return (count - bucket.left) / perMs
  bucket.left -= count
  return 0
}
