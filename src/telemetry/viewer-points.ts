import { averageOf, type ViewerSums } from './probe-sums.ts'

/** The values of points without a sample. */
export type Fill = 'NULL' | 'ZERO' | 'PREVIOUS'

/** One bucket or, in RAW, one probe and the time until the next. */
export type ViewerPoint = {
  start: Date
  end: Date
  /** Weighted with the time that each sample stands for. */
  average: number | null
  min: number | null
  max: number | null
  last: number | null
  /** Samples taken in the bucket; 0 in a filled one. */
  samples: number
  /** Whether the range cuts it, or rows are missing. */
  partial: boolean
}

export type ViewerSummary = {
  average: number | null
  peak: number | null
  /** The first instant of the peak. */
  peakAt: Date | null
  hoursWatched: number
  samples: number
}

// The largest Int of GraphQL.
const largestInt = 2 ** 31 - 1

const toInt = (viewers: number): number => Math.min(viewers, largestInt)

/** The edges of buckets in order, as milliseconds since the epoch and as dates. */
export type Axis = { edges: readonly number[]; dates: readonly Date[] }

/** The axis with these edges. */
export const axisOf = (edges: readonly number[]): Axis => ({ edges, dates: edges.map((ms) => new Date(ms)) })

/** The point of every bucket. */
export const pointsOf = (
  { edges, dates }: Axis,
  sums: ViewerSums,
  isPartial: (start: number, end: number) => boolean,
): ViewerPoint[] =>
  Array.from(sums.samples, (samples, index) => ({
    start: dates[index]!,
    end: dates[index + 1]!,
    average: averageOf(sums, index),
    min: samples > 0 ? toInt(sums.low[index]!) : null,
    max: samples > 0 ? toInt(sums.peak[index]!) : null,
    last: samples > 0 ? toInt(sums.last[index]!) : null,
    samples,
    partial: isPartial(edges[index]!, edges[index + 1]!),
  }))

/** Fills points without samples that begin before `complete`, in milliseconds since the epoch. */
export const fillPoints = (points: ViewerPoint[], fill: Fill, complete: number): ViewerPoint[] => {
  if (fill === 'NULL') return points
  let value: number | null = fill === 'ZERO' ? 0 : null
  return points.map((point) => {
    if (fill === 'PREVIOUS') value = point.last ?? value
    if (point.samples > 0 || point.start.getTime() >= complete) return point
    return { ...point, average: value, min: value, max: value, last: value }
  })
}

/** The summary of the first bucket. */
export const summaryOf = (sums: ViewerSums): ViewerSummary => {
  const samples = sums.samples[0]!
  return {
    average: averageOf(sums, 0),
    peak: samples > 0 ? toInt(sums.peak[0]!) : null,
    peakAt: samples > 0 ? new Date(sums.peakAt[0]!) : null,
    hoursWatched: sums.viewerSeconds[0]! / 3600,
    samples,
  }
}
