import type { Clock } from '../lib/clock.ts'

/** How far instants run ahead of the clock when much comes at once, in microseconds. Further ahead means: the clock was set back. */
const longestLeadUs = 10_000_000n

/** Makes a source of instants of the clock, in microseconds since the epoch. Each is at least `stepUs` later than the previous one, unless the clock was set back. */
export const createReceiptTime = (clock: Clock, stepUs = 1n): (() => bigint) => {
  let last = 0n
  return () => {
    const now = BigInt(Math.floor(clock())) * 1_000n
    const isSetBack = last > now + longestLeadUs
    last = isSetBack || now > last + stepUs ? now : last + stepUs
    return last
  }
}
