import { sleep } from '../lib/backoff.ts'

/** Elapsed time: steady milliseconds that never jump with the wall clock, and a wait on the same scale. */
export type Timer = {
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's steady timer. */
export const systemTimer: Timer = { now: () => performance.now(), sleep }
