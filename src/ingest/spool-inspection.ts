import { existsSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { FileContent, HeldRows } from './spool-ledger.ts'
import { selectSettled } from './spool-statements.ts'

const selectHeld = `
SELECT table_name AS "table", min(first) AS first, max(last) + 1 AS next, sum(last - first + 1) AS rows, max(appended_at) AS newestAt
FROM chunk GROUP BY table_name`

/** The primary result codes of SQLite that the spool distinguishes. */
export const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const

/** Whether nothing is in the file; it may be missing. */
export const isEmptyFile = (path: string): boolean => !existsSync(path) || statSync(path).size === 0

/**
 * The content of a spool's file, read without changing it or its log, so that a damaged file can be set aside unchanged. Throws
 * SQLite's error for a file that is damaged or in use, and Error for another format.
 */
export const inspectSpoolFile = (path: string, schemaVersion: number): FileContent => {
  const held = new Map<string, HeldRows>()
  const settled = new Map<string, number>()
  if (isEmptyFile(path)) return { held, settled }
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  try {
    const check = database.prepare('PRAGMA quick_check(1)').get()?.quick_check
    if (check !== 'ok') throw Object.assign(new Error(`quick_check: ${check}`), { errcode: resultCode.corrupt })
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    // A file whose making was interrupted has no tables yet.
    if (version === 0) return { held, settled }
    if (version !== schemaVersion)
      throw new Error(`${path} has spool format ${version}; this program reads format ${schemaVersion}.`)
    for (const { table, ...rows } of database.prepare(selectHeld).all() as (HeldRows & { table: string })[])
      held.set(table, rows)
    for (const { table, last } of database.prepare(selectSettled).all() as { table: string; last: number }[])
      settled.set(table, last)
    return { held, settled }
  } finally {
    database.close()
    rmSync(`${path}-shm`, { force: true })
  }
}
