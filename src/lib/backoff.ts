import { setTimeout as delay } from 'node:timers/promises'

export type BackoffOptions = {
  /** First ceiling in milliseconds. */
  baseMs: number
  /** Largest ceiling in milliseconds. */
  maxMs: number
  /** Returns [0, 1); injectable so that tests are repeatable. */
  random?: () => number
}

/** Full-jitter exponential backoff: a uniform delay below `min(maxMs, baseMs * 2^attempt)`, attempt counted from 0. */
export const backoffMs = (attempt: number, { baseMs, maxMs, random = Math.random }: BackoffOptions): number =>
  Math.floor(random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 30)))

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  await delay(ms, undefined, { signal, ref: true }).catch(() => undefined)
}
