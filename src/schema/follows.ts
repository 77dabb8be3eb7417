import { followsOf } from '../resolvers/follows.ts'
import type { FollowPoint, FollowSeries } from '../telemetry/follow-series.ts'
import { builder } from './builder.ts'
import { pointsOf, SeriesMetaType, seriesArguments } from './series.ts'
import { delegated } from './sql-field.ts'

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

builder.prismaObjectField('Channel', 'follows', (t) =>
  t.field({
    type: FollowSeriesType,
    description: 'Follows by bucket, zero where there were none. RAW is refused: follows are counted.',
    args: { ...seriesArguments },
    extensions: { listSize: pointsOf, sql: delegated() },
    resolve: ({ id }, args, context) => followsOf(context, id, args),
  }),
)
