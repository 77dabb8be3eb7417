import type { Clock } from '../../../src/lib/clock.ts'

/** A time that was `at` at the real instant `realAt` and has since gone `speed` times as fast; both in epoch milliseconds. */
export type QuickTime = { at: number; realAt: number; speed: number }

/** The same instant in every process that is given the same time. */
export const quickClock =
  ({ at, realAt, speed }: QuickTime): Clock =>
  () =>
    at + (Date.now() - realAt) * speed
