import { createStreamer, deleteStreamer, type Streamer } from '../claims/streamers.ts'
import { isPrintableName, maxNameLength } from '../lib/printable-name.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

export type CreateStreamerSuccess = { __typename: 'CreateStreamerSuccess'; streamer: Streamer }
export type CreateStreamerResult = CreateStreamerSuccess | InvalidInput
export type DeleteStreamerSuccess = { __typename: 'DeleteStreamerSuccess'; id: string }
export type DeleteStreamerResult = DeleteStreamerSuccess | NotFound

/** Adds a streamer; several may have the same name. */
export const createStreamerResult = async (context: Context, args: { name: string }): Promise<CreateStreamerResult> => {
  const name = args.name.trim()
  if (!isPrintableName(name))
    return invalidInput('name', `name must be 1 to ${maxNameLength} characters, without control characters.`)
  const streamer = await createStreamer(context.databases.public, context, name)
  return { __typename: 'CreateStreamerSuccess', streamer }
}

/** Removes a streamer and their claims; channels and their history stay. */
export const deleteStreamerResult = async (context: Context, { id }: { id: string }): Promise<DeleteStreamerResult> => {
  const found = await deleteStreamer(context.databases.public, context, requireNode('id', 'Streamer', id))
  return found ? { __typename: 'DeleteStreamerSuccess', id } : notFound('There is no streamer with this id.')
}
