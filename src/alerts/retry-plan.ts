/** How attempts that failed are repeated. */
export type RetryPlan = {
  /** The wait after the first failed attempt; it doubles with each further one. */
  baseMs: number
  /** The longest wait. */
  maxMs: number
  /** After as many failed attempts a delivery is given up. */
  attempts: number
  /** A target that failed for so long without a success is paused. */
  pauseAfterMs: number
  /** After as many failures in a row nothing at all is sent to the target for a while. */
  failuresBeforeWait: number
  /** The longest such while. */
  longestTargetWaitMs: number
}

const minute = 60_000
const hour = 60 * minute

/** Waits from 5 seconds to an hour, 27 hours in all: a target that fails altogether is paused before anything to it is given up. */
export const defaultRetryPlan: RetryPlan = {
  baseMs: 5_000,
  maxMs: hour,
  attempts: 36,
  pauseAfterMs: 24 * hour,
  failuresBeforeWait: 3,
  longestTargetWaitMs: 5 * minute,
}

/** A target may ask for no longer a wait: what it says can be wrong. */
const longestAskedMs = 24 * hour

const doubled = (count: number, baseMs: number, maxMs: number) => Math.min(maxMs, baseMs * 2 ** Math.min(count, 30))

/** A quarter more or less, so that what failed together is not repeated together. */
const spread = (ms: number, random: () => number): number => Math.round(ms * (0.75 + random() / 2))

/** How long a delivery waits after its `tries`-th failed attempt, counted from 1; `askedMs` is what the target asked for. */
export const retryWaitMs = (
  plan: RetryPlan,
  tries: number,
  askedMs: number | undefined,
  random: () => number = Math.random,
): number =>
  Math.max(spread(doubled(tries - 1, plan.baseMs, plan.maxMs), random), Math.min(askedMs ?? 0, longestAskedMs))

/** How long nothing is sent to a target after `failures` failed attempts in a row; null where other deliveries may be tried. */
export const targetWaitMs = (
  plan: RetryPlan,
  failures: number,
  askedMs: number | undefined,
  random: () => number = Math.random,
): number | null => {
  const over = failures - plan.failuresBeforeWait
  const ownMs = over < 0 ? null : spread(doubled(over, plan.baseMs, plan.longestTargetWaitMs), random)
  // One that asks for no wait and fails on is spared as well.
  return askedMs === undefined ? ownMs : Math.max(ownMs ?? 0, Math.min(askedMs, longestAskedMs))
}
