type IntervalInput = {
  /** What the probe showed. */
  live: boolean
  /** Whether a session is open although the probe did not show it. */
  missing: boolean
  /** How long the channel has been offline, in milliseconds; null when it is not known to be. */
  offlineForMs: number | null
  /** Seconds between probes of a live channel. */
  pollIntervalSeconds: number
}

/**
 * Seconds to the next probe. A live channel gets the poll interval, and one that just went missing half of it, since two
 * misses end its session. Others are probed less often the longer they are offline, at most at five intervals.
 */
export const nextIntervalSeconds = ({ live, missing, offlineForMs, pollIntervalSeconds }: IntervalInput): number => {
  if (live) return pollIntervalSeconds
  if (missing) return Math.max(1, Math.round(pollIntervalSeconds / 2))
  const hours = (offlineForMs ?? 0) / 3_600_000
  return pollIntervalSeconds * (hours < 1 ? 1 : hours < 6 ? 2 : hours < 24 ? 3 : 5)
}

/** Seconds until a probe that got no answer is tried again: doubling from a quarter of the interval up to five of them. */
export const retryIntervalSeconds = (failures: number, pollIntervalSeconds: number): number =>
  Math.max(1, Math.round(pollIntervalSeconds * Math.min(5, 0.25 * 2 ** Math.min(failures, 10))))

const wholeSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/**
 * When a probe was, as its row has it, and the seconds since the previous one, 0 for the first. Rows have whole seconds:
 * platforms count viewers once a minute, and milliseconds nearly double what a row takes on disk.
 */
export const probeInstant = (at: Date, lastProbedAt: Date | null): { at: Date; elapsedSeconds: number } => ({
  at: new Date(wholeSeconds(at) * 1000),
  elapsedSeconds: lastProbedAt ? Math.max(0, wholeSeconds(at) - wholeSeconds(lastProbedAt)) : 0,
})
