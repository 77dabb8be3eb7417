import fs from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError, reasonText } from '../lib/errors.ts'

export type DataDirectory = {
  readonly path: string
  /** Tells others who holds the directory, for their error message. */
  announce(url: string): void
  [Symbol.dispose](): void
}

/** SQLITE_BUSY: somebody else holds the lock. */
const sqliteBusy = 5

const holderOf = (file: string): string => {
  try {
    const { pid, url } = JSON.parse(fs.readFileSync(file, 'utf8'))
    return url ? `process ${pid}, serving ${url}` : `process ${pid}`
  } catch {
    return 'another process'
  }
}

/**
 * Takes the data directory for this process alone, making it if absent. The lock is the operating system's, so it goes with
 * the process however that ends. Held by another process: a ConfigError that names it.
 */
export const holdDataDirectory = (directory: string): DataDirectory => {
  const holderFile = path.join(directory, 'holder.json')
  let lock: DatabaseSync | undefined
  try {
    fs.mkdirSync(directory, { recursive: true })
    lock = new DatabaseSync(path.join(directory, 'lock.sqlite'))
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    throw new ConfigError(
      (error as { errcode?: number }).errcode === sqliteBusy
        ? `DATA_DIR ${directory} is in use by ${holderOf(holderFile)}: stop it, or choose another DATA_DIR.`
        : `DATA_DIR ${directory} can not be written (${reasonText(error)}): choose another DATA_DIR.`,
    )
  }
  const held = lock
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
