import fs from 'node:fs'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'

/** Names the file that is in a data directory for as long as a restore into it is not finished. */
export const restoringMark = 'restoring'

/** The folders that parts of the program have in the data directory. */
export const dataFolders = ['clickhouse', 'objects', 'postgres', 'spool'] as const

const probeFile = 'write-probe'

/** A path is named to be recognised: nobody reads more of it. */
const shownLength = 300

const refusal = (directory: string, what: string): ConfigError =>
  new ConfigError(`DATA_DIR ${directory.slice(0, shownLength)} can not be used: ${what}.`)

const refuse = (directory: string, what: string): never => {
  throw refusal(directory, what)
}

/** Bytes of the path: SQLite opens no file whose own path has more than 512. */
const longestPath = 400
const tooLong = `the path is too long: choose one of at most ${longestPath} bytes`

/** Windows knows no numbers of users. */
const ownId = process.getuid?.() ?? -1

/** The nearest place on the way to another one that is there. */
export const nearest = (place: string): string => {
  let found = place
  while (!fs.existsSync(found) && path.dirname(found) !== found) found = path.dirname(found)
  return found
}

const notForUs = (place: string): string => {
  const there = nearest(place)
  const { uid } = fs.statSync(there)
  return uid === ownId || ownId < 0
    ? `nothing may be written to ${there}: make it writable (chmod u+rwX), or choose another DATA_DIR`
    : `user ${ownId} may not write to ${there}, which belongs to user ${uid}: start as that user, or give it to this one (chown -R)`
}

const isFullOfNames = (place: string): boolean => {
  try {
    const { files, ffree, bavail } = fs.statfsSync(nearest(place))
    return files > 0 && ffree === 0 && bavail > 0
  } catch {
    return false
  }
}

/** What is wrong and what to do, by the system's error code; `place` is where it happened. */
const reasons: Record<string, (place: string) => string> = {
  EACCES: notForUs,
  EPERM: notForUs,
  EROFS: (place) => `${place} is on a file system that can only be read: make it writable, or choose another DATA_DIR`,
  ENOSPC: (place) =>
    isFullOfNames(place)
      ? `the file system of ${place} has no room for another file (no inodes): remove files`
      : `the disk of ${place} is full: make room`,
  EDQUOT: (place) => `the quota of this user on the disk of ${place} is used up: make room`,
  ENOTDIR: (place) => `a part of ${place} is not a directory: choose another DATA_DIR`,
  EEXIST: (place) =>
    fs.existsSync(place)
      ? `${place} is not a directory: choose another DATA_DIR`
      : `${place} is a link that leads nowhere: make what it leads to, or remove it`,
  ENOENT: (place) => `nothing can be made at ${place}: choose another DATA_DIR`,
  ELOOP: (place) => `links go round in a circle at ${place}: choose another DATA_DIR`,
  ENAMETOOLONG: () => tooLong,
  EIO: (place) => `the disk of ${place} fails: look at the log of the system`,
}

/** The one line that says why a place of the data directory can not be used; the error itself when the place is not why. */
export const dataDirectoryError = (directory: string, error: unknown): unknown => {
  const { code = '', path: place = directory } = error as NodeJS.ErrnoException
  const reason = reasons[code]
  return reason ? refusal(directory, reason(place.replace(`/${probeFile}`, ''))) : error
}

/** Makes a directory and what is missing above it; the system's recursive way never returns below /proc. */
const makeDirectory = (directory: string, mode: number): void => {
  try {
    fs.mkdirSync(directory)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const parent = path.dirname(directory)
    if (code === 'EEXIST' && fs.statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return
    if (code !== 'ENOENT' || fs.lstatSync(parent, { throwIfNoEntry: false })?.isDirectory()) throw error
    // Other accounts may pass through what is made above, and not look into it.
    makeDirectory(parent, 0o711)
    fs.mkdirSync(directory)
  }
  fs.chmodSync(directory, mode)
}

/** Writes and reads for real: permissions alone do not tell of full, read-only or broken disks. */
const probe = (directory: string): void => {
  const file = path.join(directory, probeFile)
  fs.writeFileSync(file, Buffer.alloc(4096), { flush: true })
  fs.rmSync(file)
}

/** What is in a folder of the data directory must be there and for this user; what lies deeper is its part's. */
const checkEntries = (directory: string, folder: string): void => {
  for (const name of fs.readdirSync(folder)) {
    const entry = path.join(folder, name)
    const stats = fs.statSync(entry, { throwIfNoEntry: false })
    if (!stats) {
      // What is gone by now was temporary.
      if (fs.lstatSync(entry, { throwIfNoEntry: false })) refuse(directory, reasons.EEXIST!(entry))
      continue
    }
    fs.accessSync(entry, fs.constants.R_OK | fs.constants.W_OK)
  }
}

const requireShort = (directory: string, place: string): void => {
  if (Buffer.byteLength(place) > longestPath) refuse(directory, tooLong)
}

const checkContent = (directory: string): void => {
  checkEntries(directory, directory)
  for (const name of dataFolders) {
    const folder = path.join(directory, name)
    const stats = fs.statSync(folder, { throwIfNoEntry: false })
    if (stats && !stats.isDirectory()) refuse(directory, `${folder} is not a directory: move it away`)
    if (stats) checkEntries(directory, folder)
  }
}

/** Makes the data directory if it is absent and tries whether all of it can be used; a ConfigError says what is wrong. */
export const prepareDataDirectory = (directory: string): void => {
  try {
    requireShort(directory, directory)
    makeDirectory(directory, 0o700)
    requireShort(directory, fs.realpathSync(directory))
    probe(directory)
    checkContent(directory)
  } catch (error) {
    throw dataDirectoryError(directory, error)
  }
}

const { R_OK, W_OK, X_OK } = fs.constants

/** Whether the data directory is there. A ConfigError says why it can not be used, or not be made, as far as looking tells: nothing is changed. */
export const lookAtDataDirectory = (directory: string): boolean => {
  try {
    requireShort(directory, directory)
    const there = nearest(directory)
    if (fs.lstatSync(directory, { throwIfNoEntry: false }) && there !== directory)
      refuse(directory, reasons.EEXIST!(directory))
    if (!fs.statSync(there).isDirectory())
      refuse(directory, there === directory ? reasons.EEXIST!(directory) : reasons.ENOTDIR!(directory))
    fs.accessSync(there, R_OK | W_OK | X_OK)
    if (there !== directory) return false
    requireShort(directory, fs.realpathSync(directory))
    checkContent(directory)
    return true
  } catch (error) {
    throw dataDirectoryError(directory, error)
  }
}
