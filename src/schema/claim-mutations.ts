import { queryFromInfo } from '@pothos/plugin-prisma'
import { channelOf } from '../resolvers/channels.ts'
import {
  type ClaimChannelSuccess,
  claimChannelResult,
  type ReleaseClaimSuccess,
  releaseClaimResult,
  type VerifyClaimSuccess,
  verifyClaimResult,
} from '../resolvers/claim-mutations.ts'
import { streamerOf } from '../resolvers/claims.ts'
import type { AlreadyVerified } from '../resolvers/problems.ts'
import { builder } from './builder.ts'
import { ChannelType } from './channel.ts'
import { ChannelClaimType, StreamerType } from './claims.ts'
import { NotFoundType, Problem, resultOf } from './problem.ts'

const AlreadyVerifiedType = builder.objectRef<AlreadyVerified>('AlreadyVerified').implement({
  description: 'Another streamer has the verified claim.',
  interfaces: [Problem],
  fields: (t) => ({ holder: t.expose('holder', { type: StreamerType }) }),
})

const ClaimChannelSuccessType = builder.objectRef<ClaimChannelSuccess>('ClaimChannelSuccess').implement({
  fields: (t) => ({ claim: t.expose('claim', { type: ChannelClaimType }) }),
})

const VerifyClaimSuccessType = builder.objectRef<VerifyClaimSuccess>('VerifyClaimSuccess').implement({
  fields: (t) => ({ claim: t.expose('claim', { type: ChannelClaimType }) }),
})

const ReleaseClaimSuccessType = builder.objectRef<ReleaseClaimSuccess>('ReleaseClaimSuccess').implement({
  fields: (t) => ({
    streamer: t.field({ type: StreamerType, resolve: (done, _, context) => streamerOf(context, done) }),
    channel: t.field({
      type: ChannelType,
      resolve: (done, _, context, info) => channelOf(context, done, queryFromInfo({ context, info })),
    }),
  }),
})

const ClaimChannelResult = resultOf('ClaimChannelResult', [ClaimChannelSuccessType, NotFoundType])

const VerifyClaimResult = resultOf('VerifyClaimResult', [VerifyClaimSuccessType, NotFoundType, AlreadyVerifiedType])

const ReleaseClaimResult = resultOf('ReleaseClaimResult', [ReleaseClaimSuccessType, NotFoundType])

const claimArguments = builder.args((t) => ({
  streamer: t.id({ required: true }),
  channel: t.id({ required: true, description: 'A global id, a ULID or a decimal channelId.' }),
}))

builder.mutationFields((t) => ({
  claimChannel: t.field({
    type: ClaimChannelResult,
    description: 'Notes that a streamer claims a channel; any number of streamers may. Repeating it changes nothing.',
    skipTypeScopes: true,
    authScopes: { operator: true },
    args: claimArguments,
    resolve: (_, args, context) => claimChannelResult(context, args),
  }),
  verifyClaim: t.field({
    type: VerifyClaimResult,
    description:
      'Makes a claim, which need not be there yet, the one verified claim of its channel. Repeating it changes nothing.',
    skipTypeScopes: true,
    authScopes: { operator: true },
    args: claimArguments,
    resolve: (_, args, context) => verifyClaimResult(context, args),
  }),
  releaseClaim: t.field({
    type: ReleaseClaimResult,
    description: 'Takes a claim back, verified or not. Repeating it changes nothing.',
    skipTypeScopes: true,
    authScopes: { operator: true },
    args: claimArguments,
    resolve: (_, args, context) => releaseClaimResult(context, args),
  }),
}))
