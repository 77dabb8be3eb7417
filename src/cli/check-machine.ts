import fs from 'node:fs'
import { nearest } from '../stores/prepare-data-directory.ts'
import { bad, type Finding, good, note } from './finding.ts'

/** With less room than this, in bytes, an outage of a store soon fills the disk. */
const leastBytes = 1024 ** 3

const megabytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2)} MB`

/** Whether the disk below the data directory has room for what an outage makes wait there. */
export const checkDisk = (dataDir: string): Finding => {
  const { bavail, bsize } = fs.statfsSync(nearest(dataDir))
  const left = bavail * bsize
  return left >= leastBytes
    ? good(`DATA_DIR: ${megabytes(left)} of its disk are left.`)
    : bad(`DATA_DIR has ${megabytes(left)} left on its disk, less than ${megabytes(leastBytes)}: make room.`)
}

type FileSystem = { name: string; kind: 'local' | 'network' | 'memory' | 'layer' | 'passed-on' }

/** By the number that Linux gives each kind (`linux/magic.h`). */
const fileSystems: ReadonlyMap<number, FileSystem> = new Map([
  [0xef53, { name: 'ext4', kind: 'local' }],
  [0x58465342, { name: 'XFS', kind: 'local' }],
  [0x9123683e, { name: 'Btrfs', kind: 'local' }],
  [0x2fc12fc1, { name: 'ZFS', kind: 'local' }],
  [0xf2f52010, { name: 'F2FS', kind: 'local' }],
  [0x6969, { name: 'NFS', kind: 'network' }],
  [0xff534d42, { name: 'CIFS', kind: 'network' }],
  [0xfe534d42, { name: 'SMB', kind: 'network' }],
  [0x517b, { name: 'SMB', kind: 'network' }],
  [0x00c36400, { name: 'CephFS', kind: 'network' }],
  [0x5346414f, { name: 'AFS', kind: 'network' }],
  [0x0bd00bd0, { name: 'Lustre', kind: 'network' }],
  [0x01021997, { name: '9p', kind: 'passed-on' }],
  [0x65735546, { name: 'FUSE', kind: 'passed-on' }],
  [0x01021994, { name: 'tmpfs', kind: 'memory' }],
  [0x858458f6, { name: 'ramfs', kind: 'memory' }],
  [0x794c7630, { name: 'overlay', kind: 'layer' }],
])

/** What a kind of file system does to what is kept on it; `type` is the number that the system says. */
export const judgeFileSystem = (type: number, platform: NodeJS.Platform = process.platform): Finding => {
  const known = platform === 'linux' ? fileSystems.get(type) : undefined
  if (!known) return good('DATA_DIR: the kind of its file system is not one that is known to do harm.')
  const on = `DATA_DIR is on ${known.name}`
  switch (known.kind) {
    case 'local':
      return good(`${on}.`)
    case 'network':
      return bad(`${on}, a network file system, whose locks and syncs the databases can not rely on: use a local disk.`)
    case 'memory':
      return note(`${on}, which is memory: all of it is lost when the machine ends. Use a disk for what is to stay.`)
    case 'layer':
      return note(`${on}: in a container all of it is lost with the container. Mount a volume for what is to stay.`)
    case 'passed-on':
      return note(`${on}, which another program serves: make sure that it keeps what it was told to sync.`)
  }
}

/** What kind of file system the data directory is on. */
export const checkFileSystem = (dataDir: string): Finding => judgeFileSystem(fs.statfsSync(nearest(dataDir)).type)
