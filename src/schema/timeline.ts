import { probedSessions } from '../resolvers/probed-rows.ts'
import { defaultMaxPoints } from '../resolvers/series.ts'
import { timelineOf } from '../resolvers/timeline.ts'
import { largestMaxPoints } from '../telemetry/buckets.ts'
import type { SessionPoint, SessionTimeline } from '../telemetry/session-timeline.ts'
import { builder } from './builder.ts'
import { selects } from './selects.ts'
import { BucketEnum, SeriesMetaType } from './series.ts'
import { delegated } from './sql-field.ts'

const SessionPointType = builder.objectRef<SessionPoint>('SessionPoint').implement({
  fields: (t) => ({
    start: t.expose('start', { type: 'DateTime' }),
    end: t.expose('end', { type: 'DateTime' }),
    viewers: t.exposeFloat('viewers', {
      nullable: true,
      description: 'Average, weighted with time; null where the channel was not probed.',
    }),
    messages: t.exposeInt('messages'),
    chatters: t.exposeInt('chatters', { description: 'Different people, counted exactly.' }),
    follows: t.exposeInt('follows'),
  }),
})

const SessionTimelineType = builder.objectRef<SessionTimeline>('SessionTimeline').implement({
  fields: (t) => ({
    meta: t.expose('meta', { type: SeriesMetaType, description: 'Its coverage is that of the viewers.' }),
    points: t.expose('points', { type: [SessionPointType] }),
  }),
})

// How long the broadcast is shows only when it is read.
const mostPoints = ({ maxPoints }: Record<string, unknown>): number =>
  typeof maxPoints === 'number' ? Math.min(Math.max(maxPoints, 0), largestMaxPoints) : defaultMaxPoints

builder.prismaObjectField('StreamSession', 'timeline', (t) =>
  t.field({
    type: SessionTimelineType,
    description:
      'Viewers, chat and follows on one axis, in UTC, from the start of the broadcast to its end or now. RAW is refused: messages and follows are counted.',
    args: {
      bucket: t.arg({ type: BucketEnum, defaultValue: 'AUTO' }),
      maxPoints: t.arg.int({ defaultValue: defaultMaxPoints }),
    },
    extensions: { listSize: mostPoints, sql: delegated({ told: probedSessions }) },
    resolve: (session, args, context, info) =>
      timelineOf(context, session, { ...args, chatters: selects(info, 'points.chatters') }),
  }),
)
