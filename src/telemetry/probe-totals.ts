/** A probe that ended an outage: when, in milliseconds since the epoch, after how many seconds and how many missed probes. */
export type OutageEnd = { until: number; seconds: number; missed: number }

/** What some probes of a channel add up to; one probe is such a sum too. Instants are milliseconds since the epoch. */
export type ProbeTotals = {
  /** An instant of the bucket that the probes are in; of a single probe, its own. */
  at: number
  firstProbeAt: number
  lastProbeAt: number
  probes: number
  missed: number
  /** Probes with a viewer count; where there are none the viewer fields mean nothing. */
  samples: number
  /** Viewers times the seconds they stand for. */
  viewerSeconds: number
  /** Seconds that the samples stand for. */
  seconds: number
  low: number
  peak: number
  /** The first instant of the peak. */
  peakAt: number
  last: number
  lastAt: number
  outages: readonly OutageEnd[]
}

/** A sum of nothing, at an instant. */
export const noProbes = (at: number): ProbeTotals => ({
  at,
  firstProbeAt: Number.POSITIVE_INFINITY,
  lastProbeAt: Number.NEGATIVE_INFINITY,
  probes: 0,
  missed: 0,
  samples: 0,
  viewerSeconds: 0,
  seconds: 0,
  low: 0,
  peak: 0,
  peakAt: 0,
  last: 0,
  lastAt: 0,
  outages: [],
})

/** Adds probes to a sum, in any order. */
export const addProbes = (sum: ProbeTotals, more: ProbeTotals): void => {
  sum.firstProbeAt = Math.min(sum.firstProbeAt, more.firstProbeAt)
  sum.lastProbeAt = Math.max(sum.lastProbeAt, more.lastProbeAt)
  sum.probes += more.probes
  sum.missed += more.missed
  if (more.outages.length > 0) sum.outages = [...sum.outages, ...more.outages]
  if (more.samples === 0) return
  const first = sum.samples === 0
  sum.samples += more.samples
  sum.viewerSeconds += more.viewerSeconds
  sum.seconds += more.seconds
  if (first || more.low < sum.low) sum.low = more.low
  if (first || more.peak > sum.peak || (more.peak === sum.peak && more.peakAt < sum.peakAt)) {
    sum.peak = more.peak
    sum.peakAt = more.peakAt
  }
  if (first || more.lastAt > sum.lastAt) {
    sum.last = more.last
    sum.lastAt = more.lastAt
  }
}

export type ProbeRow = {
  at: number
  viewers: number | null
  seconds: number
  missed: number
  elapsed: number
}

/** One probe as a sum, of which the time before `from` does not count. */
export const singleProbe = ({ at, viewers, seconds, missed, elapsed }: ProbeRow, from: number): ProbeTotals => {
  const inside = Math.min(seconds, Math.max(0, (at - from) / 1000))
  return {
    at,
    firstProbeAt: at,
    lastProbeAt: at,
    probes: 1,
    missed,
    samples: viewers === null ? 0 : 1,
    viewerSeconds: (viewers ?? 0) * inside,
    seconds: inside,
    low: viewers ?? 0,
    peak: viewers ?? 0,
    peakAt: at,
    last: viewers ?? 0,
    lastAt: at,
    outages: missed > 1 ? [{ until: at, seconds: elapsed, missed }] : [],
  }
}
