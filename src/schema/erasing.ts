import type { Erasure } from '../erasing/erasure-store.ts'
import {
  type DeleteChannelSuccess,
  deleteChannelResult,
  type EraseChatterSuccess,
  eraseChatterResult,
} from '../resolvers/erasing.ts'
import { adminMutation, builder } from './builder.ts'
import { defaultPlatform, PlatformEnum } from './enums.ts'
import { InvalidInputType, NotFoundType, resultOf } from './problem.ts'

const ErasureKindEnum = builder.enumType('ErasureKind', {
  values: { CHANNEL: { value: 'channel' }, CHATTER: { value: 'chatter' } },
} as const)

const ErasureType = builder.objectRef<Erasure>('Erasure').implement({
  description: 'What was erased, or is being erased, without saying whom.',
  authScopes: { admin: true },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'A ULID, also in the audit log.' }),
    kind: t.expose('kind', { type: ErasureKindEnum }),
    subject: t.exposeString('subjectHash', {
      description:
        'Keyed hash of the channel or person that is erased. `channelscope chatter find` says whether somebody was erased.',
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    messages: t.expose('messages', { type: 'BigInt', nullable: true, description: 'Null until they are counted.' }),
    follows: t.expose('follows', { type: 'BigInt' }),
    waitsFor: t.exposeString('waitsFor', {
      nullable: true,
      description: 'What holds it up, in one sentence; null when nothing does.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Null while it is under way.',
    }),
  }),
})

const maxErasures = 100

builder.queryField('erasures', (t) =>
  t.field({
    type: [ErasureType],
    description: `The newest ${maxErasures}, newest first.`,
    authScopes: { admin: true },
    extensions: { listSize: () => maxErasures },
    resolve: (_, _args, { erasing }) => erasing.list(maxErasures),
  }),
)

const DeleteChannelSuccessType = builder.objectRef<DeleteChannelSuccess>('DeleteChannelSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id that it had.' }) }),
})

const EraseChatterSuccessType = builder.objectRef<EraseChatterSuccess>('EraseChatterSuccess').implement({
  description:
    'What was removed. After ten seconds the mutation answers and the erasure goes on: then these are the counts until then, and `erasures` says when it is done.',
  authScopes: { admin: true },
  fields: (t) => ({
    messages: t.expose('messages', { type: 'BigInt', description: 'One that was also archived counts once.' }),
    follows: t.expose('follows', { type: 'BigInt' }),
  }),
})

builder.mutationFields((t) => ({
  deleteChannel: t.field({
    type: resultOf('DeleteChannelResult', [DeleteChannelSuccessType, NotFoundType, InvalidInputType]),
    description:
      'Deletes a channel with everything that is kept of it: names, sessions, events, telemetry, chat, deliveries, follows, claims and archives. There is no way back.',
    ...adminMutation,
    args: {
      channel: t.arg.id({ required: true, description: 'A global id, a ULID or a decimal channelId.' }),
      confirm: t.arg.string({ required: true, description: 'The slug of the channel, or the id of its account.' }),
    },
    resolve: (_, args, context) => deleteChannelResult(context, args),
  }),
  eraseChatter: t.field({
    type: resultOf('EraseChatterResult', [EraseChatterSuccessType, InvalidInputType]),
    description:
      'Erases a person: all messages and follows, in all channels of the platform, with the deliveries that name the person, and in archives. There is no way back.',
    ...adminMutation,
    args: {
      platform: t.arg({ type: PlatformEnum, required: true, defaultValue: defaultPlatform }),
      platformUserId: t.arg.string({ required: true }),
    },
    resolve: (_, args, context) => eraseChatterResult(context, args),
  }),
}))
