import { channelIdentity } from '../channels/channel-lookup.ts'
import type { Claim, ClaimKey, Missing } from '../claims/claim-channel.ts'
import { claimChannel, releaseClaim } from '../claims/claim-channel.ts'
import { maxStreamerId } from '../claims/streamers.ts'
import { verifyClaim } from '../claims/verify-claim.ts'
import { parseChannelReference } from './channel-reference.ts'
import { channelIdOf } from './channels.ts'
import type { Context } from './context.ts'
import { requireNode } from './global-id.ts'
import { type AlreadyVerified, alreadyVerified, type NotFound, notFound } from './problems.ts'

/** The ids of a streamer and a channel, as callers give them. */
export type ClaimArguments = { streamer: string; channel: string }

export type ClaimChannelSuccess = { __typename: 'ClaimChannelSuccess'; claim: Claim }
export type ClaimChannelResult = ClaimChannelSuccess | NotFound
export type VerifyClaimSuccess = { __typename: 'VerifyClaimSuccess'; claim: Claim }
export type VerifyClaimResult = VerifyClaimSuccess | NotFound | AlreadyVerified
export type ReleaseClaimSuccess = { __typename: 'ReleaseClaimSuccess' } & ClaimKey
export type ReleaseClaimResult = ReleaseClaimSuccess | NotFound

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
export const claimChannelResult = async (context: Context, args: ClaimArguments): Promise<ClaimChannelResult> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const result = await claimChannel(context.databases.public, context, key)
  return result.kind === 'claimed' ? { __typename: 'ClaimChannelSuccess', claim: result.claim } : missing[result.kind]
}

/** Verifies a claim. Repeating it changes nothing. */
export const verifyClaimResult = async (context: Context, args: ClaimArguments): Promise<VerifyClaimResult> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const result = await verifyClaim(context.databases.public, context, key)
  if (result.kind === 'verified') return { __typename: 'VerifyClaimSuccess', claim: result.claim }
  return result.kind === 'held' ? alreadyVerified(result.holder) : missing[result.kind]
}

/** Takes a claim back, verified or not. Repeating it changes nothing. */
export const releaseClaimResult = async (context: Context, args: ClaimArguments): Promise<ReleaseClaimResult> => {
  const key = await keyOf(context, args)
  if ('code' in key) return key
  const released = await releaseClaim(context.databases.public, context, key)
  return released ? { __typename: 'ReleaseClaimSuccess', ...key } : missing['no-streamer']
}
