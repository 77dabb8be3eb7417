import { readJournalState } from '../live/journal.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { LogName } from './happening.ts'

/** The databases that alerts read; they may be one. */
export type Sides = { dm: Transaction; public: Transaction }

/** A position in each log. */
export type Positions = Readonly<Record<LogName, number>>

/** How far the logs have been decided on, and the epoch of those of `dm`. */
export type Cursor = { epoch: string; positions: Positions }

const columns = select('AlertCursor', ['epoch', 'journalId', 'detailId', 'happeningId', 'ownId'])
const read = statement('alerts_cursor_read', sql`SELECT ${columns} FROM public.alert_cursor`)
const lock = statement('alerts_cursor_lock', sql`SELECT ${columns} FROM public.alert_cursor FOR UPDATE SKIP LOCKED`)
const write = statement(
  'alerts_cursor_write',
  `UPDATE public.alert_cursor SET epoch = $1, journal_id = $2, detail_id = $3, happening_id = $4, own_id = $5,
     begun_at = CASE WHEN $6 THEN now() ELSE begun_at END`,
)

type Row = { epoch: string | null; journalId: bigint; detailId: bigint; happeningId: bigint; ownId: bigint }

const cursorOf = ({ epoch, journalId, detailId, happeningId, ownId }: Row): Cursor | null => {
  if (epoch === null) return null
  const [journal, details, happenings, own] = [journalId, detailId, happeningId, ownId].map(Number)
  return { epoch, positions: { journal: journal!, details: details!, happenings: happenings!, own: own! } }
}

/** The cursor; null before the first time. */
export const readCursor = async (db: Transaction): Promise<Cursor | null> => cursorOf((await db.query(read))[0]!)

/** Locks the cursor until the commit. Undefined where another node has it; null before the first time. */
export const lockCursor = async (tx: Transaction): Promise<Cursor | null | undefined> => {
  const [row] = await tx.query(lock)
  return row && cursorOf(row)
}

/** Moves the cursor, which is locked. `begins` says that it leaves other logs than those it goes on with. */
export const writeCursor = async (tx: Transaction, { epoch, positions }: Cursor, begins: boolean): Promise<void> => {
  await tx.query(write, [epoch, positions.journal, positions.details, positions.happenings, positions.own, begins])
}

const last = (table: string) => `coalesce((SELECT max(id) FROM ${table}), 0)::float8`

const headsOfTier = statement(
  'alerts_heads_of_tier',
  sql`SELECT ${expressions<Record<Exclude<LogName, 'own'>, number>>({
    journal: `greatest(j.pruned_through, j.erased_through, ${last('dm.status_event')})`,
    details: last('dm.session_detail'),
    happenings: last('dm.happening'),
  })} FROM dm.status_journal j`,
)

const headOfOwn = statement(
  'alerts_head_of_own',
  sql`SELECT ${expressions<{ own: number }>({ own: last('public.happening') })}`,
)

/** The last positions of all logs as they are now. */
export const readHeads = async ({ dm, public: environment }: Sides): Promise<Positions> => {
  const [[ofTier], [ofOwn]] = await Promise.all([dm.query(headsOfTier), environment.query(headOfOwn)])
  return { ...ofTier!, ...ofOwn! }
}

/** The epoch of the logs of `dm`: it changes when the database is replaced or restored. */
export const readEpoch = async (dm: Transaction): Promise<string> =>
  (await readJournalState((one, values) => dm.query(one, values))).epoch
