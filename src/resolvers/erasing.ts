import { isPlatformUserId } from '../erasing/erase-chatter.ts'
import type { PlatformName } from '../platforms/platform.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { globalId } from './global-id.ts'
import { type InvalidInput, invalidInput, type NotFound, notFound } from './problems.ts'

/** How long an answer waits for an erasure, which goes on after that. */
const patienceMs = 10_000

export type DeleteChannelSuccess = { __typename: 'DeleteChannelSuccess'; id: string }

const noChannel = () => notFound('There is no channel with this id.')

/** Deletes a channel at once, and waits a while for the erasure of what other stores have of it. */
export const deleteChannelResult = async (
  context: Context,
  { channel, confirm }: { channel: string; confirm: string },
): Promise<DeleteChannelSuccess | NotFound | InvalidInput> => {
  const { erasing } = context
  const channelId = await channelIdOf(context, parseChannelReference('channel', channel))
  if (channelId === null) return noChannel()
  const deletion = await erasing.deleteChannel(context, { channelId, confirm })
  if (deletion.kind === 'no-channel') return noChannel()
  if (deletion.kind === 'not-confirmed')
    return invalidInput('confirm', 'confirm must be the slug of the channel, or the id of its account on the platform.')
  await erasing.settled(deletion.id, patienceMs)
  return { __typename: 'DeleteChannelSuccess', id: globalId('Channel', channelId) }
}

export type EraseChatterSuccess = { __typename: 'EraseChatterSuccess'; messages: bigint; follows: bigint }

/** Erases a person, and waits a while for it to be done. */
export const eraseChatterResult = async (
  context: Context,
  { platform, platformUserId }: { platform: PlatformName; platformUserId: string },
): Promise<EraseChatterSuccess | InvalidInput> => {
  const { erasing } = context
  if (!isPlatformUserId(platformUserId))
    return invalidInput('platformUserId', 'platformUserId must be 1 to 64 printable ASCII characters.')
  const id = await erasing.eraseChatter(context, { kind: 'chatter', platform, platformUserId })
  const { messages, follows } = await erasing.settled(id, patienceMs)
  return { __typename: 'EraseChatterSuccess', messages: messages ?? 0n, follows }
}
