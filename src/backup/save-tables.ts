import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Side } from '../stores/postgres/ledger.ts'
import { contentOf, type Key, keysOf, readPage, type TextRows } from '../stores/postgres/table-rows.ts'
import { type Connection, readPartitions, readSequences, type Table } from '../stores/postgres/tables.ts'
import type { ChunkStore } from './chunk-store.ts'
import { cutsOf, joinRows, sliceRows } from './cut-rows.ts'
import type { Manifest, SavedTable } from './manifest-shape.ts'
import { savedTables } from './saved-tables.ts'

/** So few that nobody waits long while a page is taken apart. */
const pageRows = 500
/** For so long, in milliseconds, nobody else gets a turn. */
const turnMs = 1

/** The lock of whoever makes a backup: one at a time for a database. */
const backupLock = 72_707_373

/** One database with the sides that it has. */
export type SavedDatabase = { url: string; sides: readonly Side[] }

/** A database as it was at one moment, on a connection of its own. */
export type DatabaseSnapshot = AsyncDisposable & { db: Connection; sides: readonly Side[] }

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

/** Begins to read as of now: what is committed later is not seen. */
export const beginSnapshot = async (db: Connection): Promise<void> => {
  await db.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  // A transaction sees what was committed before its first statement.
  await db.query('SELECT 1')
}

/** Ends the reading: Postgres clears away nothing that a snapshot may still see. */
export const endSnapshot = async (db: Connection): Promise<void> => {
  await db.query('COMMIT')
}

/** The text of rows, made column by column so that others get their turn between two. */
const encode = async (table: Table, { columns, count }: TextRows): Promise<Buffer> => {
  const texts: string[] = []
  let begunAt = performance.now()
  for (const column of columns) {
    texts.push(JSON.stringify(column))
    if (performance.now() - begunAt < turnMs) continue
    await nextTurn()
    begunAt = performance.now()
  }
  const names = JSON.stringify(table.columns.map(({ name }) => name))
  return Buffer.from(`{"names":${names},"columns":[${texts.join()}],"count":${count}}`)
}

const saveTable = async (
  db: Connection,
  side: Side,
  table: Table,
  chunks: ChunkStore,
  signal: AbortSignal,
): Promise<SavedTable> => {
  const saved: SavedTable['chunks'] = []
  let held: TextRows | null = null
  const put = async (rows: TextRows): Promise<void> => {
    saved.push({ sha256: await chunks.put(await encode(table, rows)), rows: rows.count })
  }
  for (let after: Key | null = null; ; ) {
    signal.throwIfAborted()
    const page: TextRows = await readPage(db, table, after, pageRows)
    const keys = keysOf(table, page)
    let from = 0
    for (const to of cutsOf(keys, held?.count ?? 0)) {
      await put(joinRows(held, sliceRows(page, from, to)))
      held = null
      from = to
    }
    if (from < page.count) held = joinRows(held, sliceRows(page, from, page.count))
    if (page.count < pageRows) break
    after = keys.at(-1)!
    await nextTurn()
  }
  if (held) await put(held)
  const { rows, hash } = await contentOf(db, table)
  return { schema: side, name: table.name, rows, hash, chunks: saved }
}

/** Writes all of our tables of a snapshot, table by table. */
export const saveTables = async (
  snapshot: DatabaseSnapshot,
  chunks: ChunkStore,
  signal: AbortSignal,
  onTable: (table: SavedTable) => void,
): Promise<Pick<Manifest, 'tables' | 'sequences' | 'partitions'>> => {
  const { db, sides } = snapshot
  const saved: Pick<Manifest, 'tables' | 'sequences' | 'partitions'> = { tables: [], sequences: [], partitions: [] }
  for (const side of sides) {
    for (const table of await savedTables(db, side)) {
      const done = await saveTable(db, side, table, chunks, signal)
      saved.tables.push(done)
      onTable(done)
    }
    for (const sequence of await readSequences(db, side)) saved.sequences.push({ schema: side, ...sequence })
    if (side === 'dm') saved.partitions.push(...(await readPartitions(db)))
  }
  return saved
}
