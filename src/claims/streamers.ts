import type { Transaction } from '../stores/postgres/postgres.ts'
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
