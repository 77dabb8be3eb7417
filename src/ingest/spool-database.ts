import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { reasonText } from '../lib/errors.ts'
import { SpoolDiskError, SpoolLockedError } from './spool-errors.ts'

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

/** SQLite's primary result codes that decide what an error means to the spool. */
const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const

/** The primary result code of an error that SQLite raised, null for any other error. */
const resultCodeOf = (error: unknown): number | null =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null

/** The error as a caller of the spool knows it: SQLite's own errors are the disk's, anything else is a bug and stays. */
export const toSpoolError = (error: unknown): unknown =>
  resultCodeOf(error) === null ? error : new SpoolDiskError(reasonText(error), { cause: error })

/** The connection holds the lock on the file until it is closed or the process ends, however it ends. */
const openDatabase = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    // Pages of 16 KiB store a body of 1 MB in half the time that the default of 4 KiB takes; one row costs the same.
    database.exec('PRAGMA page_size = 16384; PRAGMA locking_mode = EXCLUSIVE')
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // Only F_FULLFSYNC empties the drive's cache on macOS; elsewhere this changes nothing.
    database.exec('PRAGMA fullfsync = 1; PRAGMA journal_size_limit = 67108864')
    const check = database.prepare('PRAGMA quick_check(1)').get()
    if (check?.quick_check !== 'ok') {
      throw Object.assign(new Error(`quick_check: ${check?.quick_check}`), { errcode: resultCode.corrupt })
    }
    const version = database.prepare('PRAGMA user_version').get()?.user_version
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${createSchema} COMMIT`)
    else if (version !== schemaVersion) {
      throw new Error(`${path} has spool format ${version}; this program reads format ${schemaVersion}.`)
    }
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Renames the file and its log, which may hold the newest rows, so that they can be inspected and recovered by hand. */
const setAsideFiles = (path: string, now: number): string => {
  const stamp = new Date(now).toISOString().replaceAll(/[-:.]/g, '')
  const target = path.replace(/\.sqlite$/, `.corrupt-${stamp}.sqlite`)
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) renameSync(path + suffix, target + suffix)
  return target
}

/**
 * Opens `spool.sqlite` in the directory, which is created when absent, for this connection alone. A damaged file is
 * renamed and a new one begun; `setAside` is then its new path. Throws SpoolLockedError while another connection
 * holds the file and SpoolDiskError when the disk refuses it.
 */
export const openSpoolDatabase = (
  directory: string,
  now: number,
): { database: DatabaseSync; setAside: string | null } => {
  const path = join(directory, 'spool.sqlite')
  try {
    mkdirSync(directory, { recursive: true })
    return { database: openDatabase(path), setAside: null }
  } catch (error) {
    const code = resultCodeOf(error)
    if (code === resultCode.busy) {
      throw new SpoolLockedError(`The spool directory ${directory} is in use by another process.`, { cause: error })
    }
    if (code !== resultCode.corrupt && code !== resultCode.notADatabase) throw toSpoolError(error)
    const setAside = setAsideFiles(path, now)
    return { database: openDatabase(path), setAside }
  }
}
