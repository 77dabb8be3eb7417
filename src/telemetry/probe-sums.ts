import type { OutageEnd, ProbeColumns } from './probe-columns.ts'

/** Viewers of samples added up in numbered places, such as buckets. Where a place has no samples the rest means nothing. */
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

/** Sums of nothing. */
export const noViewers = (places: number): ViewerSums => ({
  samples: new Float64Array(places),
  viewerSeconds: new Float64Array(places),
  seconds: new Float64Array(places),
  low: new Float64Array(places),
  peak: new Float64Array(places),
  peakAt: new Float64Array(places),
  last: new Float64Array(places),
  lastAt: new Float64Array(places),
})

/** The columns that say what viewers there were; sums have them as well. */
export type ViewerColumns = Pick<ProbeColumns, keyof ViewerSums>

/** Adds a row to a place; the order of the rows does not matter. */
export const addViewers = (sums: ViewerSums, place: number, columns: ViewerColumns, row: number): void => {
  const samples = columns.samples[row]!
  if (samples === 0) return
  const isFirst = sums.samples[place] === 0
  const low = columns.low[row]!
  const peak = columns.peak[row]!
  const peakAt = columns.peakAt[row]!
  const lastAt = columns.lastAt[row]!
  sums.samples[place]! += samples
  sums.viewerSeconds[place]! += columns.viewerSeconds[row]!
  sums.seconds[place]! += columns.seconds[row]!
  if (isFirst || low < sums.low[place]!) sums.low[place] = low
  if (isFirst || peak > sums.peak[place]! || (peak === sums.peak[place] && peakAt < sums.peakAt[place]!)) {
    sums.peak[place] = peak
    sums.peakAt[place] = peakAt
  }
  if (isFirst || lastAt > sums.lastAt[place]!) {
    sums.last[place] = columns.last[row]!
    sums.lastAt[place] = lastAt
  }
}

/** The average of a place, weighted with the time that each sample stands for; null where there are no samples. */
export const averageOf = ({ samples, viewerSeconds, seconds, last }: ViewerSums, place: number): number | null => {
  if (samples[place] === 0) return null
  return seconds[place]! > 0 ? viewerSeconds[place]! / seconds[place]! : last[place]!
}

/** Probes of one channel as looks at it, whatever they saw. */
export type ProbeCounts = {
  probes: number
  missed: number
  /** In milliseconds since the epoch; infinite when there are no probes. */
  firstProbeAt: number
  lastProbeAt: number
  outages: OutageEnd[]
}

/** The columns that say when it was looked. */
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
