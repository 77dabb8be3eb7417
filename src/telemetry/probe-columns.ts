/** A probe that ended an outage: when, in milliseconds since the epoch, after how many seconds and how many missed probes. */
export type OutageEnd = { until: number; seconds: number; missed: number }

type Numbers = readonly number[]

/**
 * What probes add up to, by column; a row is the sum of some probes of one channel and one bucket, or a single one.
 * Instants are milliseconds since the epoch. Where a row has no samples its viewer columns mean nothing.
 */
export type ProbeColumns = {
  /** As the query numbered the channels. */
  channel: Numbers
  /** An instant of the bucket; of a single probe, its own. */
  at: Numbers
  firstProbeAt: Numbers
  lastProbeAt: Numbers
  probes: Numbers
  missed: Numbers
  /** Probes with a viewer count. */
  samples: Numbers
  /** Viewers times the seconds they stand for. */
  viewerSeconds: Numbers
  /** Seconds that the samples stand for. */
  seconds: Numbers
  low: Numbers
  peak: Numbers
  /** The first instant of the peak. */
  peakAt: Numbers
  last: Numbers
  lastAt: Numbers
  /** By row; most have none. */
  outages: ReadonlyMap<number, readonly OutageEnd[]>
}

/** Single probes as they are stored. */
export type ProbeRows = {
  channel: Numbers
  at: Numbers
  viewers: readonly (number | null)[]
  seconds: Numbers
  missed: Numbers
  elapsed: Numbers
}

/** Single probes as queries answer them: instants in seconds since the epoch, and the elapsed time that viewers do not stand for. */
type StoredProbes = {
  at: Numbers
  viewers: readonly (number | null)[]
  unsampled: Numbers
  missed: Numbers
  elapsed: Numbers
}

/** Probes of numbered channels from their rows. */
export const storedProbes = (
  channel: Numbers,
  { at, viewers, unsampled, missed, elapsed }: StoredProbes,
): ProbeRows => ({
  channel,
  at: at.map((seconds) => seconds * 1_000),
  viewers,
  seconds: elapsed.map((seconds, row) => (viewers[row] === null ? 0 : seconds - unsampled[row]!)),
  missed,
  elapsed,
})

/** Single probes as sums; the time before `from` that a sample stands for does not count. */
export const singleProbes = (rows: ProbeRows, from: number): ProbeColumns => {
  const { channel, at, missed } = rows
  const viewers = rows.viewers.map((count) => count ?? 0)
  const seconds = rows.seconds.map((length, row) => Math.min(length, (at[row]! - from) / 1000))
  const outages = new Map<number, OutageEnd[]>()
  missed.forEach((count, row) => {
    if (count > 1) outages.set(row, [{ until: at[row]!, seconds: rows.elapsed[row]!, missed: count }])
  })
  return {
    channel,
    at,
    firstProbeAt: at,
    lastProbeAt: at,
    probes: at.map(() => 1),
    missed,
    samples: rows.viewers.map((count) => (count === null ? 0 : 1)),
    viewerSeconds: viewers.map((count, row) => count * seconds[row]!),
    seconds,
    low: viewers,
    peak: viewers,
    peakAt: at,
    last: viewers,
    lastAt: at,
    outages,
  }
}

/** Outages by row, as queries answer them: three numbers for each. */
export const outagesByRow = (answer: readonly (readonly Numbers[])[]): Map<number, OutageEnd[]> => {
  const byRow = new Map<number, OutageEnd[]>()
  answer.forEach((ends, row) => {
    const read = ends.map(([until = 0, seconds = 0, missed = 0]) => ({ until, seconds, missed }))
    if (read.length > 0) byRow.set(row, read)
  })
  return byRow
}

/** Sums of buckets as the query answers them: the start of a bucket may lie before the range. */
export type SumRows = Omit<ProbeColumns, 'low' | 'outages'> & {
  low: readonly (number | null)[]
  outages: readonly (readonly Numbers[])[]
}

/** Sums of buckets with each row at an instant of the range from `from`. */
export const bucketSums = (rows: SumRows, from: number): ProbeColumns => ({
  ...rows,
  at: rows.at.map((start) => Math.max(start, from)),
  low: rows.low.map((count) => count ?? 0),
  outages: outagesByRow(rows.outages),
})
