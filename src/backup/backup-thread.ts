import { Worker } from 'node:worker_threads'
import type { Destination, Opening } from './destination.ts'
import type { SavedTable } from './manifest-shape.ts'
import { giveUp } from './patience.ts'
import type { DatabaseSnapshot, SavedRows } from './save-tables.ts'
import { type ThreadFailure, unpackFailure } from './thread-failure.ts'

/** What the thread is started with. A message to it, whatever it says, ends it. */
export type BackupThreadData = { databases: readonly DatabaseSnapshot[]; opening: Opening }

/** `bytes` were written; what was there already is not among them. */
type Saved = SavedRows & { bytes: number }

/** What the thread tells: each table that is saved, and at last that all are, or why not, and whether one of its calls hangs. */
export type BackupThreadMessage =
  | { table: SavedTable }
  | { saved: Saved }
  | { failure: ThreadFailure; isStuck: boolean }

type Ended = Exclude<BackupThreadMessage, { table: SavedTable }>

/**
 * Writes all of our tables of snapshots, on a thread of low priority: taking rows apart is much work, and nobody waits for it. The snapshots
 * must last until then. Fails as the work itself does, and with the reason of `signal` where that ends it.
 */
export const saveInThread = async (
  databases: readonly DatabaseSnapshot[],
  { opening, objects }: Destination,
  signal: AbortSignal,
  onTable: (table: SavedTable) => void,
): Promise<Saved> => {
  const broken = new AbortController()
  const ending = AbortSignal.any([signal, broken.signal])
  ending.throwIfAborted()
  const workerData: BackupThreadData = { databases, opening }
  const worker = new Worker(new URL('./backup-worker.ts', import.meta.url), { workerData, name: 'backup' })
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const stop = () => worker.postMessage('stop')
  ending.addEventListener('abort', stop)
  try {
    const ended = await new Promise<Ended>((resolve, reject) => {
      worker.on('message', (message: BackupThreadMessage | object) => {
        if ('saved' in message || 'failure' in message) return resolve(message)
        // In watch mode Node itself posts which modules a thread has loaded.
        if (!('table' in message)) return
        try {
          onTable(message.table)
        } catch (error) {
          broken.abort(error)
        }
      })
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`The thread of the backup ended with ${code}.`)))
    })
    // A call that hangs keeps the thread, and nobody waits for that.
    if ('failure' in ended && ended.isStuck) giveUp(objects.place, exited)
    else await exited
    ending.throwIfAborted()
    if ('failure' in ended) throw unpackFailure(ended.failure)
    return ended.saved
  } finally {
    ending.removeEventListener('abort', stop)
  }
}
