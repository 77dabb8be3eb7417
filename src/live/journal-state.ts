import { createHash } from 'node:crypto'
import { failureCode } from '../stores/postgres/failure.ts'
import { expressions } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { QueryRows } from './status-source.ts'

/** The state of the journal. Its ids stay below 2^53, which lasts 285,000 years at a thousand events a second. */
export type JournalState = { epoch: string; head: number; prunedThrough: number }

const state = statement(
  'journal_state',
  sql`SELECT ${expressions<{ epoch: string; prunedThrough: bigint; head: bigint; database: string }>({
    epoch: 'j.epoch::text',
    prunedThrough: 'j.pruned_through',
    head: 'greatest(j.pruned_through, coalesce((SELECT max(id) FROM dm.status_event), 0))',
    database: '(SELECT oid::text FROM pg_database WHERE datname = current_database())',
  })}
   FROM dm.status_journal j`,
)

// The name of a log file begins with the timeline. pg_control_checkpoint() has it only after the next checkpoint.
const part = (text: string) => expressions<{ part: string }>({ part: text })
const lineage = [
  statement('journal_cluster', sql`SELECT ${part('system_identifier::text')} FROM pg_control_system()`),
  statement('journal_timeline', sql`SELECT ${part('left(pg_walfile_name(pg_current_wal_lsn()), 8)')}`),
]

/** The role may not call the function, it does not exist, or this is not a primary. A retry would not change that. */
const notTold = new Set(['42501', '42883', '55000', '0A000'])

/**
 * Reads the state of the journal. The epoch differs between a database and every restored copy of it: it is a hash of the
 * journal's uuid, the database, the cluster and its timeline. Parts that this role may not read are left out.
 */
export const readJournalState = async (query: QueryRows): Promise<JournalState> => {
  const row = (await query(state, []))[0]!
  const parts: (string | undefined)[] = [row.epoch, row.database]
  for (const origin of lineage) {
    try {
      parts.push((await query(origin, []))[0]?.part)
    } catch (error) {
      if (!notTold.has(failureCode(error))) throw error
      parts.push('')
    }
  }
  return {
    epoch: createHash('sha256').update(parts.join()).digest('base64url').slice(0, 12),
    head: Number(row.head),
    prunedThrough: Number(row.prunedThrough),
  }
}
