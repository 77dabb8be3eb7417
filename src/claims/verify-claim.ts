import { violatedConstraint } from '../stores/postgres/failure.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** A claim of a channel by a streamer. */
export type Claim = { streamerId: number; channelId: bigint; verified: boolean; claimedAt: Date }

/** What came of verifying; `held` names who has the verified claim. */
export type Verification =
  | { kind: 'verified'; claim: Claim }
  | { kind: 'held'; holderId: number }
  | { kind: 'no-streamer' }
  | { kind: 'no-channel' }

const verify = statement(
  'claim_verify',
  `INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified) VALUES ($1, $2, true)
   ON CONFLICT (streamer_id, channel_id) DO UPDATE SET verified = true
   RETURNING streamer_id AS "streamerId", channel_id AS "channelId", verified, claimed_at AS "claimedAt"`,
)

const findHolder = statement(
  'claim_holder',
  'SELECT streamer_id AS "holderId" FROM public.streamer_channel_link WHERE channel_id = $1 AND verified',
)

/**
 * Makes the streamer's claim of the channel a verified one, writing it where there is none. Of many who try at once one
 * succeeds; repeating it changes nothing. Runs on its own, not inside a transaction.
 */
export const verifyClaim = async (
  db: Transaction,
  { streamerId, channelId }: { streamerId: number; channelId: bigint },
): Promise<Verification> => {
  for (;;) {
    try {
      const [claim] = await db.query<Claim>(verify, [streamerId, channelId])
      return { kind: 'verified', claim: claim! }
    } catch (error) {
      const constraint = violatedConstraint(error)
      if (constraint === 'streamer_channel_link_streamer_id_fkey') return { kind: 'no-streamer' }
      if (constraint === 'streamer_channel_link_channel_fkey') return { kind: 'no-channel' }
      if (constraint !== 'uq_verified_channel') throw error
      const [held] = await db.query<{ holderId: number }>(findHolder, [channelId])
      if (held) return { kind: 'held', holderId: held.holderId }
      // Released between the two statements: the next try may have it.
    }
  }
}
