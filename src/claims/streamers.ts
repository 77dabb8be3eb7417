import { type Author, recordAction } from '../audit/record-action.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** A person of this environment who may claim channels. */
export type Streamer = { id: bigint; name: string; createdAt: Date }

/** The largest id a streamer can have. */
export const maxStreamerId = 2_147_483_647n

const byIds = statement(
  'streamers_by_ids',
  'SELECT id::bigint, name, created_at AS "createdAt" FROM public.streamers WHERE id = ANY ($1::bigint[])',
)

/** The streamers with these ids, in one statement; ids without a streamer are left out. */
export const findStreamers = async (db: Transaction, ids: readonly bigint[]): Promise<Map<bigint, Streamer>> => {
  const valid = ids.filter((id) => id <= maxStreamerId)
  const rows = valid.length > 0 ? await db.query<Streamer>(byIds, [valid]) : []
  return new Map(rows.map((row) => [row.id, row]))
}

const insertStreamer = statement(
  'streamer_insert',
  'INSERT INTO public.streamers (name) VALUES ($1) RETURNING id::bigint, name, created_at AS "createdAt"',
)

const takeStreamer = statement(
  'streamer_take',
  'SELECT id::bigint, name, created_at AS "createdAt" FROM public.streamers WHERE id = $1::bigint FOR UPDATE',
)

const listClaims = statement(
  'streamer_list_claims',
  `SELECT channel_id AS "channelId", verified FROM public.streamer_channel_link WHERE streamer_id = $1::bigint
   ORDER BY verified DESC, channel_id`,
)

const deleteById = statement('streamer_delete', 'DELETE FROM public.streamers WHERE id = $1::bigint')

/** How many claims of a deleted streamer the audit log lists; the others are only counted. */
const maxAuditedClaims = 100

/** Adds a streamer; several may have the same name. */
export const createStreamer = (db: Postgres, author: Author, name: string): Promise<Streamer> =>
  db.transaction(async (tx) => {
    const [streamer] = await tx.query<Streamer>(insertStreamer, [name])
    const target = `streamer:${streamer!.id}`
    await recordAction(tx, 'public', author, { action: 'streamer.create', target, after: { name } })
    return streamer!
  })

/** Removes a streamer and their claims, nothing else; false when there is no such streamer. */
export const deleteStreamer = (db: Postgres, author: Author, id: bigint): Promise<boolean> =>
  db.transaction(async (tx) => {
    const [streamer] = await tx.query<Streamer>(takeStreamer, [id])
    if (!streamer) return false
    const claims = await tx.query<{ channelId: bigint; verified: boolean }>(listClaims, [id])
    await tx.query(deleteById, [id])
    const before = {
      name: streamer.name,
      createdAt: streamer.createdAt.toISOString(),
      claimCount: claims.length,
      claims: claims
        .slice(0, maxAuditedClaims)
        .map(({ channelId, verified }) => ({ channelId: channelId.toString(), verified })),
    }
    await recordAction(tx, 'public', author, { action: 'streamer.delete', target: `streamer:${id}`, before })
    return true
  })
