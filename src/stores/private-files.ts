import fs from 'node:fs'
import path from 'node:path'
import { dataFolders } from './prepare-data-directory.ts'

/** What new files and directories grant to others: nothing. For `process.umask`. */
export const privateMask = 0o077

const ownFiles = ['backup', 'config-keys', 'format', 'keys.json', 'holder.json', 'lock.sqlite']
const ownNames: ReadonlySet<string> = new Set([...dataFolders, ...ownFiles])

const stickyBit = 0o1000

/** Whether it granted something to others until now. Links are left alone, and so is what belongs to somebody else. */
const close = (place: string): boolean => {
  const stats = fs.lstatSync(place, { throwIfNoEntry: false })
  if (!stats || stats.isSymbolicLink() || (stats.mode & privateMask) === 0) return false
  try {
    fs.chmodSync(place, stats.mode & 0o700)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
  return stats.isDirectory()
}

/** Takes from others what they may do with a place and all below it. Nobody gets past a directory that is closed already. */
export const closeTree = (place: string): void => {
  if (!close(place)) return
  for (const name of fs.readdirSync(place)) closeTree(path.join(place, name))
}

/** Closes a data directory to others, or only our own files where it is everybody's or holds other things as well. */
export const closeDataDirectory = (directory: string): void => {
  const names = fs.readdirSync(directory)
  const isOwn = (name: string): boolean => ownNames.has(name.replace(/(\.new|-journal)$/, ''))
  const isAllOwn = names.every((name) => isOwn(name) || name === 'lost+found')
  if (isAllOwn && (fs.statSync(directory).mode & stickyBit) === 0) close(fs.realpathSync(directory))
  for (const name of names) if (isOwn(name)) closeTree(path.join(directory, name))
}
