import fs from 'node:fs'
import path from 'node:path'

/** One line of what `doctor` reports. */
export type Finding = { ok: boolean; text: string }

/** That something is as it should be. */
export const good = (text: string): Finding => ({ ok: true, text })

/** That something has to be changed. */
export const bad = (text: string): Finding => ({ ok: false, text })

/** With less room than this, in bytes, an outage of a store soon fills the disk. */
const leastBytes = 1024 ** 3

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MB`

/** Whether the disk below the data directory has room for what an outage makes wait there. */
export const checkDisk = (dataDir: string): Finding => {
  const { bavail, bsize } = fs.statfsSync(dataDir)
  const left = bavail * bsize
  return left >= leastBytes
    ? good(`DATA_DIR: ${megabytes(left)} of its disk are left.`)
    : bad(`DATA_DIR has ${megabytes(left)} left on its disk, less than ${megabytes(leastBytes)}: make room.`)
}

/** Which files with keys of the data directory others may read; none where the system knows no such thing. */
export const checkKeyFiles = (dataDir: string): Finding[] =>
  ['keys.json', 'config-keys'].flatMap((name) => {
    const file = path.join(dataDir, name)
    const mode = fs.statSync(file, { throwIfNoEntry: false })?.mode
    if (mode === undefined || process.platform === 'win32' || (mode & 0o077) === 0) return []
    return [bad(`${file} can be read by others: chmod 600 ${file}.`)]
  })
