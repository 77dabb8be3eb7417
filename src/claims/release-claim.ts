import type { Author } from '../audit/record-action.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import { type ClaimKey, findClaim, lockStreamer, recordClaim } from './claim.ts'

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
