import { type FactAvailability, type Total, totalAvailability } from '../platforms/platform-definition.ts'
import { type Bucket, planBuckets, type TimeRange } from '../telemetry/buckets.ts'
import { type CountSeries, countSeries } from '../telemetry/count-series.ts'
import { type FollowSeries, followSeries } from '../telemetry/follow-series.ts'
import { refuseRaw, type SeriesOptions } from '../telemetry/series.ts'
import { type Fill, type ViewerSeries, viewerSeries } from '../telemetry/viewers.ts'
import type { Context } from './context.ts'
import { deliveredChannels } from './delivered.ts'
import type { ExplainableOutage } from './outages.ts'
import { probedChannels } from './probed-rows.ts'
import { loadAllTold } from './told-rows.ts'

/** The range of a series and how it is cut. */
export type SeriesArguments = {
  range: TimeRange
  bucket?: Bucket | null
  timezone?: string | null
  maxPoints?: number | null
}

/** The default number of points. */
export const defaultMaxPoints = 500

/** Arguments with their defaults, also where null was given. */
export const withDefaults = ({ range, bucket, timezone, maxPoints }: SeriesArguments) => ({
  range,
  bucket: bucket ?? 'AUTO',
  timezone: timezone ?? 'UTC',
  maxPoints: maxPoints ?? defaultMaxPoints,
})

/** What was found of a channel; throws when the channel is gone. */
export const found = <T>(channelId: bigint, value: T | undefined): T => {
  if (value === undefined) throw new Error(`channel ${channelId} is gone`)
  return value
}

/** Loads one kind of series; all channels of the operation with the same arguments share one query of each store. */
const seriesOf = async <Args extends ReturnType<typeof withDefaults>, Series>(
  context: Context,
  kind: string,
  channelId: bigint,
  asked: Args,
  read: (options: SeriesOptions & Args) => Promise<Map<bigint, Series>>,
): Promise<Series> => {
  const { history, clock, loaders } = context
  const series = await loaders.load(kind, asked, channelId, async (channelIds) => {
    // Refuses wrong arguments before any statement.
    planBuckets(asked)
    const channels = await loadAllTold(context, probedChannels, channelIds)
    const known = { completeThrough: history.completeThrough('probes'), lost: history.lost('probes') }
    return read({ ...asked, ...known, env: history.env, channels, now: new Date(clock()) })
  })
  return found(channelId, series)
}

/** The viewers of a channel, with outages that can be explained. */
export type ExplainableViewers = Omit<ViewerSeries, 'outages'> & { outages: ExplainableOutage[] }

/** The viewers of a channel. */
export const viewersOf = async (
  context: Context,
  channelId: bigint,
  { fill, ...args }: SeriesArguments & { fill?: Fill | null },
): Promise<ExplainableViewers> => {
  const asked = { ...withDefaults(args), fill: fill ?? ('NULL' as const) }
  const series = await seriesOf(context, 'viewers', channelId, asked, (options) =>
    viewerSeries(context.history.store, options),
  )
  return { ...series, outages: series.outages.map((outage) => ({ ...outage, channelId })) }
}

/** What was counted, and whether the platform tells it at all. */
export type CountedSeries = CountSeries & { availability: FactAvailability }

/** The followers or subscribers of a channel, as its platform told them. */
export const countsOf = (
  context: Context,
  counted: Total,
  channelId: bigint,
  args: SeriesArguments,
): Promise<CountedSeries> =>
  seriesOf(context, counted, channelId, withDefaults(args), async (options) => {
    const series = await countSeries(context.history.store, counted, options)
    return new Map(
      options.channels.map(({ channelId, platform }) => [
        channelId,
        { ...series.get(channelId)!, availability: totalAvailability(context.registry, platform, counted) },
      ]),
    )
  })

/** Whether the platform of a channel tells a total. */
export const totalsOf = async (context: Context, total: Total, channelId: bigint): Promise<FactAvailability> => {
  const [channel] = await loadAllTold(context, probedChannels, [channelId])
  return totalAvailability(context.registry, found(channelId, channel).platform, total)
}

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
  return found(channelId, series)
}
