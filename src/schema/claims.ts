import type { Claim } from '../claims/claim-channel.ts'
import type { Streamer } from '../claims/streamers.ts'
import { claimsOfChannel, claimsOfStreamer, streamer, streamerOf, streamers } from '../resolvers/claims.ts'
import { builder } from './builder.ts'
import { channelOfRow } from './channel.ts'
import { connectionOfType, forwardArguments } from './connection.ts'
import { idOf, NodeInterface } from './node.ts'
import { delegated } from './sql-field.ts'

/** A person of this environment; operators only, wherever it is reached from. */
export const StreamerType = builder.objectRef<Streamer>('Streamer')

/** A claim of a channel by a streamer. */
export const ChannelClaimType = builder.objectRef<Claim>('ChannelClaim')

ChannelClaimType.implement({
  description: 'A claim of a channel by a streamer; at most one of a channel is verified.',
  authScopes: { operator: true },
  fields: (t) => ({
    streamer: t.field({ type: StreamerType, resolve: (claim, _, context) => streamerOf(context, claim) }),
    channel: t.field(channelOfRow),
    verified: t.exposeBoolean('verified'),
    claimedAt: t.expose('claimedAt', { type: 'DateTime' }),
  }),
})

StreamerType.implement({
  description: 'A person who may claim channels.',
  interfaces: [NodeInterface],
  authScopes: { operator: true },
  fields: (t) => ({
    id: t.id(idOf('Streamer')),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    claims: t.field({
      type: [ChannelClaimType],
      description: 'Verified ones first; at most 100.',
      resolve: ({ id }, _, context) => claimsOfStreamer(context, id),
    }),
  }),
})

const StreamerConnection = connectionOfType(StreamerType)

builder.prismaObjectFields('Channel', (t) => ({
  claims: t.field({
    type: [ChannelClaimType],
    description: 'The verified one first; at most 100.',
    authScopes: { operator: true },
    extensions: { sql: delegated() },
    resolve: ({ id }, _, context) => claimsOfChannel(context, id),
  }),
}))

builder.queryFields((t) => ({
  streamers: t.field({
    type: StreamerConnection,
    description: 'Newest first.',
    authScopes: { operator: true },
    args: {
      ...forwardArguments,
      search: t.arg.string({ description: 'A part of the name, in any case; at most 100 characters.' }),
    },
    resolve: (_, args, context) => streamers(context, args),
  }),
  streamer: t.field({
    type: StreamerType,
    nullable: true,
    description: 'The streamer with this id; null when there is none.',
    authScopes: { operator: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => streamer(context, id),
  }),
}))
