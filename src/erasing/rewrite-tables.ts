import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { Subject } from './subject.ts'

/** The tables of Postgres that hold names: a deleted row stays in their files until they are rewritten. */
const tables = {
  chatter: ['dm.kick_follow_event'],
  channel: [
    'dm.streamer_channel',
    'dm.streamer_channel_slug_history',
    'dm.scrape_log',
    'dm.audit_log',
    'dm.event_subscription',
    'public.audit_log',
  ],
} as const

const rewrites = Object.values(tables)
  .flat()
  .map((table) => statement(`erasure_rewrite_${table.replace('.', '_')}`, `VACUUM (FULL, ANALYZE) ${table}`))

const closeLog = [
  statement('erasure_switch_log', 'SELECT pg_switch_wal()'),
  statement('erasure_checkpoint', 'CHECKPOINT'),
]

/**
 * Rewrites the files of a database of our own. Then its log is closed twice: the first checkpoint still needs the log of before, the second
 * removes it.
 */
export const rewriteTables = async (db: Postgres, { kind }: Subject): Promise<void> => {
  const names = new Set(tables[kind].map((table) => `erasure_rewrite_${table.replace('.', '_')}`))
  for (const rewrite of rewrites) if (names.has(rewrite.name)) await db.query(rewrite)
  for (let round = 0; round < 2; round++) for (const one of closeLog) await db.query(one)
}
