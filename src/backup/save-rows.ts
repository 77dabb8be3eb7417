import fs from 'node:fs/promises'
import { type ObjectsOpening, openObjectsAt } from '../stores/objects/open-objects.ts'
import type { Connection } from '../stores/postgres/tables.ts'
import { openTextSession } from '../stores/postgres/text-session.ts'
import { selectSpool } from './backup-calls.ts'
import { openChunkStore } from './chunk-store.ts'
import type { Destination } from './destination.ts'
import { folderOf, type Manifest, type SavedFile, type SavedTable } from './manifest-shape.ts'
import type { Work } from './pace.ts'
import { putFile } from './place-jobs.ts'
import { saveObjects } from './save-objects.ts'
import { type DatabaseSnapshot, endSnapshot, joinSnapshot, type SavedRows, saveTables } from './save-tables.ts'

/** What is saved beside the tables of ClickHouse. The snapshots must last until that is done. */
export type Rows = {
  id: string
  /** That of `dm` first. */
  databases: readonly DatabaseSnapshot[]
  /** The copy of the spool of this node. */
  spoolFile: string
  /** The other nodes that have handed over theirs. */
  others: readonly string[]
  /** Archived chat. */
  objects: ObjectsOpening
}

/** `bytes` were written; what was there already is not among them, nor are objects. */
export type Saved = Pick<Manifest, 'spools' | 'objects'> & SavedRows & { bytes: number }

/** A table that is saved, or all of them. */
export type RowsStep = { step: 'table'; table: SavedTable } | { step: 'postgres' }

const readSpool = async (dm: Connection, id: string, node: string): Promise<Buffer> =>
  (await dm.query<{ spool: Buffer }>(selectSpool.text, [id, node])).rows[0]!.spool

/** Writes spools, the tables of Postgres and archived chat, at a pace. */
export const saveRows = async (
  destination: Destination,
  { id, databases, spoolFile, others, objects }: Rows,
  { signal, pace }: Work,
  tell: (step: RowsStep) => void,
): Promise<Saved> => {
  await using opened = new AsyncDisposableStack()
  const open = []
  for (const { url, sides, snapshot } of databases) {
    const db = await openTextSession(url, 'channelscope backup')
    opened.defer(() => db.end())
    open.push({ db, sides, snapshot })
  }
  const dm = open[0]!.db
  const spools: SavedFile[] = []
  const putSpool = async (body: Buffer, name: string): Promise<void> => {
    spools.push(await putFile(destination, `${folderOf(id)}/${name}.sqlite`, body, signal))
  }
  await putSpool(await fs.readFile(spoolFile), 'spool')
  for (const node of others) await putSpool(await readSpool(dm, id, node), `spool-${spools.length}`)

  const chunks = await openChunkStore(destination, signal)
  const saved: SavedRows = { tables: [], sequences: [], partitions: [] }
  for (const { db, sides, snapshot } of open) {
    await joinSnapshot(db, snapshot)
    const { tables, sequences, partitions } = await saveTables(db, sides, chunks, pace, (table) =>
      tell({ step: 'table', table }),
    )
    saved.tables.push(...tables)
    saved.sequences.push(...sequences)
    saved.partitions.push(...partitions)
  }
  tell({ step: 'postgres' })
  const archived = await saveObjects(dm, () => openObjectsAt(objects), destination, { signal, pace })
  for (const { db } of open) await endSnapshot(db)
  const bytes = spools.reduce((sum, file) => sum + file.bytes, chunks.written.bytes)
  return { spools, ...saved, objects: archived, bytes }
}
