import { createHash } from 'node:crypto'
import { failureCode } from '../stores/postgres/failure.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { QueryRows } from './status-source.ts'

/** Where the journal stands. Ids are below 2^53: at a thousand events a second that lasts 285,000 years. */
export type JournalState = { epoch: string; head: number; prunedThrough: number }

const state = statement(
  'journal_state',
  `SELECT j.epoch::text AS epoch, j.pruned_through,
     greatest(j.pruned_through, coalesce((SELECT max(id) FROM dm.status_event), 0)) AS head,
     (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database
   FROM dm.status_journal j`,
)

// The name of a log file begins with the timeline; pg_control_checkpoint() would tell it only after the next checkpoint.
const lineage = [
  statement('journal_cluster', 'SELECT system_identifier::text AS part FROM pg_control_system()'),
  statement('journal_timeline', 'SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8) AS part'),
]

/** No right to call it, no such function, or not a primary: nothing that a retry would change. */
const notTold = new Set(['42501', '42883', '55000', '0A000'])

/**
 * Reads where the journal stands. The epoch differs between a database and every restored copy of it: it is a hash of
 * the journal's own uuid, the database, the cluster and its timeline; what this role may not ask is left out.
 */
export const readJournalState = async (query: QueryRows): Promise<JournalState> => {
  const row = (await query(state, []))[0]!
  const parts = [row.epoch, row.database]
  for (const part of lineage) {
    try {
      parts.push((await query(part, []))[0]?.part)
    } catch (error) {
      if (!notTold.has(failureCode(error))) throw error
      parts.push('')
    }
  }
  return {
    epoch: createHash('sha256').update(parts.join()).digest('base64url').slice(0, 12),
    head: Number(row.head),
    prunedThrough: Number(row.pruned_through),
  }
}
