import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'

/** A person of this environment who may claim channels. */
export type Streamer = Omit<ModelRows['Streamer'], 'id'> & { id: bigint }

/** The columns of `Streamer`. */
export const streamerColumns = sql`${expressions<{ id: bigint }>({ id: 'id::bigint' })}, ${select('Streamer', ['name', 'createdAt'])}`

/** The largest id a streamer can have. */
export const maxStreamerId = 2_147_483_647n

const byIds = statement(
  'streamers_by_ids',
  sql`SELECT ${streamerColumns} FROM public.streamers WHERE id = ANY ($1::bigint[])`,
)

/** The streamers with these ids, in one statement; ids without a streamer are left out. */
export const findStreamers = async (db: Transaction, ids: readonly bigint[]): Promise<Map<bigint, Streamer>> => {
  const valid = ids.filter((id) => id <= maxStreamerId)
  const rows = valid.length > 0 ? await db.query(byIds, [valid]) : []
  return new Map(rows.map((row) => [row.id, row]))
}

const insertStreamer = statement(
  'streamer_insert',
  sql`INSERT INTO public.streamers (name) VALUES ($1) RETURNING ${streamerColumns}`,
)

const takeStreamer = statement(
  'streamer_take',
  sql`SELECT ${streamerColumns} FROM public.streamers WHERE id = $1::bigint FOR UPDATE`,
)

const listClaims = statement(
  'streamer_list_claims',
  sql`SELECT ${select('StreamerChannelLink', ['channelId', 'verified'])}
   FROM public.streamer_channel_link WHERE streamer_id = $1::bigint
   ORDER BY verified DESC, channel_id`,
)

const deleteById = statement('streamer_delete', 'DELETE FROM public.streamers WHERE id = $1::bigint')

/** How many claims of a deleted streamer the audit log lists; the others are only counted. */
const maxAuditedClaims = 100

/** Adds a streamer; several may have the same name. */
export const createStreamer = (db: Postgres, author: Author, name: string): Promise<Streamer> =>
  db.transaction(async (tx) => {
    const [streamer] = await tx.query(insertStreamer, [name])
    const target = `streamer:${streamer!.id}`
    await recordAction(tx, 'public', author, { action: 'streamer.create', target, after: { name } })
    return streamer!
  })

/** Removes a streamer and their claims, nothing else; false when there is no such streamer. */
export const deleteStreamer = (db: Postgres, author: Author, id: bigint): Promise<boolean> =>
  db.transaction(async (tx) => {
    const [streamer] = await tx.query(takeStreamer, [id])
    if (!streamer) return false
    const claims = await tx.query(listClaims, [id])
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
