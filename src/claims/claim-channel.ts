import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { violatedConstraint } from '../stores/postgres/failure.ts'
import { recordHappenings } from '../stores/postgres/happenings.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** The streamer and the channel of a claim. */
export type ClaimKey = { streamerId: number; channelId: bigint }

/** A claim of a channel by a streamer. */
export type Claim = ModelRows['StreamerChannelLink']

/** What a claim refers to and does not exist. */
export type Missing = { kind: 'no-streamer' } | { kind: 'no-channel' }

const lockOne = statement('claim_lock_streamer', 'SELECT id FROM public.streamers WHERE id = $1 FOR NO KEY UPDATE')

const find = statement(
  'claim_find',
  sql`SELECT ${select('StreamerChannelLink')} FROM public.streamer_channel_link WHERE streamer_id = $1 AND channel_id = $2`,
)

/** Locks a streamer until the end of the transaction, so that changes of their claims happen one after another; false when there is none. */
export const lockStreamer = async (tx: Transaction, streamerId: number): Promise<boolean> =>
  (await tx.query(lockOne, [streamerId])).length > 0

/** The claim, which can not change while its streamer is locked; undefined when there is none. */
export const findClaim = async (tx: Transaction, { streamerId, channelId }: ClaimKey): Promise<Claim | undefined> =>
  (await tx.query(find, [streamerId, channelId]))[0]

/** Whether a statement failed because there is no such channel. Only a database that holds both schemas checks that. */
export const lacksChannel = (error: unknown): boolean =>
  violatedConstraint(error) === 'streamer_channel_link_channel_fkey'

const shown = (claim: Claim | undefined) => claim && { streamerId: claim.streamerId, verified: claim.verified }

/** Records a change of a claim from `before` to `after`, which are not both absent; undefined means that there was or is none. */
export const recordClaim = async (
  tx: Transaction,
  author: Author,
  action: string,
  { channelId, before, after }: { channelId: bigint; before: Claim | undefined; after: Claim | undefined },
): Promise<void> => {
  await recordAction(tx, 'public', author, {
    action,
    target: `channel:${channelId}`,
    before: shown(before),
    after: shown(after),
  })
  const [was, is] = [before?.verified ?? false, after?.verified ?? false]
  if (was === is) return
  const facts = { streamerId: (after ?? before)!.streamerId }
  await recordHappenings(tx, 'public', [{ kind: is ? 'claim-verified' : 'claim-lost', channelId, at: null, facts }])
}

const insert = statement(
  'claim_insert',
  sql`INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES ($1, $2)
   RETURNING ${select('StreamerChannelLink')}`,
)

/** Writes an unverified claim if there is none; any number of streamers may claim one channel. Repeating it changes nothing. */
export const claimChannel = async (
  db: Postgres,
  author: Author,
  key: ClaimKey,
): Promise<{ kind: 'claimed'; claim: Claim } | Missing> => {
  const { streamerId, channelId } = key
  try {
    return await db.transaction(async (tx) => {
      if (!(await lockStreamer(tx, streamerId))) return { kind: 'no-streamer' }
      const before = await findClaim(tx, key)
      if (before) return { kind: 'claimed', claim: before }
      const [claim] = await tx.query(insert, [streamerId, channelId])
      await recordClaim(tx, author, 'claim.create', { channelId, before, after: claim })
      return { kind: 'claimed', claim: claim! }
    })
  } catch (error) {
    if (lacksChannel(error)) return { kind: 'no-channel' }
    throw error
  }
}

const remove = statement(
  'claim_remove',
  'DELETE FROM public.streamer_channel_link WHERE streamer_id = $1 AND channel_id = $2',
)

/** Removes a claim, verified or not. Repeating it changes nothing; false when there is no such streamer. */
export const releaseClaim = (db: Postgres, author: Author, key: ClaimKey): Promise<boolean> =>
  db.transaction(async (tx) => {
    const { streamerId, channelId } = key
    if (!(await lockStreamer(tx, streamerId))) return false
    const before = await findClaim(tx, key)
    if (!before) return true
    await tx.query(remove, [streamerId, channelId])
    await recordClaim(tx, author, 'claim.release', { channelId, before, after: undefined })
    return true
  })
