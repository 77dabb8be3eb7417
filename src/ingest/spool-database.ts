import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { reasonText } from '../lib/errors.ts'
import { SpoolDiskError, SpoolLockedError } from './spool-errors.ts'
import { type FileContent, type HeldRows, lossesOf, readLedger, type SpoolLoss } from './spool-ledger.ts'
import { selectSettled } from './spool-statements.ts'

const selectHeld = `
SELECT table_name AS "table", min(first) AS first, max(last) + 1 AS next, sum(last - first + 1) AS rows, max(appended_at) AS newestAt
FROM chunk GROUP BY table_name`

/** The primary result codes of SQLite that the spool distinguishes. */
const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const

/** Whether nothing is in the file; it may be missing. */
const isEmptyFile = (path: string): boolean => !existsSync(path) || statSync(path).size === 0

/**
 * The content of a spool's file, read without changing it or its log, so that a damaged file can be set aside unchanged. Throws
 * SQLite's error for a file that is damaged or in use, and Error for another format.
 */
const inspectSpoolFile = (path: string, schemaVersion: number): FileContent => {
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

const schemaVersion = 1

const createSchema = `
CREATE TABLE column_list (
  id    INTEGER PRIMARY KEY,
  names TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE chunk (
  table_name  TEXT    NOT NULL,
  first       INTEGER NOT NULL,
  last        INTEGER NOT NULL,
  column_list INTEGER NOT NULL,
  appended_at INTEGER NOT NULL,
  body        BLOB    NOT NULL,
  PRIMARY KEY (table_name, first)
) STRICT;
CREATE TABLE batch (
  table_name  TEXT    NOT NULL,
  first       INTEGER NOT NULL,
  last        INTEGER NOT NULL,
  column_list INTEGER NOT NULL,
  token       TEXT    NOT NULL,
  PRIMARY KEY (table_name, first)
) STRICT;
CREATE TABLE settled (
  table_name TEXT PRIMARY KEY,
  last       INTEGER NOT NULL
) STRICT;
CREATE TABLE dead_letter (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  table_name  TEXT    NOT NULL,
  column_list INTEGER NOT NULL,
  row         TEXT    NOT NULL,
  reason      TEXT    NOT NULL,
  at          INTEGER NOT NULL
) STRICT;
PRAGMA user_version = ${schemaVersion};
`

/** The primary result code of an error that SQLite raised, null for any other error. */
const resultCodeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null

/** The error for callers of the spool: an error of SQLite becomes a SpoolDiskError, any other is a bug and stays. */
export const toSpoolError = (error: unknown): unknown =>
  resultCodeOf(error) === null ? error : new SpoolDiskError(reasonText(error), { cause: error })

// With pages of 16 KiB a body of 1 MB takes half the time of the default of 4 KiB; one row takes the same.
const pageBytes = 16_384

/** The connection holds the lock on the file until it is closed or the process ends, however it ends. */
const openDatabase = (path: string, maxFileBytes?: number): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    database.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA locking_mode = EXCLUSIVE`)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // On macOS only F_FULLFSYNC empties the drive's cache; on other systems this changes nothing.
    database.exec('PRAGMA fullfsync = 1; PRAGMA journal_size_limit = 67108864')
    if (maxFileBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(maxFileBytes / pageBytes)}`)
    const version = database.prepare('PRAGMA user_version').get()?.user_version
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${createSchema} COMMIT`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Moves or copies the file and its log, which may hold the newest rows, for repair by hand; null when neither is there. */
const setAsideFiles = (path: string, now: number, put: (from: string, to: string) => void): string | null => {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
  const target = path.replace(/\.sqlite$/, `.corrupt-${stamp}.sqlite`)
  const found = ['', '-wal'].filter((suffix) => existsSync(path + suffix))
  for (const suffix of found) put(path + suffix, target + suffix)
  return found.length > 0 ? target : null
}

/** An opened file; `setAside` is the path of the damaged one, and `losses` are its acknowledged rows. */
export type OpenedDatabase = {
  database: DatabaseSync
  setAside: string | null
  losses: SpoolLoss[]
  ledgerIsUnreadable: boolean
  /** Whether neither a file nor a ledger was there. */
  isNew: boolean
}

/** What the file holds, or null when it is damaged. */
const inspect = (path: string): FileContent | null => {
  try {
    return inspectSpoolFile(path, schemaVersion)
  } catch (error) {
    const code = resultCodeOf(error)
    if (code !== resultCode.corrupt && code !== resultCode.notADatabase) throw error
    return null
  }
}

/**
 * Opens `spool.sqlite` in the directory, which is created when absent, for this connection alone. The file is compared with the
 * ledger before anything changes it. A damaged file is moved away and a new one begun; of a file that only lacks rows a copy is
 * made. Throws SpoolLockedError while another connection holds the file, and SpoolDiskError when the disk refuses it.
 */
export const openSpoolDatabase = (directory: string, now: number, maxFileBytes?: number): OpenedDatabase => {
  const path = join(directory, 'spool.sqlite')
  try {
    mkdirSync(directory, { recursive: true })
    const content = inspect(path)
    const ledger = readLedger(directory)
    const known = ledger === null || ledger === 'unreadable' ? { id: '', tables: {}, losses: [] } : ledger
    const lost = lossesOf(known, content ?? { held: new Map(), settled: new Map() })
    const isNew = ledger === null && isEmptyFile(path)
    let setAside: string | null = null
    if (content === null || (lost.length > 0 && isEmptyFile(path))) setAside = setAsideFiles(path, now, renameSync)
    else if (lost.length > 0) setAside = setAsideFiles(path, now, copyFileSync)
    return {
      database: openDatabase(path, maxFileBytes),
      setAside,
      losses: [...known.losses, ...lost.map((loss) => ({ ...loss, setAside }))],
      ledgerIsUnreadable: ledger === 'unreadable',
      isNew,
    }
  } catch (error) {
    if (resultCodeOf(error) === resultCode.busy)
      throw new SpoolLockedError(`The spool directory ${directory} is in use by another process.`, { cause: error })
    throw toSpoolError(error)
  }
}
