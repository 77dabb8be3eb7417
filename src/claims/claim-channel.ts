import type { Author } from '../audit/record-action.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
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
} from './claim.ts'

const insert = statement(
  'claim_insert',
  `INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES ($1, $2) RETURNING ${claimColumns}`,
)

/** Writes a claim, unverified where it is new; any number of streamers may claim one channel. Repeating it changes nothing. */
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
      const [claim] = await tx.query<Claim>(insert, [streamerId, channelId])
      await recordClaim(tx, author, 'claim.create', { channelId, before, after: claim })
      return { kind: 'claimed', claim: claim! }
    })
  } catch (error) {
    if (lacksChannel(error)) return { kind: 'no-channel' }
    throw error
  }
}
