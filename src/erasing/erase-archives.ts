import { hash } from 'node:crypto'
import type { ArchiveStores } from '../archive/read-archive.ts'
import { rewriteArchives } from '../archive/rewrite-archive.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { addArchivedMessages, noteArchivedThrough, type OpenErasure } from './erasure-store.ts'
import { rowsOf } from './history-tables.ts'
import type { Subject } from './subject.ts'

export type EraseArchivesOptions = {
  db: Postgres
  stores: ArchiveStores
  env: string
  erasure: Pick<OpenErasure, 'id' | 'archivedThrough'>
  subject: Subject
  otherChannels: readonly bigint[]
  onWait: () => Promise<void>
  signal: AbortSignal
}

/** A UUID that is the same for the same erasure. */
const holderOf = (id: string): string =>
  hash('sha256', `erasure ${id}`)
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const fromTheStart = new Date(0)

/** The rows of a subject in archives of chat. */
export const archivedRowsOf = (subject: Subject, otherChannels: readonly bigint[]) => ({
  condition: rowsOf(subject, { kind: 'chat' }, otherChannels)!,
  columns: subject.kind === 'channel' ? ['channel_id'] : ['platform_user_id', 'channel_id'],
})

/** Removes what the archives have of a subject, hour by hour; what was searched before a crash is not searched again. */
export const eraseArchives = (options: EraseArchivesOptions): Promise<void> => {
  const { db, stores, env, erasure, subject, otherChannels, onWait, signal } = options
  return rewriteArchives({
    db,
    stores,
    env,
    removed: archivedRowsOf(subject, otherChannels),
    holder: holderOf(erasure.id),
    from: erasure.archivedThrough ?? fromTheStart,
    onWait,
    onRemoved: (tx, rows) => addArchivedMessages(tx, erasure.id, rows),
    onWindow: (through) => noteArchivedThrough(db, erasure.id, through),
    signal,
  })
}
