import { type Bucket, type BucketPlan, type GridBucket, type TimeRange, tooManySamples } from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import { type Elapsed, intervalMs, type Watch } from './outages.ts'

/** A channel and what Postgres knows of its probes. */
export type WatchedChannel = ChannelKey & Watch & { channelId: bigint }

/** What every series is asked with. */
export type SeriesOptions = {
  env: string
  channels: readonly WatchedChannel[]
  range: TimeRange
  bucket: Bucket
  maxPoints: number
  /** IANA name. */
  timezone: string
  now: Date
  /** Up to where ClickHouse has everything. */
  completeThrough: Date
  signal?: AbortSignal | undefined
}

/** How a series was made and how far to trust it. */
export type SeriesMeta = TimeRange & {
  bucket: 'RAW' | GridBucket
  timezone: string
  /** Later points may still change. */
  completeThrough: Date
  /** Probes made of those expected, 0 to 1; 0 where nothing of the range has passed. */
  coverage: number
}

/** A plan's range against the clock. */
export const elapsedOf = ({ from, to }: BucketPlan, { now, completeThrough }: SeriesOptions): Elapsed => ({
  from,
  to,
  now: now.getTime(),
  completeThrough: completeThrough.getTime(),
})

/** Milliseconds of the range that have passed. */
export const passedMs = ({ from, to, now }: Elapsed): number => Math.max(0, Math.min(to, now) - from)

/** How a series was made. */
export const metaOf = (plan: BucketPlan, { completeThrough }: Elapsed, coverage: number): SeriesMeta => ({
  from: new Date(plan.from),
  to: new Date(plan.to),
  bucket: plan.bucket,
  timezone: plan.timezone,
  completeThrough: new Date(completeThrough),
  coverage,
})

/** The ends of the places of a RAW series: every instant begins one that lasts until the next. */
export const rawEdges = (instants: readonly number[], { to, now }: Elapsed): number[] => {
  const starts = instants.toSorted((a, b) => a - b)
  const last = starts.at(-1)
  return last === undefined ? [] : [...starts, Math.max(last, Math.min(to, now))]
}

/** Refuses a RAW series that must have too many points, before it is read. */
export const refuseHopeless = (plan: BucketPlan, elapsed: Elapsed, channels: readonly WatchedChannel[]): void => {
  if (plan.bucket !== 'RAW' || channels.length === 0) return
  // Probes of a channel that is off are up to five times rarer than those of one that is live.
  const fewest = Math.floor(passedMs(elapsed) / (5 * Math.max(...channels.map(intervalMs))))
  if (fewest > plan.maxPoints) throw tooManySamples(plan, fewest)
}
