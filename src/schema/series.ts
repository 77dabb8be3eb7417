import { ApiError } from '../lib/errors.ts'
import { type Airtime, airtimeOf, airtimeOfChannels } from '../resolvers/airtime.ts'
import { deliveriesOfChannels } from '../resolvers/delivered.ts'
import { probedChannels } from '../resolvers/probed-rows.ts'
import {
  defaultMaxPoints,
  type ExplainableViewers,
  followsOf,
  followsOfChannels,
  type SeriesArguments,
  viewersOf,
  withDefaults,
} from '../resolvers/series.ts'
import { bucketNames, planBuckets } from '../telemetry/buckets.ts'
import type { FollowPoint, FollowSeries } from '../telemetry/follow-series.ts'
import type { SeriesMeta } from '../telemetry/series.ts'
import type { ViewerPoint, ViewerSummary } from '../telemetry/viewers.ts'
import { builder } from './builder.ts'
import { OutageType } from './outage.ts'
import { delegated } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

/** How finely a series is cut. */
export const BucketEnum = builder.enumType('Bucket', {
  description: 'AUTO is the finest that fits into maxPoints, RAW every observation as it was made.',
  values: bucketNames,
})

const FillEnum = builder.enumType('Fill', {
  description: 'What stands where nothing was observed.',
  values: ['NULL', 'ZERO', 'PREVIOUS'] as const,
})

/** How a series was made. */
export const SeriesMetaType = builder.objectRef<SeriesMeta>('SeriesMeta').implement({
  description: 'How a series was made and how far to trust it.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime' }),
    to: t.expose('to', { type: 'DateTime' }),
    bucket: t.expose('bucket', { type: BucketEnum, description: 'The one used, never AUTO.' }),
    timezone: t.expose('timezone', { type: 'TimeZone' }),
    completeThrough: t.expose('completeThrough', { type: 'DateTime', description: 'Later points may still change.' }),
    coverage: t.exposeFloat('coverage', {
      description:
        'How much of the range was observed, 0 to 1: the probes that were made, of those that were expected; of chat and follows, the time in which the platform is known to have delivered them.',
    }),
  }),
})

const ViewerPointType = builder.objectRef<ViewerPoint>('ViewerPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    average: t.exposeFloat('average', { nullable: true, description: 'Weighted with time.' }),
    min: t.exposeInt('min', { nullable: true }),
    max: t.exposeInt('max', { nullable: true }),
    last: t.exposeInt('last', { nullable: true }),
    samples: t.exposeInt('samples'),
    partial: t.exposeBoolean('partial', { description: 'Cut by the range, or not complete yet.' }),
  }),
})

const ViewerSummaryType = builder.objectRef<ViewerSummary>('ViewerSummary').implement({
  description: 'The whole range; the peak is that of the samples at every bucket size.',
  fields: (t) => ({
    average: t.exposeFloat('average', { nullable: true, description: 'Weighted with time.' }),
    peak: t.exposeInt('peak', { nullable: true }),
    peakAt: t.expose('peakAt', { type: 'DateTime', nullable: true }),
    hoursWatched: t.exposeFloat('hoursWatched'),
    samples: t.exposeInt('samples'),
  }),
})

const ViewerSeriesType = builder.objectRef<ExplainableViewers>('ViewerSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    points: t.expose('points', { type: [ViewerPointType] }),
    summary: t.expose('summary', { type: ViewerSummaryType }),
    outages: t.expose('outages', { type: [OutageType] }),
  }),
})

/** The stretch of a series and how it is cut. */
export const seriesArguments = builder.args((t) => ({
  range: t.field({ type: TimeRangeInput, required: true }),
  bucket: t.field({ type: BucketEnum, defaultValue: 'AUTO' }),
  timezone: t.field({ type: 'TimeZone', defaultValue: 'UTC' }),
}))

/** The points that a series will have at most; none where its arguments are going to be refused. Too many are BUCKET_LIMIT_EXCEEDED. */
export const pointsOf = (args: Record<string, unknown>): number => {
  const asked = withDefaults(args as SeriesArguments)
  try {
    const { bucket, edges } = planBuckets(asked)
    return bucket === 'RAW' ? asked.maxPoints : edges.length
  } catch (error) {
    if (error instanceof ApiError && error.code === 'BUCKET_LIMIT_EXCEEDED') throw error
    return 0
  }
}

const FollowPointType = builder.objectRef<FollowPoint>('FollowPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    follows: t.exposeInt('follows'),
  }),
})

const FollowSeriesType = builder.objectRef<FollowSeries>('FollowSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    points: t.expose('points', { type: [FollowPointType] }),
    total: t.exposeInt('total'),
  }),
})

const AirtimeType = builder.objectRef<Airtime>('Airtime').implement({
  description: 'How long a channel broadcast in a range.',
  fields: (t) => ({
    seconds: t.exposeInt('seconds', {
      description: 'The time on air; parts of broadcasts outside of the range do not count.',
    }),
    broadcasts: t.exposeInt('broadcasts', { description: 'How many there were, wholly or in part.' }),
  }),
})

builder.prismaObjectFields('Channel', (t) => ({
  airtime: t.field({
    type: AirtimeType,
    description:
      'How long it was on air, by its sessions. A broadcast that lasts counts until now. How much of the range was observed is meta.coverage of its viewers: what was broadcast and not seen is not in it.',
    args: { range: t.arg({ type: TimeRangeInput, required: true }) },
    extensions: { sql: delegated({ answers: airtimeOfChannels }) },
    resolve: ({ id }, args, context) => airtimeOf(context, id, args),
  }),
  viewers: t.field({
    type: ViewerSeriesType,
    args: {
      ...seriesArguments,
      maxPoints: t.arg.int({ defaultValue: defaultMaxPoints }),
      fill: t.arg({ type: FillEnum, defaultValue: 'NULL' }),
    },
    extensions: { listSize: pointsOf, sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, args, context) => viewersOf(context, id, args),
  }),
  follows: t.field({
    type: FollowSeriesType,
    description:
      'Follows that the platform reported, by bucket, zero where there were none. They are gross: nobody reports who stops to follow, who follows again after more than an hour counts again, and what came before the event subscription is not in them. RAW is refused: follows are counted.',
    args: { ...seriesArguments },
    extensions: { listSize: pointsOf, sql: delegated({ told: deliveriesOfChannels, answers: followsOfChannels }) },
    resolve: ({ id }, args, context) => followsOf(context, id, args),
  }),
}))
