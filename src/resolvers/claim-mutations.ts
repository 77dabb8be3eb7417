import { channelIdentity } from '../channels/channel-lookup.ts'
import { type Claim, type ClaimKey, claimChannel, type Missing, releaseClaim } from '../claims/claim-channel.ts'
import { createLinkTicket } from '../claims/link-ticket.ts'
import { createStreamer, deleteStreamer, maxStreamerId, type Streamer } from '../claims/streamers.ts'
import { verifyClaim } from '../claims/verify-claim.ts'
import { isPrintableName, maxNameLength } from '../lib/printable-name.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import {
  type AlreadyVerified,
  alreadyVerified,
  type InvalidInput,
  invalidInput,
  type NotFound,
  notFound,
} from './problems.ts'

/** The ids of a streamer and a channel, as callers give them. */
export type ClaimArguments = { streamer: string; channel: string }

export type ClaimChannelSuccess = { __typename: 'ClaimChannelSuccess'; claim: Claim }
export type VerifyClaimSuccess = { __typename: 'VerifyClaimSuccess'; claim: Claim }
export type ReleaseClaimSuccess = { __typename: 'ReleaseClaimSuccess' } & ClaimKey

const missing = {
  'no-streamer': notFound('There is no streamer with this id.'),
  'no-channel': notFound('There is no channel with this id.'),
} satisfies Record<Missing['kind'], NotFound>

/** Whose claim of which channel is meant; the channel is looked for on its own side, the streamer by whoever uses the key. */
const keyOf = async (context: Context, { streamer, channel }: ClaimArguments): Promise<ClaimKey | NotFound> => {
  const streamerId = requireNode('streamer', 'Streamer', streamer)
  const channelId = await channelIdOf(context, parseChannelReference('channel', channel))
  if (streamerId > maxStreamerId) return missing['no-streamer']
  if (channelId === null || !(await channelIdentity(context.databases.dm, channelId))) return missing['no-channel']
  return { streamerId: Number(streamerId), channelId }
}

/** Records that a streamer claims a channel. Repeating it changes nothing. */
export const claimChannelResult = async (
  context: Context,
  args: ClaimArguments,
): Promise<ClaimChannelSuccess | NotFound> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const result = await claimChannel(context.databases.public, context, key)
  return result.kind === 'claimed' ? { __typename: 'ClaimChannelSuccess', claim: result.claim } : missing[result.kind]
}

/** Verifies a claim. Repeating it changes nothing. */
export const verifyClaimResult = async (
  context: Context,
  args: ClaimArguments,
): Promise<VerifyClaimSuccess | NotFound | AlreadyVerified> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const result = await verifyClaim(context.databases.public, context, key)
  if (result.kind === 'verified') return { __typename: 'VerifyClaimSuccess', claim: result.claim }
  return result.kind === 'held' ? alreadyVerified(result.holder) : missing[result.kind]
}

/** Takes a claim back, verified or not. Repeating it changes nothing. */
export const releaseClaimResult = async (
  context: Context,
  args: ClaimArguments,
): Promise<ReleaseClaimSuccess | NotFound> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const released = await releaseClaim(context.databases.public, context, key)
  return released ? { __typename: 'ReleaseClaimSuccess', ...key } : missing['no-streamer']
}

export type CreateStreamerSuccess = { __typename: 'CreateStreamerSuccess'; streamer: Streamer }
export type DeleteStreamerSuccess = { __typename: 'DeleteStreamerSuccess'; id: string }

/** Adds a streamer; several may have the same name. */
export const createStreamerResult = async (
  context: Context,
  args: { name: string },
): Promise<CreateStreamerSuccess | InvalidInput> => {
  const name = args.name.trim()
  if (!isPrintableName(name))
    return invalidInput('name', `name must be 1 to ${maxNameLength} characters, without control characters.`)
  const streamer = await createStreamer(context.databases.public, context, name)
  return { __typename: 'CreateStreamerSuccess', streamer }
}

/** Removes a streamer and their claims; channels and their history stay. */
export const deleteStreamerResult = async (
  context: Context,
  { id }: { id: string },
): Promise<DeleteStreamerSuccess | NotFound> => {
  const found = await deleteStreamer(context.databases.public, context, requireNode('id', 'Streamer', id))
  return found ? { __typename: 'DeleteStreamerSuccess', id } : notFound('There is no streamer with this id.')
}

export type CreateLinkTicketSuccess = { __typename: 'CreateLinkTicketSuccess'; url: string; expiresAt: Date }

/** Makes a link with which its holder can link their account to a streamer, once and within a day. */
export const createLinkTicketResult = async (
  context: Context,
  { streamer }: { streamer: string },
): Promise<CreateLinkTicketSuccess | NotFound> => {
  const streamerId = requireNode('streamer', 'Streamer', streamer)
  const ticket = await createLinkTicket(context.databases.public, context, streamerId)
  if (!ticket) return notFound('There is no streamer with this id.')
  return { __typename: 'CreateLinkTicketSuccess', url: context.linkUrl(ticket.secret), expiresAt: ticket.expiresAt }
}
