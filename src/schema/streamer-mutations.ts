import {
  type CreateStreamerSuccess,
  createStreamerResult,
  type DeleteStreamerSuccess,
  deleteStreamerResult,
} from '../resolvers/streamer-mutations.ts'
import { builder } from './builder.ts'
import { StreamerType } from './claims.ts'
import { InvalidInputType, NotFoundType, resultOf } from './problem.ts'

const CreateStreamerSuccessType = builder.objectRef<CreateStreamerSuccess>('CreateStreamerSuccess').implement({
  fields: (t) => ({ streamer: t.expose('streamer', { type: StreamerType }) }),
})

const CreateStreamerResult = resultOf('CreateStreamerResult', [CreateStreamerSuccessType, InvalidInputType])

const DeleteStreamerSuccessType = builder.objectRef<DeleteStreamerSuccess>('DeleteStreamerSuccess').implement({
  authScopes: { admin: true },
  fields: (t) => ({ id: t.exposeID('id') }),
})

const DeleteStreamerResult = resultOf('DeleteStreamerResult', [DeleteStreamerSuccessType, NotFoundType])

builder.mutationFields((t) => ({
  createStreamer: t.field({
    type: CreateStreamerResult,
    description: 'Adds a streamer; several may have the same name.',
    skipTypeScopes: true,
    authScopes: { operator: true },
    args: { name: t.arg.string({ required: true, description: '1 to 100 characters, without control characters.' }) },
    resolve: (_, args, context) => createStreamerResult(context, args),
  }),
  deleteStreamer: t.field({
    type: DeleteStreamerResult,
    description: 'Removes a streamer and their claims; channels and their history stay.',
    skipTypeScopes: true,
    authScopes: { admin: true },
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, args, context) => deleteStreamerResult(context, args),
  }),
}))
