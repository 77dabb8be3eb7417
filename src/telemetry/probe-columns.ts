import { list, number, numbers } from '../stores/clickhouse/columns.ts'

/** A probe that ended an outage: when, in milliseconds since the epoch, after how many seconds and how many missed probes. */
export type OutageEnd = { until: number; seconds: number; missed: number }

/** Numbers by row. */
export type Numbers = readonly number[] | Float64Array

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

/** Single probes as they were made; viewers are NaN where there were none to count. */
export type ProbeRows = {
  channel: Numbers
  at: Numbers
  viewers: Numbers
  seconds: Numbers
  missed: Numbers
  elapsed: Numbers
}

/** Single probes as queries answer them: instants in seconds since the epoch, and the elapsed time that viewers do not stand for. */
type StoredProbes = { at: Numbers; viewers: Numbers; unsampled: Numbers; missed: Numbers; elapsed: Numbers }

/** No single probe, to add some. */
export const noProbes = (): Record<keyof ProbeRows, number[]> => {
  return { channel: [], at: [], viewers: [], seconds: [], missed: [], elapsed: [] }
}

/** Probes of numbered channels from their rows. */
export const storedProbes = (channel: Numbers, stored: StoredProbes): ProbeRows => {
  const { viewers, unsampled, missed, elapsed } = stored
  const at = new Float64Array(viewers.length)
  const seconds = new Float64Array(viewers.length)
  for (let row = 0; row < viewers.length; row++) {
    at[row] = stored.at[row]! * 1_000
    if (!Number.isNaN(viewers[row])) seconds[row] = elapsed[row]! - unsampled[row]!
  }
  return { channel, at, viewers, seconds, missed, elapsed }
}

/** Single probes as sums; the time before `from` that a sample stands for does not count. */
export const singleProbes = (rows: ProbeRows, from: number): ProbeColumns => {
  const { channel, at, missed } = rows
  const { length } = at
  const column = () => new Float64Array(length)
  const [viewers, seconds, samples, viewerSeconds] = [column(), column(), column(), column()]
  const outages = new Map<number, OutageEnd[]>()
  for (let row = 0; row < length; row++) {
    const count = rows.viewers[row]!
    seconds[row] = Math.min(rows.seconds[row]!, (at[row]! - from) / 1000)
    if (!Number.isNaN(count)) {
      viewers[row] = count
      samples[row] = 1
      viewerSeconds[row] = count * seconds[row]!
    }
    if (missed[row]! > 1) outages.set(row, [{ until: at[row]!, seconds: rows.elapsed[row]!, missed: missed[row]! }])
  }
  return {
    channel,
    at,
    firstProbeAt: at,
    lastProbeAt: at,
    probes: new Float64Array(length).fill(1),
    missed,
    samples,
    viewerSeconds,
    seconds,
    low: viewers,
    peak: viewers,
    peakAt: at,
    last: viewers,
    lastAt: at,
    outages,
  }
}

/** The columns of queries that tell when channels were probed. */
export const probeCountRow = {
  ...numbers('channel', 'at', 'probes', 'missed', 'firstProbeAt', 'lastProbeAt'),
  outages: list(list(number)),
}

/** Outages by row, as queries answer them: three numbers for each. */
export const outagesByRow = (answer: readonly (readonly (readonly number[])[])[]): Map<number, OutageEnd[]> => {
  const byRow = new Map<number, OutageEnd[]>()
  answer.forEach((ends, row) => {
    const read = ends.map(([until = 0, seconds = 0, missed = 0]) => ({ until, seconds, missed }))
    if (read.length > 0) byRow.set(row, read)
  })
  return byRow
}

/** Sums of buckets as the query answers them: the start of a bucket may lie before the range. */
export type SumRows = Omit<ProbeColumns, 'at' | 'low' | 'outages'> & {
  at: readonly number[]
  low: readonly (number | null)[]
  outages: readonly (readonly (readonly number[])[])[]
}

/** Sums of buckets with each row at an instant of the range from `from`. */
export const bucketSums = (rows: SumRows, from: number): ProbeColumns => ({
  ...rows,
  at: rows.at.map((start) => Math.max(start, from)),
  low: rows.low.map((count) => count ?? 0),
  outages: outagesByRow(rows.outages),
})
