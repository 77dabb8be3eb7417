import { type Author, recordAction } from '../audit/record-action.ts'
import { violatedConstraint } from '../stores/postgres/failure.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Whose claim of which channel. */
export type ClaimKey = { streamerId: number; channelId: bigint }

/** A claim of a channel by a streamer. */
export type Claim = ClaimKey & { verified: boolean; claimedAt: Date }

/** What a claim needs and does not find. */
export type Missing = { kind: 'no-streamer' } | { kind: 'no-channel' }

/** The columns of a claim, by the names of `Claim`. */
export const claimColumns = `streamer_id AS "streamerId", channel_id AS "channelId", verified, claimed_at AS "claimedAt"`

const lockOne = statement('claim_lock_streamer', 'SELECT id FROM public.streamers WHERE id = $1 FOR NO KEY UPDATE')

const find = statement(
  'claim_find',
  `SELECT ${claimColumns} FROM public.streamer_channel_link WHERE streamer_id = $1 AND channel_id = $2`,
)

/** Locks a streamer until the end of the transaction, so that changes of their claims wait for each other; false where there is none. */
export const lockStreamer = async (tx: Transaction, streamerId: number): Promise<boolean> =>
  (await tx.query(lockOne, [streamerId])).length > 0

/** The claim as it stays while its streamer is locked; undefined where there is none. */
export const findClaim = async (tx: Transaction, { streamerId, channelId }: ClaimKey): Promise<Claim | undefined> =>
  (await tx.query<Claim>(find, [streamerId, channelId]))[0]

/** Whether a statement failed because there is no such channel; only a database that holds both sides says so. */
export const lacksChannel = (error: unknown): boolean =>
  violatedConstraint(error) === 'streamer_channel_link_channel_fkey'

const shown = (claim: Claim | undefined) => claim && { streamerId: claim.streamerId, verified: claim.verified }

/** Records that a claim was `before` and is `after`, undefined where there was or is none. */
export const recordClaim = (
  tx: Transaction,
  author: Author,
  action: string,
  { channelId, before, after }: { channelId: bigint; before: Claim | undefined; after: Claim | undefined },
): Promise<void> =>
  recordAction(tx, 'public', author, {
    action,
    target: `channel:${channelId}`,
    before: shown(before),
    after: shown(after),
  })
