import type { OutageEnd, ProbeColumns } from './probe-columns.ts'

/** Viewers of samples added up by bucket. In a bucket without samples the other numbers mean nothing. */
export type ViewerSums = {
  readonly samples: Float64Array
  readonly viewerSeconds: Float64Array
  readonly seconds: Float64Array
  readonly low: Float64Array
  readonly peak: Float64Array
  /** The first instant of the peak, in milliseconds since the epoch. */
  readonly peakAt: Float64Array
  readonly last: Float64Array
  readonly lastAt: Float64Array
}

/** Sums without any sample. */
export const noViewers = (bucketCount: number): ViewerSums => ({
  samples: new Float64Array(bucketCount),
  viewerSeconds: new Float64Array(bucketCount),
  seconds: new Float64Array(bucketCount),
  low: new Float64Array(bucketCount),
  peak: new Float64Array(bucketCount),
  peakAt: new Float64Array(bucketCount),
  last: new Float64Array(bucketCount),
  lastAt: new Float64Array(bucketCount),
})

/** The columns about viewers; sums have them as well. */
export type ViewerColumns = Pick<ProbeColumns, keyof ViewerSums>

/** Adds a row to a bucket; the order of the rows does not matter. */
export const addViewers = (sums: ViewerSums, index: number, columns: ViewerColumns, row: number): void => {
  const samples = columns.samples[row]!
  if (samples === 0) return
  const isFirst = sums.samples[index] === 0
  const low = columns.low[row]!
  const peak = columns.peak[row]!
  const peakAt = columns.peakAt[row]!
  const lastAt = columns.lastAt[row]!
  sums.samples[index]! += samples
  sums.viewerSeconds[index]! += columns.viewerSeconds[row]!
  sums.seconds[index]! += columns.seconds[row]!
  if (isFirst || low < sums.low[index]!) sums.low[index] = low
  if (isFirst || peak > sums.peak[index]! || (peak === sums.peak[index] && peakAt < sums.peakAt[index]!)) {
    sums.peak[index] = peak
    sums.peakAt[index] = peakAt
  }
  if (isFirst || lastAt > sums.lastAt[index]!) {
    sums.last[index] = columns.last[row]!
    sums.lastAt[index] = lastAt
  }
}

/** The average of a bucket, weighted with the time that each sample stands for; null without samples. */
export const averageOf = ({ samples, viewerSeconds, seconds, last }: ViewerSums, index: number): number | null => {
  if (samples[index] === 0) return null
  return seconds[index]! > 0 ? viewerSeconds[index]! / seconds[index]! : last[index]!
}

/** How often one channel was probed, whatever the probes saw. */
export type ProbeCounts = {
  probes: number
  missed: number
  /** In milliseconds since the epoch; infinite without probes. */
  firstProbeAt: number
  lastProbeAt: number
  outages: OutageEnd[]
}

/** The columns about when channels were probed. */
export type ProbeCountColumns = Pick<ProbeColumns, 'probes' | 'missed' | 'firstProbeAt' | 'lastProbeAt' | 'outages'>

/** Adds up rows of one channel. */
export const sumProbeCounts = (columns: ProbeCountColumns, rows: readonly number[]): ProbeCounts => {
  const sums: ProbeCounts = {
    probes: 0,
    missed: 0,
    firstProbeAt: Number.POSITIVE_INFINITY,
    lastProbeAt: Number.NEGATIVE_INFINITY,
    outages: [],
  }
  for (const row of rows) {
    sums.probes += columns.probes[row]!
    sums.missed += columns.missed[row]!
    sums.firstProbeAt = Math.min(sums.firstProbeAt, columns.firstProbeAt[row]!)
    sums.lastProbeAt = Math.max(sums.lastProbeAt, columns.lastProbeAt[row]!)
    if (columns.outages.size > 0) sums.outages.push(...(columns.outages.get(row) ?? []))
  }
  return sums
}
