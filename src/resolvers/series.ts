import { type FactAvailability, type Total, totalAvailability } from '../platforms/platform-definition.ts'
import { type Bucket, type BucketPlan, type BucketRequest, planBuckets, type TimeRange } from '../telemetry/buckets.ts'
import { type CountSeries, countSeries } from '../telemetry/count-series.ts'
import {
  addFollows,
  type CountFollowsOf,
  countingIn,
  type FollowCounts,
  type FollowSeries,
  followBucketsSql,
  followSeries,
  noFollows,
} from '../telemetry/follow-series.ts'
import { refuseRaw, type SeriesOptions } from '../telemetry/series.ts'
import { type Fill, type ViewerSeries, viewerSeries } from '../telemetry/viewers.ts'
import type { Context } from './context.ts'
import { deliveredChannels } from './delivered.ts'
import type { ExplainableOutage } from './outages.ts'
import { probedChannels } from './probed-rows.ts'
import { loadAllTold, loadAnswer, type ToldAnswers } from './told-rows.ts'

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

type FollowsArguments = Omit<SeriesArguments, 'maxPoints'>

/** A range of follows and how it is cut, as JSON; instants in milliseconds of the epoch. */
type AskedFollows = Pick<BucketRequest, 'bucket' | 'timezone' | 'maxPoints'> & { from: number; to: number }

const planFollows = ({ from, to, ...cut }: AskedFollows): BucketPlan =>
  planBuckets({ ...cut, range: { from: new Date(from), to: new Date(to) } })

/** The follows of channels by bucket. */
export const followsOfChannels: ToldAnswers<FollowsArguments, AskedFollows, FollowCounts> = {
  name: 'follow counts',
  ask(args) {
    const { range, ...cut } = withDefaults(args)
    refuseRaw(cut.bucket)
    const { from, to } = planBuckets({ range, ...cut })
    return { from, to, ...cut }
  },
  values(asked) {
    const { from, to, edges } = planFollows(asked)
    return [new Date(from), new Date(to), edges.map((edge) => new Date(edge))]
  },
  sql(channel, [from, to, edges]) {
    const buckets = followBucketsSql({
      channelId: `${channel}.id`,
      from: `${from}::timestamptz`,
      to: `${to}::timestamptz`,
      edges: `${edges}::timestamptz[]`,
    })
    return `(SELECT json_build_array(${channel}.id::text, cardinality(${edges}::timestamptz[]),
        coalesce(json_agg(json_build_array(f.bucket, f.follows, f.first_at, f.last_at) ORDER BY f.bucket), '[]'))
      FROM ${buckets} f)`
  },
  read(list) {
    const [id, edges, rows] = list as [string, number, [number, number, string, string][]]
    const counts = noFollows({ edges: Array<number>(edges) })
    for (const [bucket, follows, firstAt, lastAt] of rows)
      addFollows(counts, { bucket, follows, firstAt: new Date(firstAt), lastAt: new Date(lastAt) })
    return [BigInt(id), counts]
  },
  async load({ databases }, ids, asked) {
    const counts = await countingIn(databases.dm)(ids, planFollows(asked))
    return new Map(ids.map((id, index) => [id, counts[index]!]))
  },
}

/** How often a channel was followed over a range; channels that ask the same share their statements. */
export const followsOf = async (context: Context, channelId: bigint, args: FollowsArguments): Promise<FollowSeries> => {
  const { history, clock, loaders } = context
  const asked = withDefaults(args)
  const series = await loaders.load('follows', asked, channelId, async (channelIds) => {
    // Refuses wrong arguments before any statement.
    const counted = followsOfChannels.ask(args, context.now)
    const known = { completeThrough: history.completeThrough('follows'), lost: history.lost('follows') }
    const channels = await deliveredChannels(context, channelIds, 'follows')
    const count: CountFollowsOf = (ids) =>
      Promise.all(ids.map(async (id) => found(id, await loadAnswer(context, followsOfChannels, counted, id))))
    return followSeries(count, { ...asked, ...known, channels, now: new Date(clock()) })
  })
  return found(channelId, series)
}
