import type { Transaction } from '../stores/postgres/postgres.ts'
import { type DeliveredSeriesOptions, planDelivered } from './delivered-series.ts'
import { countFollows } from './follow-counts.ts'
import { deliveryCoverage, metaOf, type SeriesMeta } from './series.ts'

/** One bucket of follows; zero where there were none. */
export type FollowPoint = { start: Date; end: Date; follows: number }

export type FollowSeries = { meta: SeriesMeta; points: FollowPoint[]; total: number }

/**
 * How often channels were followed over a range, in one statement. A range that is empty or lies wholly in the future has no
 * points. Rejects with BAD_USER_INPUT or BUCKET_LIMIT_EXCEEDED.
 */
export const followSeries = async (
  db: Transaction,
  options: DeliveredSeriesOptions,
): Promise<Map<bigint, FollowSeries>> => {
  const { channels } = options
  const { plan, elapsed, edges, spans } = planDelivered(options)
  const counts = await countFollows(db, spans)
  return new Map(
    channels.map(({ channelId, deliveredSince }, index) => {
      const found = counts[index]!
      const points = found.follows.map((follows, place) => ({
        start: new Date(edges[place]!),
        end: new Date(edges[place + 1]!),
        follows,
      }))
      const total = found.follows.reduce((sum, follows) => sum + follows, 0)
      return [
        channelId,
        { meta: metaOf(plan, elapsed, deliveryCoverage(elapsed, deliveredSince, found)), points, total },
      ]
    }),
  )
}
