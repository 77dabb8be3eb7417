import type { Clock } from '../lib/clock.ts'

/** What is given ahead of the clock when much comes at once, in microseconds; an instant further ahead is from before the clock was set back. */
const longestLeadUs = 10_000_000n

/** Gives instants in microseconds since the epoch: the clock's, and each at least `stepUs` after the one before while the clock is not set back. */
export const createReceiptTime = (clock: Clock, stepUs = 1n): (() => bigint) => {
  let last = 0n
  return () => {
    const now = BigInt(Math.floor(clock())) * 1_000n
    const isSetBack = last > now + longestLeadUs
    last = isSetBack || now > last + stepUs ? now : last + stepUs
    return last
  }
}
