import { badInput } from '../lib/errors.ts'
import {
  type Bucket,
  type BucketPlan,
  type BucketRequest,
  type GridBucket,
  planBuckets,
  type TimeRange,
  tooManySamples,
} from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import type { ChannelSpan } from './chat-counts.ts'
import { type Elapsed, intervalMs, type LostSpan, lostWithin, type ProbeTiming } from './outages.ts'

/** A channel, and since when the platform should deliver what is counted; null when that is not known or has ended. */
export type DeliveredChannel = { channelId: bigint; deliveredSince: Date | null }

/** The options of a series of delivered facts; before `completeThrough` every delivery has arrived. */
export type DeliveredSeriesOptions = BucketRequest &
  Pick<SeriesOptions, 'now' | 'completeThrough' | 'lost'> & { channels: readonly DeliveredChannel[] }

/** Cuts the range, with a span for each channel. There are no buckets when nothing of the range has passed. BAD_USER_INPUT or BUCKET_LIMIT_EXCEEDED. */
export const planDelivered = (
  options: DeliveredSeriesOptions,
): { plan: BucketPlan; elapsed: Elapsed; edges: readonly number[]; spans: ChannelSpan[] } => {
  refuseRaw(options.bucket)
  const plan = planBuckets(options)
  const elapsed = elapsedOf(plan, options)
  const edges = passedMs(elapsed) > 0 ? plan.edges : []
  const spans = options.channels.map(({ channelId }) => ({ channelId, from: plan.from, to: plan.to, edges }))
  return { plan, elapsed, edges, spans }
}

/** A channel and what Postgres knows of its probes. */
export type ProbedChannel = ChannelKey & ProbeTiming & { channelId: bigint }

/** The options of every series. */
export type SeriesOptions = BucketRequest & {
  env: string
  channels: readonly ProbedChannel[]
  now: Date
  /** The instant before which ClickHouse has everything that is not lost. */
  completeThrough: Date
  /** Spans of which rows are lost; absent when there are none. */
  lost?: readonly LostSpan[]
  signal?: AbortSignal | undefined
}

/** How a series was made, and how complete it is. */
export type SeriesMeta = TimeRange & {
  bucket: 'RAW' | GridBucket
  timezone: string
  /** Later points may still change. */
  completeThrough: Date
  /** The observed share of the range that has passed, 0 to 1; 0 when nothing has passed. */
  coverage: number
}

/** How much of a plan's range has passed and is complete. */
export const elapsedOf = (
  { from, to }: BucketPlan,
  { now, completeThrough, lost = [] }: Pick<SeriesOptions, 'now' | 'completeThrough' | 'lost'>,
): Elapsed => ({ from, to, now: now.getTime(), completeThrough: completeThrough.getTime(), lost })

/** The instant before which a stretch can not change any more, in milliseconds since the epoch. A loss that may be repaired can change it. */
export const completeWithin = (
  { from, to }: { from: number; to: number },
  { completeThrough, lost = [] }: Pick<Elapsed, 'completeThrough' | 'lost'>,
): number => {
  const missing = lost.filter((span) => span.mayReturn && span.from < to && span.to > from)
  return Math.min(completeThrough, ...missing.map((span) => span.from))
}

/** Milliseconds of the range that have passed. */
export const passedMs = ({ from, to, now }: Elapsed): number => Math.max(0, Math.min(to, now) - from)

/** The description of a series. */
export const metaOf = (plan: BucketPlan, elapsed: Elapsed, coverage: number): SeriesMeta => ({
  from: new Date(plan.from),
  to: new Date(plan.to),
  bucket: plan.bucket,
  timezone: plan.timezone,
  completeThrough: new Date(completeWithin(plan, elapsed)),
  coverage,
})

/** The edges of a RAW series: every instant begins a point that lasts until the next. */
export const rawEdges = (instants: readonly number[], { to, now }: Elapsed): number[] => {
  const starts = instants.toSorted((a, b) => a - b)
  const last = starts.at(-1)
  return last === undefined ? [] : [...starts, Math.max(last, Math.min(to, now))]
}

/** Refuses RAW for counts, because a count needs a stretch of time. */
export const refuseRaw = (bucket: Bucket): void => {
  if (bucket === 'RAW')
    throw badInput('bucket must be AUTO or one from MINUTE to MONTH: messages, follows and deliveries are counted.')
}

/**
 * The share of the passed range in which the platform delivered. It delivered since it was asked to. Without that, it surely
 * delivered from its first to its last delivery, `firstAt` to `lastAt` in milliseconds since the epoch. Time of which rows are
 * lost does not count.
 */
export const deliveryCoverage = (
  elapsed: Elapsed,
  deliveredSince: Date | null,
  { firstAt, lastAt }: { firstAt: number; lastAt: number },
): number => {
  const passed = passedMs(elapsed)
  const end = elapsed.from + passed
  const since = Math.max(elapsed.from, Math.min(firstAt, deliveredSince?.getTime() ?? end))
  // Messages are dated in seconds, so the last one stands for its whole second.
  const until = deliveredSince ? end : Math.min(end, lastAt + 1000)
  const gone = lostWithin(elapsed.lost ?? [], { from: since, to: until })
  const covered = Math.max(0, until - since) - gone.reduce((sum, span) => sum + span.to - span.from, 0)
  return passed === 0 ? 0 : covered / passed
}

/** Refuses a RAW series before it is read, if it must have too many points. */
export const refuseHopeless = (plan: BucketPlan, elapsed: Elapsed, channels: readonly ProbedChannel[]): void => {
  if (plan.bucket !== 'RAW' || channels.length === 0) return
  // An offline channel is probed at most five times more rarely than a live one.
  const fewest = Math.floor(passedMs(elapsed) / (5 * Math.max(...channels.map(intervalMs))))
  if (fewest > plan.maxPoints) throw tooManySamples(plan, fewest)
}
