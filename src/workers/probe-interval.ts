export type IntervalInput = {
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
 * Seconds to the next probe: live channels at the poll interval, a channel that just went missing at half of it (two misses
 * close its session), others less often the longer they are off, at most five intervals.
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
