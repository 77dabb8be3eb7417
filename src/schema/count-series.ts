import { type FactAvailability, titlesWithout } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { probedChannels } from '../resolvers/probed-rows.ts'
import { type CountedSeries, countsOf, totalsOf } from '../resolvers/series.ts'
import type { CountPoint } from '../telemetry/count-series.ts'
import { builder } from './builder.ts'
import { pointsOf, SeriesMetaType, seriesArguments } from './series.ts'
import { delegated } from './sql-field.ts'

const FactAvailabilityType = builder.objectRef<FactAvailability>('FactAvailability').implement({
  description: 'Whether a platform tells something of its channels.',
  fields: (t) => ({
    available: t.exposeBoolean('available'),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why not, as a sentence to show; null where it is available.',
    }),
  }),
})

const availability = {
  type: FactAvailabilityType,
  description: 'Whether the platform tells these totals. Where it does not, every last and change is null.',
} as const

const FollowerPointType = builder.objectRef<CountPoint>('FollowerPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    last: t.exposeInt('last', { nullable: true, description: 'Null where the platform did not tell.' }),
    change: t.exposeInt('change', { nullable: true, description: 'Since the last point before that has a count.' }),
  }),
})

const FollowerSeriesType = builder.objectRef<CountedSeries>('FollowerSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    availability: t.expose('availability', availability),
    points: t.expose('points', { type: [FollowerPointType] }),
  }),
})

const SubscriberPointType = builder.objectRef<CountPoint>('SubscriberPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    last: t.exposeInt('last', {
      nullable: true,
      description: 'Null where the platform was not asked. Profiles are looked up about once a day.',
    }),
    change: t.exposeInt('change', { nullable: true, description: 'Since the last point before that has a count.' }),
  }),
})

const SubscriberSeriesType = builder.objectRef<CountedSeries>('SubscriberSeries').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType }),
    availability: t.expose('availability', availability),
    points: t.expose('points', { type: [SubscriberPointType] }),
  }),
})

builder.prismaObjectFields('Channel', (t) => ({
  followers: t.field({
    type: FollowerSeriesType,
    description: `Follower totals by bucket, where the platform tells them. ${titlesWithout(builtInPlatforms, 'followers')} tells none: there, follows counts each follow that was reported.`,
    args: { ...seriesArguments },
    extensions: { listSize: pointsOf, sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, args, context) => countsOf(context, 'followers', id, args),
  }),
  subscribers: t.field({
    type: SubscriberSeriesType,
    description: `Active subscribers by bucket, where the platform tells them. ${titlesWithout(builtInPlatforms, 'subscribers')} tell none.`,
    args: { ...seriesArguments },
    extensions: { listSize: pointsOf, sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, args, context) => countsOf(context, 'subscribers', id, args),
  }),
  followerTotals: t.field({
    type: FactAvailabilityType,
    description: 'Whether the platform tells how many follow a channel, and if not why.',
    extensions: { sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, _, context) => totalsOf(context, 'followers', id),
  }),
  subscriberTotals: t.field({
    type: FactAvailabilityType,
    description: 'Whether the platform tells how many subscribe to a channel, and if not why.',
    extensions: { sql: delegated({ told: probedChannels }) },
    resolve: ({ id }, _, context) => totalsOf(context, 'subscribers', id),
  }),
}))
