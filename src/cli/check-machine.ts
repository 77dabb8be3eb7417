import fs from 'node:fs'

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
