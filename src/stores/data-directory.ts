import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError, reasonText } from '../lib/errors.ts'
import { madeBeforeBaseline } from './made-before-baseline.ts'
import {
  dataDirectoryError,
  lookAtDataDirectory,
  prepareDataDirectory,
  restoringMark,
} from './prepare-data-directory.ts'
import { closeDataDirectory } from './private-files.ts'

export type DataDirectory = {
  readonly path: string
  /** Tells others who holds the directory, for their error message. */
  announce(url: string): void
  [Symbol.dispose](): void
}

/** Another process holds the data directory; `url` is where it serves, if it has said so. */
export class DataDirectoryInUse extends ConfigError {
  readonly url: string | undefined

  constructor(message: string, url: string | undefined) {
    super(message)
    this.name = 'DataDirectoryInUse'
    this.url = url
  }
}

/** SQLite's primary result codes: somebody else holds the lock; the file is not one of SQLite's. */
const resultCode = { busy: 5, corrupt: 11, notADatabase: 26 } as const

const readHolder = (file: string): { pid?: number; url?: string } => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) ?? {}
  } catch {
    return {}
  }
}

const holderOf = ({ pid, url }: { pid?: number; url?: string }): string =>
  pid === undefined ? 'another process' : url === undefined ? `process ${pid}` : `process ${pid}, serving ${url}`

const lockFile = (directory: string): string => path.join(directory, 'lock.sqlite')

/** Whether a process has ever taken a data directory. Looking changes nothing. */
export const wasEverHeld = (directory: string): boolean => fs.existsSync(lockFile(directory))

/** Takes the lock, which goes with the process however that ends; or only reads whether somebody has it. */
const lockDirectory = (directory: string, { readOnly = false } = {}): DatabaseSync => {
  const file = lockFile(directory)
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { readOnly })
    lock.exec(`PRAGMA busy_timeout = 0; ${readOnly ? 'SELECT count(*) FROM sqlite_schema' : 'BEGIN EXCLUSIVE'}`)
    return lock
  } catch (error) {
    lock?.close()
    const code = (error as { errcode?: number }).errcode
    if (code === undefined) throw error
    if (code === resultCode.busy) {
      const holder = readHolder(path.join(directory, 'holder.json'))
      throw new DataDirectoryInUse(
        `DATA_DIR ${directory} is in use by ${holderOf(holder)}: stop it, or choose another DATA_DIR.`,
        holder.url,
      )
    }
    if (code === resultCode.corrupt || code === resultCode.notADatabase)
      throw new ConfigError(`DATA_DIR ${directory} can not be used: ${file} is damaged: remove it.`)
    // Everything else was tried before: what remains is a file system that does not know how to lock.
    throw new ConfigError(
      `DATA_DIR ${directory} can not be used: no file can be locked there (${reasonText(error)}): choose a local disk.`,
    )
  }
}

const markOf = (directory: string): string => path.join(directory, 'format')

/** The folders by whose content one sees that a version of before was started on the directory. Archives are the same in all versions. */
const filledAtStart = ['clickhouse', 'postgres', 'spool']

/** Refuses a directory that something was started on and that has no mark; whether it has one. */
const requireOwn = (directory: string): boolean => {
  if (fs.existsSync(markOf(directory))) return true
  const folders = filledAtStart.map((name) => path.join(directory, name))
  if (folders.some((folder) => fs.existsSync(folder) && fs.readdirSync(folder).length > 0))
    throw madeBeforeBaseline(`DATA_DIR ${directory}`)
  return false
}

/** What a restore has begun is nothing that anybody may work with. */
const requireRestored = (directory: string): void => {
  if (fs.existsSync(path.join(directory, restoringMark)))
    throw new ConfigError(
      `DATA_DIR ${directory} holds a restore that was not finished: run channelscope restore again, or choose another DATA_DIR.`,
    )
}

/**
 * Takes the data directory for this process, made if absent; a DataDirectoryInUse or a ConfigError says why not. Only a restore takes one whose
 * restore is not finished.
 */
export const holdDataDirectory = (directory: string, { isRestoring = false } = {}): DataDirectory => {
  const holderFile = path.join(directory, 'holder.json')
  prepareDataDirectory(directory)
  const held = lockDirectory(directory)
  try {
    if (!isRestoring) requireRestored(directory)
    if (!requireOwn(directory)) fs.writeFileSync(markOf(directory), '1\n', { flush: true })
  } catch (error) {
    held.close()
    throw dataDirectoryError(directory, error)
  }
  closeDataDirectory(directory)
  const announce = (url?: string) => fs.writeFileSync(holderFile, `${JSON.stringify({ pid: process.pid, url })}\n`)
  announce()
  return {
    path: directory,
    announce,
    [Symbol.dispose]() {
      fs.rmSync(holderFile, { force: true })
      held.close()
    },
  }
}

/**
 * Looks whether the data directory could be taken, and changes nothing: whether it is there. A DataDirectoryInUse or a ConfigError says why it could
 * not be taken.
 */
export const requireFreeDirectory = (directory: string): boolean => {
  if (!lookAtDataDirectory(directory)) return false
  try {
    if (wasEverHeld(directory)) lockDirectory(directory, { readOnly: true }).close()
    requireRestored(directory)
    requireOwn(directory)
    return true
  } catch (error) {
    throw dataDirectoryError(directory, error)
  }
}
