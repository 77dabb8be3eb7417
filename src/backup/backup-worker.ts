import os from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { openTextSession } from '../stores/postgres/text-session.ts'
import type { BackupThreadData, BackupThreadMessage } from './backup-thread.ts'
import { openChunkStore } from './chunk-store.ts'
import { openDestination } from './destination.ts'
import { isStuck } from './patience.ts'
import { endSnapshot, joinSnapshot, type SavedRows, saveTables } from './save-tables.ts'
import { packFailure } from './thread-failure.ts'

/** The thread that saves the tables of Postgres: only what nobody else needs of the processor is for it. */
const { databases, opening } = workerData as BackupThreadData
const port = parentPort!
const tell = (message: BackupThreadMessage): void => port.postMessage(message)
const stopping = new AbortController()
const { signal } = stopping
port.once('message', () => stopping.abort())

/** Leaves the processor to all other threads. On Linux 0 is this thread alone; elsewhere it is the whole process, with the server in it. */
const stepBack = (): void => {
  if (process.platform !== 'linux') return
  try {
    os.setPriority(0, os.constants.priority.PRIORITY_LOW)
  } catch {
    // Where a sandbox forbids it, a backup is only felt more.
  }
}

const save = async (): Promise<SavedRows & { bytes: number }> => {
  await using opened = new AsyncDisposableStack()
  const destination = opened.use(openDestination(opening.place, '/', opening.s3, opening.silentMs))
  const chunks = await openChunkStore(destination, signal)
  const all: SavedRows = { tables: [], sequences: [], partitions: [] }
  for (const { url, sides, snapshot } of databases) {
    const db = await openTextSession(url, 'channelscope backup')
    opened.defer(() => db.end())
    await joinSnapshot(db, snapshot)
    const { tables, sequences, partitions } = await saveTables(db, sides, chunks, signal, (table) => tell({ table }))
    all.tables.push(...tables)
    all.sequences.push(...sequences)
    all.partitions.push(...partitions)
    await endSnapshot(db)
  }
  return { ...all, bytes: chunks.written.bytes }
}

stepBack()
try {
  tell({ saved: await save() })
} catch (error) {
  tell({ failure: packFailure(error), isStuck: isStuck() })
}
port.close()
