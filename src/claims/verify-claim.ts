import type { Author } from '../audit/record-action.ts'
import { violatedConstraint } from '../stores/postgres/failure.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import {
  type Claim,
  type ClaimKey,
  claimColumns,
  findClaim,
  lacksChannel,
  lockStreamer,
  type Missing,
  recordClaim,
} from './claim-channel.ts'
import { spendLinkTicket } from './link-ticket.ts'
import type { Streamer } from './streamers.ts'

/** What came of verifying; `holder` has the verified claim already. */
export type Verification = { kind: 'verified'; claim: Claim } | { kind: 'held'; holder: Streamer } | Missing

const verify = statement(
  'claim_verify',
  `INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified) VALUES ($1, $2, true)
   ON CONFLICT (streamer_id, channel_id) DO UPDATE SET verified = true
   RETURNING ${claimColumns}`,
)

const findHolder = statement(
  'claim_holder',
  `SELECT s.id::bigint, s.name, s.created_at AS "createdAt"
   FROM public.streamer_channel_link l JOIN public.streamers s ON s.id = l.streamer_id
   WHERE l.channel_id = $1 AND l.verified`,
)

/** Verifies a claim unless `permit` refuses. `permit` runs in the transaction, so its changes are undone when verifying fails. */
const verifyWhere = async <Refusal>(
  db: Postgres,
  author: Author,
  key: ClaimKey,
  permit: (tx: Transaction) => Promise<Refusal | null>,
): Promise<Verification | Refusal> => {
  const { streamerId, channelId } = key
  for (;;) {
    try {
      return await db.transaction(async (tx) => {
        if (!(await lockStreamer(tx, streamerId))) return { kind: 'no-streamer' }
        const refusal = await permit(tx)
        if (refusal !== null) return refusal
        const before = await findClaim(tx, key)
        if (before?.verified) return { kind: 'verified', claim: before }
        const [claim] = await tx.query<Claim>(verify, [streamerId, channelId])
        await recordClaim(tx, author, 'claim.verify', { channelId, before, after: claim })
        return { kind: 'verified', claim: claim! }
      })
    } catch (error) {
      if (lacksChannel(error)) return { kind: 'no-channel' }
      if (violatedConstraint(error) !== 'uq_verified_channel') throw error
      const [holder] = await db.query<Streamer>(findHolder, [channelId])
      if (holder) return { kind: 'held', holder }
      // The holder released it between the two statements, so it is tried again.
    }
  }
}

/** Verifies the streamer's claim of the channel, and makes it if there is none. Of many who try at once one succeeds; repeating it changes nothing. */
export const verifyClaim = (db: Postgres, author: Author, key: ClaimKey): Promise<Verification> =>
  verifyWhere<never>(db, author, key, async () => null)

/** The same for the holder of a ticket of the streamer. Only success uses the ticket up. */
export const verifyClaimByTicket = (
  db: Postgres,
  author: Author,
  key: ClaimKey,
  ticketDigest: Buffer,
): Promise<Verification | { kind: 'no-ticket' }> =>
  verifyWhere(db, author, key, async (tx) =>
    (await spendLinkTicket(tx, ticketDigest)) ? null : { kind: 'no-ticket' as const },
  )
