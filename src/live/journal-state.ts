import { createHash } from 'node:crypto'
import type pg from 'pg'

/** Where the journal stands. Ids are at most 2^53: at a thousand events a second that is 285,000 years. */
export type JournalState = { epoch: string; head: number; prunedThrough: number }

const state = `SELECT j.epoch::text AS epoch, j.pruned_through,
  greatest(j.pruned_through, coalesce((SELECT max(id) FROM dm.status_event), 0)) AS head,
  (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database
FROM dm.status_journal j`

// The name of a log file begins with the timeline; pg_control_checkpoint() would tell it only after the next checkpoint.
const lineage = [
  'SELECT system_identifier::text AS part FROM pg_control_system()',
  'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS part',
]

/**
 * Reads where the journal stands. The epoch differs between a database and every restored copy of it: it is a hash of
 * the journal's own uuid, the database, the cluster and its timeline; what this role may not ask is left out.
 */
export const readJournalState = async (client: pg.Client): Promise<JournalState> => {
  const row = (await client.query(state)).rows[0]
  const parts = [row.epoch, row.database]
  for (const text of lineage) {
    const part = await client.query(text).catch((error: { code?: string }) => {
      // No right to call it, no such function, or not a primary: nothing a retry would change.
      if (error.code === '42501' || error.code === '42883' || error.code === '55000') return undefined
      throw error
    })
    parts.push(part?.rows[0]?.part ?? '')
  }
  return {
    epoch: createHash('sha256').update(parts.join()).digest('base64url').slice(0, 12),
    head: Number(row.head),
    prunedThrough: Number(row.pruned_through),
  }
}
