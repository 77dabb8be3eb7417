import { columnsOfRows } from '../lib/json-rows.ts'
import { dueAgain } from '../sessions/late-rows.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import type { SpoolLoss } from './spool-ledger.ts'

/** Rows that were acknowledged or stored and are gone. A start finds them by comparing with notes of what was there. */
export type KnownLoss = {
  /** What lost them: a part of a table of ClickHouse, or the file of a spool. */
  source: 'clickhouse' | 'spool'
  /** The table or queue of the rows, as it is named in the spool. A file of several has one loss for each. */
  target: string
  /** Identifies the damage within its environment, the same however often it is found. */
  name: string
  /** The first possible instant of a lost row; at the earliest the last instant at which all was well. */
  from: Date
  /** The end of these instants; at the latest the instant of finding. */
  to: Date
  /** How many rows; null when that is not known. */
  rows: number | null
  /** The path of the damaged file or part, for repair; null when nothing remains of it. */
  setAside: string | null
}

/** A stored loss; `acceptedAt` is when an operator decided that it will not be repaired, null until then. */
export type StoredLoss = KnownLoss & { id: bigint; foundAt: Date; acceptedAt: Date | null }

/** The key of a loss within its environment. */
export type LossName = Pick<KnownLoss, 'source' | 'target' | 'name'>

/** The known loss for a loss of a spool. */
export const lossOfSpool = ({ table, from, to, ...loss }: SpoolLoss): KnownLoss => ({
  ...loss,
  source: 'spool',
  target: table,
  from: new Date(from),
  to: new Date(to),
})

const record = statement(
  'known_loss_record',
  `INSERT INTO dm.known_loss AS l (env, source, target, name, from_at, to_at, row_count, set_aside)
   SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[], $8::text[])
   ON CONFLICT (env, source, target, name) DO UPDATE
   SET set_aside = excluded.set_aside, row_count = coalesce(excluded.row_count, l.row_count)`,
)

const remove = statement(
  'known_loss_remove',
  `WITH found AS (
     DELETE FROM dm.known_loss
     WHERE env = $1 AND (source, target, name) IN (SELECT * FROM unnest($2::text[], $3::text[], $4::text[]))
     RETURNING from_at, to_at)
   UPDATE dm.stream_session s SET ${dueAgain} WHERE EXISTS (
     SELECT FROM found WHERE s.started_at <= found.to_at AND s.ended_at >= found.from_at)`,
)

const read = statement(
  'known_loss_read',
  sql`SELECT ${narrowed<Omit<StoredLoss, 'from' | 'to' | 'rows'>>(
    select('KnownLoss', ['id', 'source', 'target', 'name', 'setAside', 'foundAt', 'acceptedAt']),
  )}, ${expressions<Pick<StoredLoss, 'from' | 'to' | 'rows'>>({ from: 'from_at', to: 'to_at', rows: 'row_count::float8' })}
   FROM dm.known_loss WHERE env = $1 ORDER BY id`,
)

const accept = statement(
  'known_loss_accept',
  'UPDATE dm.known_loss SET accepted_at = now() WHERE env = $1 AND id = $2 AND accepted_at IS NULL RETURNING id',
)

/** Stores losses. A known one keeps its span, its date of finding and whether it was accepted. */
export const recordLosses = async (db: Transaction, env: string, losses: readonly KnownLoss[]): Promise<void> => {
  if (losses.length === 0) return
  const columns = columnsOfRows(losses, 'source', 'target', 'name', 'from', 'to', 'rows', 'setAside')
  await db.query(record, [env, ...columns])
}

/** Forgets losses whose rows are there again; the sessions of their time are aggregated again. */
export const removeLosses = async (db: Transaction, env: string, names: readonly LossName[]): Promise<void> => {
  if (names.length === 0) return
  await db.query(remove, [env, ...columnsOfRows(names, 'source', 'target', 'name')])
}

/** Every stored loss of an environment, in the order of finding. */
export const readLosses = (db: Transaction, env: string): Promise<StoredLoss[]> => db.query(read, [env])

/** Accepts that a loss will not be repaired; returns whether it was there and was not accepted before. */
export const acceptLoss = async (db: Transaction, env: string, id: bigint): Promise<boolean> =>
  (await db.query(accept, [env, id])).length > 0
