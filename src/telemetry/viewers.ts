import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import {
  type Bucket,
  type BucketPlan,
  bucketIndex,
  type GridBucket,
  planBuckets,
  type TimeRange,
  tooManySamples,
} from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import { type Elapsed, intervalMs, judgeWatch, type Outage, type Watch } from './outages.ts'
import { addProbes, noProbes, type ProbeTotals } from './probe-totals.ts'
import { readProbes } from './read-probes.ts'

/** What stands where nothing was observed. */
export type Fill = 'NULL' | 'ZERO' | 'PREVIOUS'

/** A channel and what Postgres knows of its probes. */
export type WatchedChannel = ChannelKey & Watch & { channelId: bigint }

/** How a series was made and how far to trust it. */
export type SeriesMeta = TimeRange & {
  bucket: 'RAW' | GridBucket
  timezone: string
  /** Later points may still change. */
  completeThrough: Date
  /** Probes made of those expected, 0 to 1; 0 where nothing of the range has passed. */
  coverage: number
}

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

export type ViewerSeries = { meta: SeriesMeta; points: ViewerPoint[]; summary: ViewerSummary; outages: Outage[] }

export type ViewerSeriesOptions = {
  env: string
  channels: readonly WatchedChannel[]
  range: TimeRange
  bucket: Bucket
  maxPoints: number
  timezone: string
  fill: Fill
  now: Date
  /** Up to where ClickHouse has everything. */
  completeThrough: Date
  /** Above this many expected probes, sums of 15 minutes are read where the buckets allow it. */
  maxSingleProbes?: number
  signal?: AbortSignal | undefined
}

// What GraphQL's Int can carry.
const largestInt = 2 ** 31 - 1

const toInt = (value: number): number => Math.min(Math.round(value), largestInt)

const averageOf = ({ samples, viewerSeconds, seconds, last }: ProbeTotals): number | null => {
  if (samples === 0) return null
  return seconds > 0 ? viewerSeconds / seconds : last
}

const viewersOf = (probes: ProbeTotals): Pick<ViewerPoint, 'average' | 'min' | 'max' | 'last' | 'samples'> => ({
  average: averageOf(probes),
  min: probes.samples === 0 ? null : toInt(probes.low),
  max: probes.samples === 0 ? null : toInt(probes.peak),
  last: probes.samples === 0 ? null : toInt(probes.last),
  samples: probes.samples,
})

const bucketPoints = (plan: BucketPlan, probes: readonly ProbeTotals[], complete: number): ViewerPoint[] => {
  const { from, to, edges } = plan
  const sums = edges.slice(0, -1).map(noProbes)
  for (const some of probes) addProbes(sums[bucketIndex(plan, some.at)]!, some)
  return sums.map((sum, index) => {
    const [start, end] = [edges[index]!, edges[index + 1]!]
    const partial = start < from || end > to || end > complete
    return { start: new Date(start), end: new Date(end), ...viewersOf(sum), partial }
  })
}

const rawPoints = (probes: readonly ProbeTotals[], end: number): ViewerPoint[] => {
  const inOrder = probes.toSorted((a, b) => a.at - b.at)
  return inOrder.map((probe, index) => {
    const next = inOrder[index + 1]
    return {
      start: new Date(probe.at),
      end: new Date(next?.at ?? Math.max(probe.at, end)),
      ...viewersOf(probe),
      partial: next === undefined,
    }
  })
}

/** Fills what was not observed, but nothing that has not begun. */
const fillPoints = (points: ViewerPoint[], fill: Fill, complete: number): ViewerPoint[] => {
  let value: number | null = fill === 'ZERO' ? 0 : null
  if (fill === 'NULL') return points
  return points.map((point) => {
    if (fill === 'PREVIOUS') value = point.last ?? value
    if (point.samples > 0 || point.start.getTime() >= complete) return point
    return { ...point, average: value, min: value, max: value, last: value }
  })
}

const summaryOf = (probes: ProbeTotals): ViewerSummary => ({
  average: averageOf(probes),
  peak: probes.samples === 0 ? null : toInt(probes.peak),
  peakAt: probes.samples === 0 ? null : new Date(probes.peakAt),
  hoursWatched: probes.viewerSeconds / 3600,
  samples: probes.samples,
})

const seriesOf = (
  plan: BucketPlan,
  elapsed: Elapsed,
  channel: WatchedChannel,
  found: readonly ProbeTotals[],
  fill: Fill,
): ViewerSeries => {
  const { from, to, bucket, timezone, maxPoints } = plan
  const inside = found.filter(({ at }) => at < to)
  const next = found
    .filter(({ at }) => at >= to)
    .reduce<ProbeTotals | undefined>((first, probe) => (first && first.at <= probe.at ? first : probe), undefined)
  if (bucket === 'RAW' && inside.length > maxPoints) throw tooManySamples(plan, inside.length)
  const sum = noProbes(from)
  for (const probes of inside) addProbes(sum, probes)
  const { outages, coverage } = judgeWatch(elapsed, channel, sum, next)
  const complete = Math.min(elapsed.completeThrough, elapsed.now)
  const points =
    bucket === 'RAW' ? rawPoints(inside, Math.min(next?.at ?? elapsed.now, to)) : bucketPoints(plan, inside, complete)
  return {
    meta: {
      from: new Date(from),
      to: new Date(to),
      bucket,
      timezone,
      completeThrough: new Date(elapsed.completeThrough),
      coverage,
    },
    points: fillPoints(points, fill, complete),
    summary: summaryOf(sum),
    outages,
  }
}

/**
 * The viewers of channels over a range, in one query. Buckets are cut on the local clock of the zone; a peak is the peak
 * of the samples at every bucket size. A range that lies wholly in the future, or is empty, has no points. Rejects with
 * BAD_USER_INPUT, BUCKET_LIMIT_EXCEEDED or UNAVAILABLE.
 */
export const viewerSeries = async (
  store: ClickHouse,
  options: ViewerSeriesOptions,
): Promise<Map<bigint, ViewerSeries>> => {
  const { env, channels, fill, maxSingleProbes = 20_000, signal } = options
  const plan = planBuckets(options)
  const { from, to } = plan
  const elapsed = { from, to, now: options.now.getTime(), completeThrough: options.completeThrough.getTime() }
  const passed = Math.min(to, elapsed.now) - from
  if (plan.bucket === 'RAW' && channels.length > 0) {
    // Probes of a channel that is off are up to five times rarer than those of one that is live.
    const fewest = Math.floor(passed / (5 * Math.max(...channels.map(intervalMs))))
    if (fewest > plan.maxPoints) throw tooManySamples(plan, fewest)
  }
  const hasPassed = passed > 0 && channels.length > 0
  const found = hasPassed
    ? await readProbes(store, channels, { env, plan, elapsed, maxSingleProbes, signal })
    : undefined
  const shown = passed > 0 ? plan : { ...plan, edges: [] }
  return new Map(
    channels.map((channel) => [channel.channelId, seriesOf(shown, elapsed, channel, found?.get(channel) ?? [], fill)]),
  )
}
