import { createStreamer as addStreamer, deleteStreamer as removeStreamer, type Streamer } from '../claims/streamers.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

export type CreateStreamerSuccess = { __typename: 'CreateStreamerSuccess'; streamer: Streamer }
export type CreateStreamerResult = CreateStreamerSuccess | InvalidInput
export type DeleteStreamerSuccess = { __typename: 'DeleteStreamerSuccess'; id: string }
export type DeleteStreamerResult = DeleteStreamerSuccess | NotFound

const maxNameLength = 100
// Control characters, line breaks of any kind, and halves of surrogate pairs, which no database stores as text.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u

/** Adds a streamer; several may have the same name. */
export const createStreamer = async (context: Context, args: { name: string }): Promise<CreateStreamerResult> => {
  const name = args.name.trim()
  if ([...name].length > maxNameLength || unprintable.test(name) || !visible.test(name))
    return invalidInput('name', `name must be 1 to ${maxNameLength} characters, without control characters.`)
  const streamer = await addStreamer(context.databases.public, context, name)
  return { __typename: 'CreateStreamerSuccess', streamer }
}

/** Removes a streamer and their claims; channels and their history stay. */
export const deleteStreamer = async (context: Context, { id }: { id: string }): Promise<DeleteStreamerResult> => {
  const found = await removeStreamer(context.databases.public, context, requireNode('id', 'Streamer', id))
  return found ? { __typename: 'DeleteStreamerSuccess', id } : notFound('There is no streamer with this id.')
}
