import { planBuckets } from '../telemetry/buckets.ts'
import { type FollowSeries, followSeries } from '../telemetry/follow-series.ts'
import { refuseRaw } from '../telemetry/series.ts'
import type { Context } from './context.ts'
import { deliveredChannels } from './delivered.ts'
import { type SeriesArguments, withDefaults } from './series.ts'

/** How often a channel was followed over a range; channels that ask the same share their statements. */
export const followsOf = async (
  context: Context,
  channelId: bigint,
  args: Omit<SeriesArguments, 'maxPoints'>,
): Promise<FollowSeries> => {
  const { databases, history, clock, loaders } = context
  const asked = withDefaults(args)
  const series = await loaders.load('follows', asked, channelId, async (channelIds) => {
    // Refuses wrong arguments before any statement.
    refuseRaw(asked.bucket)
    planBuckets(asked)
    const known = { completeThrough: history.completeThrough('follows'), lost: history.lost('follows') }
    const channels = await deliveredChannels(context, channelIds, 'follows')
    return followSeries(databases.dm, { ...asked, ...known, channels, now: new Date(clock()) })
  })
  if (!series) throw new Error(`channel ${channelId} is gone`)
  return series
}
