import { builtInPlatforms } from '../platforms/registry.ts'
import { requireNode } from '../resolvers/global-id.ts'
import { probedSessions } from '../resolvers/probed-rows.ts'
import { streamSessionByUrl, submissionGraceMinutes } from '../resolvers/session-by-url.ts'
import {
  durationSeconds,
  durationSql,
  sessionListRequest,
  sessionsOfChannel,
  streamSession,
  summaryOf,
} from '../resolvers/sessions.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, pageArguments } from './connection.ts'
import { idOf, NodeInterface, nodeRow } from './node.ts'
import { delegated, listOfChannel, rowsBy, value } from './sql-field.ts'
import { TimeRangeInput } from './time-range.ts'

export const StreamSessionType = builder.prismaObject('StreamSession', {
  description: 'One broadcast of a channel, identified by the channel and its start.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id(idOf('StreamSession')),
    channel: t.field(channelOfRow),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'Null while it lasts.' }),
    isLive: t.boolean({
      extensions: { sql: value((session) => `${session}.ended_at IS NULL`) },
      resolve: ({ endedAt }) => endedAt === null,
    }),
    title: t.exposeString('title', { nullable: true }),
    category: t.exposeString('category', { nullable: true }),
    language: t.exposeString('language', { nullable: true }),
    durationSeconds: t.int({
      description: 'Until now while it lasts.',
      extensions: { sql: value(durationSql) },
      resolve: (session, _, { clock }) => durationSeconds(session, clock),
    }),
    peakViewers: t.int({
      nullable: true,
      description: 'Null where no look saw viewers.',
      extensions: { sql: delegated(probedSessions) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).peakViewers,
    }),
    averageViewers: t.float({
      nullable: true,
      description: 'Weighted with time.',
      extensions: { sql: delegated(probedSessions) },
      resolve: async (session, _, context) => (await summaryOf(context, session)).averageViewers,
    }),
    hoursWatched: t.float({
      nullable: true,
      extensions: { sql: delegated(probedSessions) },
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
    extensions: { sql: listOfChannel(sessionListRequest) },
    resolve: ({ id }, args, context) => sessionsOfChannel(context, id, args),
  }),
}))

builder.queryField('streamSession', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description: 'The session with this id; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    extensions: {
      sql: rowsBy(({ id }: { id: string }) =>
        nodeRow({ type: 'StreamSession', key: requireNode('id', 'StreamSession', id) }),
      ),
    },
    resolve: (_, { id }, context) => streamSession(context, id),
  }),
)

const hosts = builtInPlatforms.flatMap(({ streamAddresses }) => streamAddresses?.hosts[0] ?? [])

builder.queryField('streamSessionByUrl', (t) =>
  t.field({
    type: StreamSessionType,
    nullable: true,
    description:
      `The broadcast that a submitted stream URL meant at an instant: of whoever held the slug then, begun by then and last seen at most ${submissionGraceMinutes} minutes before. ` +
      `Addresses on ${hosts.join(' and ')}, also of recordings and clips below a channel. Null when there is none, and for an address that names no channel.`,
    args: { url: t.arg.string({ required: true }), at: t.arg({ type: 'DateTime', required: true }) },
    resolve: (_, args, context) => streamSessionByUrl(context, args),
  }),
)
