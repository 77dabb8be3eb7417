import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** A disk of its own for a directory. `fill` takes all room that is left, `free` gives it back. */
export type SmallDisk = Disposable & { fill(): void; free(): void }

/** Mounts a disk of so many megabytes on the directory, which is made; null where this account may not mount, or this system can not. */
export const mountSmallDisk = (directory: string, megabytes: number): SmallDisk | null => {
  mkdirSync(directory, { recursive: true })
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', directory])
  if (mounted.status !== 0) return null
  const filler = path.join(directory, 'filler')
  return {
    fill() {
      const block = Buffer.alloc(64 * 1_024)
      try {
        for (;;) writeFileSync(filler, block, { flag: 'a' })
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => void spawnSync('umount', ['-l', directory]),
  }
}
