import type { Steady } from '../lib/clock.ts'
import { fullBucket, type TokenRate, takeTokens } from '../lib/token-bucket.ts'

/** Lets rows through up to a rate and counts those that it does not, so that nobody can fill the disk. */
export type RowLimit = {
  /** How many were left out since the last row that was let through; null when this one is left out as well. */
  take(hasRoom?: boolean): number | null
  /** How many were left out in all. */
  leftOut(): number
}

/** Makes a limit whose bucket is full. */
export const createRowLimit = (rate: TokenRate, steady: Steady): RowLimit => {
  const bucket = fullBucket(rate, steady())
  let [sinceLast, inAll] = [0, 0]
  return {
    take(hasRoom = true) {
      if (!hasRoom || takeTokens(bucket, rate, steady()) > 0) {
        sinceLast += 1
        inAll += 1
        return null
      }
      const leftOut = sinceLast
      sinceLast = 0
      return leftOut
    },
    leftOut: () => inAll,
  }
}
