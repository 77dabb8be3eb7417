import { badInput } from '../lib/errors.ts'
import { type Bucket, type BucketPlan, type GridBucket, type TimeRange, tooManySamples } from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import { type Elapsed, intervalMs, type LostSpan, lostWithin, type ProbeTiming } from './outages.ts'

/** A channel and what Postgres knows of its probes. */
export type ProbedChannel = ChannelKey & ProbeTiming & { channelId: bigint }

/** What every series is asked with. */
export type SeriesOptions = {
  env: string
  channels: readonly ProbedChannel[]
  range: TimeRange
  bucket: Bucket
  maxPoints: number
  /** IANA name. */
  timezone: string
  now: Date
  /** Up to where ClickHouse has everything that is not lost. */
  completeThrough: Date
  /** Spans of which rows are lost; absent: none. */
  lost?: readonly LostSpan[]
  signal?: AbortSignal | undefined
}

/** How a series was made and how far to trust it. */
export type SeriesMeta = TimeRange & {
  bucket: 'RAW' | GridBucket
  timezone: string
  /** Later points may still change. */
  completeThrough: Date
  /** How much of the range was observed, 0 to 1; 0 where nothing of it has passed. */
  coverage: number
}

/** A plan's range against the clock. */
export const elapsedOf = (
  { from, to }: BucketPlan,
  { now, completeThrough, lost = [] }: Pick<SeriesOptions, 'now' | 'completeThrough' | 'lost'>,
): Elapsed => ({
  from,
  to,
  now: now.getTime(),
  completeThrough: completeThrough.getTime(),
  lost,
})

/** Up to where a stretch is complete, in milliseconds since the epoch: what is lost and may be repaired can still change it. */
export const completeWithin = (
  { from, to }: { from: number; to: number },
  { completeThrough, lost = [] }: Pick<Elapsed, 'completeThrough' | 'lost'>,
): number => {
  const missing = lost.filter((span) => span.mayReturn && span.from < to && span.to > from)
  return Math.min(completeThrough, ...missing.map((span) => span.from))
}

/** Milliseconds of the range that have passed. */
export const passedMs = ({ from, to, now }: Elapsed): number => Math.max(0, Math.min(to, now) - from)

/** How a series was made. */
export const metaOf = (plan: BucketPlan, elapsed: Elapsed, coverage: number): SeriesMeta => ({
  from: new Date(plan.from),
  to: new Date(plan.to),
  bucket: plan.bucket,
  timezone: plan.timezone,
  completeThrough: new Date(completeWithin(plan, elapsed)),
  coverage,
})

/** The ends of the places of a RAW series: every instant begins one that lasts until the next. */
export const rawEdges = (instants: readonly number[], { to, now }: Elapsed): number[] => {
  const starts = instants.toSorted((a, b) => a - b)
  const last = starts.at(-1)
  return last === undefined ? [] : [...starts, Math.max(last, Math.min(to, now))]
}

/** Refuses RAW for what is counted: without a stretch of time there is no count. */
export const refuseRaw = (bucket: Bucket): void => {
  if (bucket === 'RAW')
    throw badInput('bucket must be AUTO or one from MINUTE to MONTH: messages and follows are counted.')
}

/**
 * The share of the passed range in which a platform delivered what it was asked to, as far as is known: since it was asked,
 * and before that, or without that, from the first to the last thing it delivered, in milliseconds since the epoch. Time of which
 * rows are lost is not covered.
 */
export const deliveryCoverage = (
  elapsed: Elapsed,
  deliveredSince: Date | null,
  { firstAt, lastAt }: { firstAt: number; lastAt: number },
): number => {
  const passed = passedMs(elapsed)
  const end = elapsed.from + passed
  const since = Math.max(elapsed.from, Math.min(firstAt, deliveredSince?.getTime() ?? end))
  // Messages are dated in seconds: the last one stands for all of its own.
  const until = deliveredSince ? end : Math.min(end, lastAt + 1000)
  const gone = lostWithin(elapsed.lost ?? [], { from: since, to: until })
  const covered = Math.max(0, until - since) - gone.reduce((sum, span) => sum + span.to - span.from, 0)
  return passed === 0 ? 0 : covered / passed
}

/** Refuses a RAW series that must have too many points, before it is read. */
export const refuseHopeless = (plan: BucketPlan, elapsed: Elapsed, channels: readonly ProbedChannel[]): void => {
  if (plan.bucket !== 'RAW' || channels.length === 0) return
  // Probes of a channel that is off are up to five times rarer than those of one that is live.
  const fewest = Math.floor(passedMs(elapsed) / (5 * Math.max(...channels.map(intervalMs))))
  if (fewest > plan.maxPoints) throw tooManySamples(plan, fewest)
}
