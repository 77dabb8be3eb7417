import { queryFromInfo } from '@pothos/plugin-prisma'
import { channelOf } from '../resolvers/channels.ts'
import { summaryOf } from '../resolvers/session-summary.ts'
import { durationSeconds, sessionsOfChannel, streamSession } from '../resolvers/sessions.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { connectionOfType, pageArguments } from './connection.ts'
import { idOf, NodeInterface } from './node.ts'
import { TimeRangeInput } from './time-range.ts'

export const StreamSessionType = builder.prismaObject('StreamSession', {
  description: 'One broadcast of a channel, identified by the channel and its start.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ resolve: idOf('StreamSession') }),
    channel: t.field({
      type: ChannelType,
      resolve: (session, _, context, info) => channelOf(context, session, queryFromInfo({ context, info })),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'Null while it lasts.' }),
    isLive: t.boolean({ resolve: ({ endedAt }) => endedAt === null }),
    title: t.exposeString('title', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    language: t.exposeString('language', { nullable: true }),
    durationSeconds: t.int({
      description: 'Until now while it lasts.',
      resolve: (session, _, { clock }) => durationSeconds(session, clock),
    }),
    peakViewers: t.int({
      nullable: true,
      description: 'Null where no look saw viewers.',
      resolve: async (session, _, context) => (await summaryOf(context, session)).peakViewers,
    }),
    averageViewers: t.float({
      nullable: true,
      description: 'Weighted with time.',
      resolve: async (session, _, context) => (await summaryOf(context, session)).averageViewers,
    }),
    hoursWatched: t.float({
      nullable: true,
      resolve: async (session, _, context) => (await summaryOf(context, session)).hoursWatched,
    }),
  }),
})

const StreamSessionConnection = connectionOfType(StreamSessionType)

builder.prismaObjectFields('Channel', (t) => ({
  currentSession: t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The broadcast that lasts; null when the channel is not live.',
    select: (_args, _context, nested) => ({ sessions: nested({ where: { endedAt: null }, take: 1 }) }),
    resolve: ({ sessions }) => sessions[0] ?? null,
  }),
  sessions: t.field({
    type: StreamSessionConnection,
    description: 'Newest first; with a range those that overlap it.',
    args: { ...pageArguments, range: t.arg({ type: TimeRangeInput }) },
    resolve: ({ id }, args, context) => sessionsOfChannel(context, id, args),
  }),
}))

builder.queryField('streamSession', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The session with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => streamSession(context, id),
  }),
)
