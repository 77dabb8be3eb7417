import { schedule } from '../channels/schedule.ts'
import { upsertChannel } from '../channels/upsert.ts'
import type { Log } from '../lib/log.ts'
import type { PlatformName, ProfileObservation } from '../platforms/platform.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { verifyClaim } from './verify-claim.ts'

/** Where channels and claims are stored. */
export type LinkStores = { dm: Postgres; public: Postgres }

/** What came of linking: `held` is a channel that another streamer has a verified claim of. */
export type LinkResult = { kind: 'linked'; channelId: bigint } | { kind: 'held' } | { kind: 'no-streamer' }

/** Links a streamer to the account that they logged in with: the channel is stored and watched, and the claim is verified. */
export const linkAccount = async (
  { dm, public: environment }: LinkStores,
  platform: PlatformName,
  { streamerId, profile, observedAt }: { streamerId: number; profile: ProfileObservation; observedAt: Date },
  log: Log,
): Promise<LinkResult> => {
  const { id: channelId } = await upsertChannel(dm, platform, { ...profile, observedAt }, { log })
  const verification = await verifyClaim(environment, { streamerId, channelId })
  switch (verification.kind) {
    case 'verified':
      await schedule(dm, [channelId])
      return { kind: 'linked', channelId }
    case 'held':
    case 'no-streamer':
      return { kind: verification.kind }
    case 'no-channel':
      throw new Error(`channel ${channelId} was stored and is gone`)
  }
}
