import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketIndexOf, planBuckets, tooManySamples } from './buckets.ts'
import { type Elapsed, judgeProbes, lostWithin, type Outage } from './outages.ts'
import type { ProbeColumns } from './probe-columns.ts'
import { addViewers, averageOf, noViewers, sumProbeCounts, type ViewerSums } from './probe-sums.ts'
import { readProbes } from './read-probes.ts'
import {
  elapsedOf,
  metaOf,
  type ProbedChannel,
  passedMs,
  rawEdges,
  refuseHopeless,
  type SeriesMeta,
  type SeriesOptions,
} from './series.ts'

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
type Axis = { edges: readonly number[]; dates: readonly Date[] }

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

export type ViewerSeries = { meta: SeriesMeta; points: ViewerPoint[]; summary: ViewerSummary; outages: Outage[] }

export type ViewerSeriesOptions = SeriesOptions & {
  fill: Fill
  /** Above this many expected probes, sums of 15 minutes are read where the buckets allow it. */
  maxSingleProbes?: number
}

type Frame = { plan: BucketPlan; axis: Axis; elapsed: Elapsed; fill: Fill }

const seriesOf = (
  { plan, axis, elapsed, fill }: Frame,
  channel: ProbedChannel,
  columns: ProbeColumns,
  rows: readonly number[],
): ViewerSeries => {
  const { from, to, bucket, maxPoints } = plan
  const { at } = columns
  const inside: number[] = []
  let following: number | undefined
  for (const row of rows) {
    if (at[row]! < to) inside.push(row)
    else if (following === undefined || at[row]! < at[following]!) following = row
  }
  if (bucket === 'RAW' && inside.length > maxPoints) throw tooManySamples(plan, inside.length)

  const next = following === undefined ? undefined : sumProbeCounts(columns, [following])
  const { outages, coverage } = judgeProbes(elapsed, channel, sumProbeCounts(columns, inside), next)
  const instants = () => inside.map((row) => at[row]!)
  const { edges, dates } = bucket === 'RAW' ? axisOf(rawEdges(instants(), elapsed)) : axis
  const bucketCount = Math.max(0, edges.length - 1)
  const sums = noViewers(bucketCount)
  let index = 0
  for (const row of inside) {
    // Rows come in stretches of time, so most lie in the same bucket as the row before.
    if (!(at[row]! >= edges[index]! && at[row]! < edges[index + 1]!)) index = bucketIndexOf(edges, at[row]!)
    addViewers(sums, index, columns, row)
  }
  const total = noViewers(1)
  for (let each = 0; each < bucketCount; each++) addViewers(total, 0, sums, each)
  const complete = Math.min(elapsed.completeThrough, elapsed.now)
  const lacks = (start: number, end: number) => lostWithin(elapsed.lost ?? [], { from: start, to: end }).length > 0
  const points = pointsOf(
    { edges, dates },
    sums,
    (start, end) => start < from || end > to || end > complete || lacks(start, end),
  )
  return {
    meta: metaOf(plan, elapsed, coverage),
    points: fillPoints(points, fill, complete),
    summary: summaryOf(total),
    outages,
  }
}

const frameOf = (plan: BucketPlan, elapsed: Elapsed, fill: Fill): Frame => ({
  plan,
  axis: axisOf(passedMs(elapsed) > 0 ? plan.edges : []),
  elapsed,
  fill,
})

/** The viewers of a channel, from its probes of the range and the next one after it; points without samples are null. */
export const viewerSeriesOf = (
  plan: BucketPlan,
  elapsed: Elapsed,
  channel: ProbedChannel,
  probes: ProbeColumns,
): ViewerSeries => seriesOf(frameOf(plan, elapsed, 'NULL'), channel, probes, [...probes.at.keys()])

/**
 * The viewers of channels over a range, in one query. Buckets are cut on the local clock of the zone. A peak is the peak of
 * the samples, at every bucket size. A range that is empty or lies wholly in the future has no points. Rejects with
 * BAD_USER_INPUT, BUCKET_LIMIT_EXCEEDED or UNAVAILABLE.
 */
export const viewerSeries = async (
  store: ClickHouse,
  options: ViewerSeriesOptions,
): Promise<Map<bigint, ViewerSeries>> => {
  const { env, channels, fill, maxSingleProbes = 20_000, signal } = options
  const plan = planBuckets(options)
  const elapsed = elapsedOf(plan, options)
  refuseHopeless(plan, elapsed, channels)
  const frame = frameOf(plan, elapsed, fill)
  const { columns, rows } = await readProbes(store, channels, { env, plan, elapsed, maxSingleProbes, signal })
  return new Map(
    channels.map((channel) => [channel.channelId, seriesOf(frame, channel, columns, rows.get(channel) ?? [])]),
  )
}
