import type { Clock } from '../lib/clock.ts'

/** Gives instants in microseconds since the epoch: the clock's, and each at least `stepUs` after the one before. */
export const createReceiptTime = (clock: Clock, stepUs = 1n): (() => bigint) => {
  let last = 0n
  return () => {
    const now = BigInt(Math.floor(clock())) * 1_000n
    last = now > last + stepUs ? now : last + stepUs
    return last
  }
}
