import pg from 'pg'
import type { Side } from '../stores/postgres/ledger.ts'
import { contentByBlocks, type Key, keysOf, readPage, type TextRows } from '../stores/postgres/table-rows.ts'
import { type Connection, readPartitions, readSequences, type Table } from '../stores/postgres/tables.ts'
import type { ChunkStore } from './chunk-store.ts'
import { cutsOf, joinRows, sliceRows } from './cut-rows.ts'
import type { Manifest, SavedTable } from './manifest-shape.ts'
import type { Pace } from './pace.ts'
import { savedTables } from './saved-tables.ts'

/** So few that Postgres works for moments only, and then waits for the thread that takes the page apart. */
const pageRows = 500

/** The lock of whoever makes a backup: one at a time for a database. */
const backupLock = 72_707_373

/** One database with the sides that it has. */
export type SavedDatabase = { url: string; sides: readonly Side[] }

/** A database as it is at one moment, by the name under which Postgres hands the snapshot on. */
export type DatabaseSnapshot = SavedDatabase & { snapshot: string }

/** What Postgres has in a backup. */
export type SavedRows = Pick<Manifest, 'tables' | 'sequences' | 'partitions'>

/** Takes the lock for as long as the connection lasts; false where another backup has it. */
export const lockBackups = async (db: Connection): Promise<boolean> => {
  const { rows } = await db.query('SELECT pg_try_advisory_lock($1) AS taken', [backupLock])
  return rows[0].taken
}

/** The instant of the database. */
export const readInstant = async (db: Connection): Promise<Date> => {
  const { rows } = await db.query<{ at: Date }>('SELECT clock_timestamp() AS at')
  return rows[0]!.at
}

/** Begins to read as of now: what is committed later is not seen. Answers the name by which others see the same while it lasts. */
export const beginSnapshot = async (db: Connection): Promise<string> => {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const { rows } = await db.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot')
  return rows[0]!.snapshot
}

/** Begins to read what another connection sees, with one process of Postgres. */
export const joinSnapshot = async (db: Connection, snapshot: string): Promise<void> => {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  await db.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`)
  await db.query('SET LOCAL max_parallel_workers_per_gather = 0')
}

/** Ends the reading: Postgres clears away nothing that a snapshot may still see. */
export const endSnapshot = async (db: Connection): Promise<void> => {
  await db.query('COMMIT')
}

const encode = (table: Table, { columns, count }: TextRows): Buffer =>
  Buffer.from(JSON.stringify({ names: table.columns.map(({ name }) => name), columns, count }))

const saveTable = async (
  db: Connection,
  side: Side,
  table: Table,
  chunks: ChunkStore,
  pace: Pace,
): Promise<SavedTable> => {
  const saved: SavedTable['chunks'] = []
  let held = null as TextRows | null
  let after: Key | null = null
  const put = async (rows: TextRows): Promise<void> => {
    saved.push({ sha256: await chunks.put(encode(table, rows)), rows: rows.count })
  }
  /** Saves the next rows; whether more may follow. */
  const savePage = async (): Promise<boolean> => {
    const page = await readPage(db, table, after, pageRows)
    const keys = keysOf(table, page)
    let from = 0
    for (const to of cutsOf(keys, held?.count ?? 0)) {
      await put(joinRows(held, sliceRows(page, from, to)))
      held = null
      from = to
    }
    if (from < page.count) held = joinRows(held, sliceRows(page, from, page.count))
    after = keys.at(-1) ?? after
    return page.count === pageRows
  }
  let isMore = true
  while (isMore) isMore = await pace(savePage)
  if (held) await put(held)
  const { rows, hash } = await contentByBlocks(db, table, pace)
  return { schema: side, name: table.name, rows, hash, chunks: saved }
}

/** Writes all of our tables as a connection sees them, table by table, page by page in slices of a pace. */
export const saveTables = async (
  db: Connection,
  sides: readonly Side[],
  chunks: ChunkStore,
  pace: Pace,
  onTable: (table: SavedTable) => void,
): Promise<SavedRows> => {
  const saved: SavedRows = { tables: [], sequences: [], partitions: [] }
  for (const side of sides) {
    for (const table of await savedTables(db, side)) {
      const done = await saveTable(db, side, table, chunks, pace)
      saved.tables.push(done)
      onTable(done)
    }
    for (const sequence of await readSequences(db, side)) saved.sequences.push({ schema: side, ...sequence })
    if (side === 'dm') saved.partitions.push(...(await readPartitions(db)))
  }
  return saved
}
