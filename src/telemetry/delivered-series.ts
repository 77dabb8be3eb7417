import { type BucketPlan, planBuckets } from './buckets.ts'
import type { ChannelSpan } from './chat-counts.ts'
import type { Elapsed } from './outages.ts'
import { elapsedOf, passedMs, refuseRaw, type SeriesOptions } from './series.ts'

/** A channel, and since when the platform should deliver what is counted; null when that is not known or has ended. */
export type DeliveredChannel = { channelId: bigint; deliveredSince: Date | null }

/** The options of a series of delivered facts; before `completeThrough` every delivery has arrived. */
export type DeliveredSeriesOptions = Pick<
  SeriesOptions,
  'range' | 'bucket' | 'maxPoints' | 'timezone' | 'now' | 'completeThrough' | 'lost'
> & { channels: readonly DeliveredChannel[] }

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
