import type { Author } from '../audit/record-action.ts'
import { violatedConstraint } from '../stores/postgres/failure.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import {
  type Claim,
  type ClaimKey,
  findClaim,
  lacksChannel,
  lockStreamer,
  type Missing,
  recordClaim,
} from './claim-channel.ts'
import { spendLinkTicket } from './link-ticket.ts'
import { type Streamer, streamerColumns } from './streamers.ts'

/** What came of verifying; `holder` has the verified claim already. */
export type Verification = { kind: 'verified'; claim: Claim } | { kind: 'held'; holder: Streamer } | Missing

const verify = statement(
  'claim_verify',
  sql`INSERT INTO public.streamer_channel_link (streamer_id, channel_id, verified) VALUES ($1, $2, true)
   ON CONFLICT (streamer_id, channel_id) DO UPDATE SET verified = true
   RETURNING ${select('StreamerChannelLink')}`,
)

const findHolder = statement(
  'claim_holder',
  sql`SELECT ${streamerColumns}
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
        const [claim] = await tx.query(verify, [streamerId, channelId])
        await recordClaim(tx, author, 'claim.verify', { channelId, before, after: claim })
        return { kind: 'verified', claim: claim! }
      })
    } catch (error) {
      if (lacksChannel(error)) return { kind: 'no-channel' }
      if (violatedConstraint(error) !== 'uq_verified_channel') throw error
      const [holder] = await db.query(findHolder, [channelId])
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
