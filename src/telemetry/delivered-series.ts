import { type BucketPlan, planBuckets } from './buckets.ts'
import type { Elapsed } from './outages.ts'
import { elapsedOf, passedMs, refuseRaw, type SeriesOptions } from './series.ts'

/** A channel, and since when the platform is to deliver what is counted; null where that is not known or has ended. */
export type DeliveredChannel = { channelId: bigint; deliveredSince: Date | null }

/** What a series of delivered facts is asked with; `completeThrough` is up to where every one that was delivered has arrived. */
export type DeliveredSeriesOptions = Pick<
  SeriesOptions,
  'range' | 'bucket' | 'maxPoints' | 'timezone' | 'now' | 'completeThrough' | 'lost'
> & { channels: readonly DeliveredChannel[] }

/** A stretch of one channel and the ends of the buckets that it is counted in. */
export type DeliveredSpan = { channelId: bigint; from: number; to: number; edges: readonly number[] }

/** How the range is cut, and a span for each channel, without buckets where nothing of the range has passed. BAD_USER_INPUT or BUCKET_LIMIT_EXCEEDED. */
export const planDelivered = (
  options: DeliveredSeriesOptions,
): { plan: BucketPlan; elapsed: Elapsed; edges: readonly number[]; spans: DeliveredSpan[] } => {
  refuseRaw(options.bucket)
  const plan = planBuckets(options)
  const elapsed = elapsedOf(plan, options)
  const edges = passedMs(elapsed) > 0 ? plan.edges : []
  const spans = options.channels.map(({ channelId }) => ({ channelId, from: plan.from, to: plan.to, edges }))
  return { plan, elapsed, edges, spans }
}
