import { averageOf, type ViewerSums } from './probe-sums.ts'

/** What stands where nothing was observed. */
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
  /** Samples taken in the bucket, whatever fills it. */
  samples: number
  /** Cut by the range, or not complete yet. */
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

// What GraphQL's Int can carry.
const largestInt = 2 ** 31 - 1

const toInt = (viewers: number): number => Math.min(viewers, largestInt)

/** The ends of places in order, as milliseconds since the epoch and as dates. */
export type Axis = { edges: readonly number[]; dates: readonly Date[] }

/** An axis with these ends. */
export const axisOf = (edges: readonly number[]): Axis => ({ edges, dates: edges.map((ms) => new Date(ms)) })

/** The point of every place. */
export const pointsOf = (
  { edges, dates }: Axis,
  sums: ViewerSums,
  isPartial: (start: number, end: number) => boolean,
): ViewerPoint[] =>
  Array.from(sums.samples, (samples, place) => ({
    start: dates[place]!,
    end: dates[place + 1]!,
    average: averageOf(sums, place),
    min: samples > 0 ? toInt(sums.low[place]!) : null,
    max: samples > 0 ? toInt(sums.peak[place]!) : null,
    last: samples > 0 ? toInt(sums.last[place]!) : null,
    samples,
    partial: isPartial(edges[place]!, edges[place + 1]!),
  }))

/** Fills what was not observed, except what begins at `complete` or later, in milliseconds since the epoch. */
export const fillPoints = (points: ViewerPoint[], fill: Fill, complete: number): ViewerPoint[] => {
  if (fill === 'NULL') return points
  let value: number | null = fill === 'ZERO' ? 0 : null
  return points.map((point) => {
    if (fill === 'PREVIOUS') value = point.last ?? value
    if (point.samples > 0 || point.start.getTime() >= complete) return point
    return { ...point, average: value, min: value, max: value, last: value }
  })
}

/** The summary of the first place. */
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
