import type pg from 'pg'
import { deleteByKeys, insertRows, type Key, keysOf, readByKeys, readPage } from '../stores/postgres/table-rows.ts'
import type { Connection, Table } from '../stores/postgres/tables.ts'
import { alignPartitions, type Copied, readCopied, saveCopied } from './new-place.ts'

/** How many rows travel at a time. */
const pageRows = 5_000

/** Both places, each on one connection. */
export type Places = { source: Connection; target: Connection; tables: readonly Table[]; signal: AbortSignal }

/** Told after each page. */
export type OnCopied = (copied: Copied) => void

const copyTable = async ({ source, target, signal }: Places, table: Table, from: Copied, onCopied: OnCopied) => {
  let { lastKey, rows, isDone } = from
  while (!isDone) {
    signal.throwIfAborted()
    const page = await readPage(source, table, lastKey, pageRows)
    const keys = keysOf(table, page)
    lastKey = keys.at(-1) ?? lastKey
    rows += page.count
    isDone = page.count < pageRows
    const copied = { table: table.name, lastKey, rows, isDone }
    await target.query('BEGIN')
    // A row whose name another one still has by an older page has changed since then: it is noted and comes with the changes.
    await insertRows(target, table, page, { leavesOut: true })
    await saveCopied(target, copied)
    await target.query('COMMIT')
    onCopied(copied)
  }
}

/** Copies every table, page by page in the order of its key. A kill loses at most a page. */
export const copyTables = async (places: Places, onCopied: OnCopied): Promise<void> => {
  await alignPartitions(places.source, places.target)
  const known = new Map((await readCopied(places.target)).map((copied) => [copied.table, copied]))
  for (const table of places.tables) await copyTable(places, table, known.get(table.name)!, onCopied)
}

/** All notes of changes go to one row for each changed row; what is noted from now on stands beside them. */
const takeChanges = `
WITH taken AS (DELETE FROM dm_split.change RETURNING table_name, key)
INSERT INTO dm_split.taken SELECT DISTINCT table_name, key FROM taken ON CONFLICT DO NOTHING`

const changedKeys = async (db: Connection, table: Table, after: Key | null): Promise<Key[]> => {
  const { rows } = await db.query<{ key: Key }>(
    `SELECT DISTINCT key FROM (SELECT table_name, key FROM dm_split.taken UNION ALL SELECT table_name, key FROM dm_split.change) noted
     WHERE table_name = $1 AND ($2::text[] IS NULL OR key > $2) ORDER BY key LIMIT ${pageRows}`,
    [table.name, after],
  )
  return rows.map(({ key }) => key)
}

const eachPage = async (db: Connection, table: Table, work: (keys: readonly Key[]) => Promise<void>) => {
  let after: Key | null = null
  for (;;) {
    const keys: Key[] = await changedKeys(db, table, after)
    if (keys.length > 0) await work(keys)
    if (keys.length < pageRows) return
    after = keys.at(-1)!
  }
}

/**
 * Brings the new place to one moment of the old one: whatever changed until then is removed and written as it is at that moment, in one
 * transaction. So a name that went from one row to another is never there twice. `compare` is called while the old place still shows that moment,
 * whatever is written meanwhile. Returns how many rows had changed.
 */
export const catchUp = async (
  { source, target, tables, signal }: Places,
  compare: () => Promise<void> = async () => undefined,
): Promise<number> => {
  signal.throwIfAborted()
  await source.query(takeChanges)
  let changed = 0
  await source.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await target.query('BEGIN')
    await alignPartitions(source, target)
    for (const table of tables)
      await eachPage(source, table, async (keys) => {
        signal.throwIfAborted()
        changed += keys.length
        await deleteByKeys(target, table, keys)
      })
    if (changed > 0)
      for (const table of tables)
        await eachPage(source, table, async (keys) => insertRows(target, table, await readByKeys(source, table, keys)))
    await target.query('COMMIT')
    await compare()
  } catch (error) {
    await target.query('ROLLBACK')
    throw error
  } finally {
    await source.query('COMMIT')
  }
  await source.query('DELETE FROM dm_split.taken')
  return changed
}

/** Whether nothing has changed that is not in the new place. */
export const isCaughtUp = async (source: Pick<pg.Client, 'query'>): Promise<boolean> => {
  const { rows } = await source.query(
    'SELECT NOT EXISTS (SELECT FROM dm_split.change) AND NOT EXISTS (SELECT FROM dm_split.taken) AS done',
  )
  return rows[0].done
}
