import os from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'

/** The thread that reads, hashes, packs and writes a backup: only what nobody else needs of the processor is for it. */

/** Leaves the processor to all other threads. On Linux 0 is this thread alone; elsewhere it is the whole process, with the server in it. */
const stepBack = (): void => {
  if (process.platform !== 'linux') return
  try {
    os.setPriority(0, os.constants.priority.PRIORITY_LOW)
  } catch {
    // Where a sandbox forbids it, a backup is only felt more.
  }
}

stepBack()
// Only now, because loading is work as well.
const { doJobs } = await import('./backup-jobs.ts')
doJobs(parentPort!, workerData)
