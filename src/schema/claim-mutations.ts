import { loginPlatform } from '../platforms/platform-definition.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import {
  type ClaimChannelSuccess,
  type CreateLinkTicketSuccess,
  type CreateStreamerSuccess,
  claimChannelResult,
  createLinkTicketResult,
  createStreamerResult,
  type DeleteStreamerSuccess,
  deleteStreamerResult,
  type ReleaseClaimSuccess,
  releaseClaimResult,
  type VerifyClaimSuccess,
  verifyClaimResult,
} from '../resolvers/claim-mutations.ts'
import { streamerOf } from '../resolvers/claims.ts'
import type { AlreadyVerified } from '../resolvers/problems.ts'
import { adminMutation, builder, operatorMutation } from './builder.ts'
import { ChannelType, channelOfRow } from './channel.ts'
import { ChannelClaimType, StreamerType } from './claims.ts'
import { InvalidInputType, NotFoundType, Problem, resultOf } from './problem.ts'

const CreateStreamerSuccessType = builder.objectRef<CreateStreamerSuccess>('CreateStreamerSuccess').implement({
  fields: (t) => ({ streamer: t.expose('streamer', { type: StreamerType }) }),
})

const DeleteStreamerSuccessType = builder.objectRef<DeleteStreamerSuccess>('DeleteStreamerSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ id: t.exposeID('id') }),
})

builder.mutationFields((t) => ({
  createStreamer: t.field({
    type: resultOf('CreateStreamerResult', [CreateStreamerSuccessType, InvalidInputType]),
    description: 'Adds a streamer; several may have the same name.',
    ...operatorMutation,
    args: { name: t.arg.string({ required: true, description: '1 to 100 characters, without control characters.' }) },
    resolve: (_, args, context) => createStreamerResult(context, args),
  }),
  deleteStreamer: t.field({
    type: resultOf('DeleteStreamerResult', [DeleteStreamerSuccessType, NotFoundType]),
    description: 'Removes a streamer and their claims; channels and their history stay.',
    ...adminMutation,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => deleteStreamerResult(context, args),
  }),
}))

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
    channel: t.field({ type: ChannelType, resolve: channelOfRow.resolve }),
  }),
})

const claimArguments = builder.args((t) => ({
  streamer: t.id({ required: true }),
  channel: t.id({ required: true, description: 'A global id, a ULID or a decimal channelId.' }),
}))

const CreateLinkTicketSuccessType = builder.objectRef<CreateLinkTicketSuccess>('CreateLinkTicketSuccess').implement({
  authScopes: { operator: true },
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        'For the streamer, and for nobody else: whoever opens it links their account. It is shown here and never again.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
  }),
})

builder.mutationFields((t) => ({
  claimChannel: t.field({
    type: resultOf('ClaimChannelResult', [ClaimChannelSuccessType, NotFoundType]),
    description: 'Notes that a streamer claims a channel; any number of streamers may. Repeating it changes nothing.',
    ...operatorMutation,
    args: claimArguments,
    resolve: (_, args, context) => claimChannelResult(context, args),
  }),
  verifyClaim: t.field({
    type: resultOf('VerifyClaimResult', [VerifyClaimSuccessType, NotFoundType, AlreadyVerifiedType]),
    description:
      'Makes a claim, which need not be there yet, the one verified claim of its channel. Repeating it changes nothing.',
    ...operatorMutation,
    args: claimArguments,
    resolve: (_, args, context) => verifyClaimResult(context, args),
  }),
  releaseClaim: t.field({
    type: resultOf('ReleaseClaimResult', [ReleaseClaimSuccessType, NotFoundType]),
    description: 'Takes a claim back, verified or not. Repeating it changes nothing.',
    ...operatorMutation,
    args: claimArguments,
    resolve: (_, args, context) => releaseClaimResult(context, args),
  }),
  createLinkTicket: t.field({
    type: resultOf('CreateLinkTicketResult', [CreateLinkTicketSuccessType, NotFoundType]),
    description: `Makes a link by which a streamer links the ${loginPlatform(builtInPlatforms).title} account that they log in with, as a verified claim. It is valid for a day and for one account.`,
    ...operatorMutation,
    args: { streamer: t.arg.id({ required: true }) },
    resolve: (_, args, context) => createLinkTicketResult(context, args),
  }),
}))
