import { durationSeconds, streamSession } from '../resolvers/sessions.ts'
import { builder } from './builder.ts'
import { connectionOfType } from './connection.ts'
import { idOf, NodeInterface } from './node.ts'

export const StreamSessionType = builder.prismaObject('StreamSession', {
  description: 'One broadcast of a channel, identified by the channel and its start.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({ resolve: idOf('StreamSession') }),
    channel: channelField(t),
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
  }),
})

export const StreamSessionConnection = connectionOfType(StreamSessionType)

builder.queryField('streamSession', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The session with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => streamSession(context, id),
  }),
)
