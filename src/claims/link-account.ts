import { type Author, recordAction } from '../audit/record-action.ts'
import { setMonitoring } from '../channels/schedule.ts'
import { upsertChannel } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformName, ProfileObservation } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { verifyClaimByTicket } from './verify-claim.ts'

/** Where channels and claims are stored. */
export type LinkStores = { dm: Postgres; public: Postgres }

/** What came of linking. `held`: another streamer has the verified claim. `no-ticket`: the ticket was used or has expired. */
export type LinkResult = { kind: 'linked'; channelId: bigint } | { kind: 'held' | 'no-streamer' | 'no-ticket' }

/** Who logged in, and the ticket that lets them link a streamer. */
export type LinkRequest = {
  streamerId: number
  ticketDigest: Buffer
  profile: ProfileObservation
  observedAt: Date
  requestId: string
}

const monitor = (dm: Postgres, author: Author, channelId: bigint): Promise<void> =>
  dm.transaction(async (tx) => {
    const switched = await setMonitoring(tx, channelId, true)
    if (!switched || switched.wasActive) return
    const before = { active: switched.wasActive }
    const target = `channel:${channelId}`
    await recordAction(tx, 'dm', author, { action: 'channel.monitor', target, before, after: { active: true } })
  })

/**
 * Links a streamer to the account that they logged in with: stores and monitors the channel, verifies the claim and uses the
 * ticket up. In the audit log the account is the actor.
 */
export const linkAccount = async (
  { dm, public: environment }: LinkStores,
  platform: PlatformName,
  request: LinkRequest,
  log: Log,
): Promise<LinkResult> => {
  const { streamerId, ticketDigest, profile, observedAt, requestId } = request
  const { platformUserId, slug, displayName } = profile
  const identity = { role: 'PUBLIC', name: slug ?? displayName ?? null, subject: `${platform}:${platformUserId}` }
  const author = { identity, requestId }
  const { id: channelId } = await upsertChannel(dm, platform, { ...profile, observedAt }, { log })
  const verification = await verifyClaimByTicket(environment, author, { streamerId, channelId }, ticketDigest)
  if (verification.kind === 'no-channel') throw new Error(`channel ${channelId} was stored and is gone`)
  if (verification.kind !== 'verified') return { kind: verification.kind }
  await monitor(dm, author, channelId)
  return { kind: 'linked', channelId }
}
