import type { DatabaseSync } from 'node:sqlite'
import type { Backlog, BatchLimits, BatchRange } from './batch-limits.ts'
import type { ChunkBytes } from './chunks.ts'
import { openColumnLists } from './column-lists.ts'
import type { DeadLetter, DeadLetterTotals } from './dead-letter.ts'
import { sliceLines } from './slice-lines.ts'
import type { LedgerKeeper, SpoolLoss } from './spool-ledger.ts'
import * as sql from './spool-statements.ts'
import { transaction } from './spool-transaction.ts'

/** A recorded batch with the bytes it has had since it was cut. */
export type RecordedBatch = BatchRange & { columns: readonly string[]; token: string; body: Uint8Array<ArrayBuffer> }

/** The records of the spool; every change is one durable transaction. */
export type SpoolFile = {
  backlogs(): Map<string, Backlog>
  deadLetterTotals(): DeadLetterTotals
  /** Stores all chunks or none; returns the backlogs of their tables. */
  append(chunks: readonly ChunkBytes[]): Map<string, Backlog>
  /** The oldest recorded batch after the row `after`, else a new one, which is recorded first; null when no row waits. */
  take(table: string, after: number): { batch: RecordedBatch | null; backlog: Backlog }
  /** Forgets a stored batch and appends the rows that follow from it, both or neither; returns the changed backlogs. */
  settle(range: BatchRange, chunks: readonly ChunkBytes[]): Map<string, Backlog>
  /** Replaces a refused batch of two or more rows by its halves. */
  split(range: BatchRange): void
  /** Moves a refused batch of one row to the dead letters. */
  bury(range: BatchRange, reason: string, at: number): { backlog: Backlog; deadLetters: DeadLetterTotals }
  /** At most `limit` dead letters with an id above `after`, oldest first. */
  deadLetters(after: number, limit: number): DeadLetter[]
  /** Forgets these dead letters and rewrites the file: nothing is left in it, or in its log, of rows that are gone. */
  purge(deadLetters: readonly number[]): DeadLetterTotals
  /** Writes a copy of everything that is stored now into a new file. */
  copyTo(path: string): void
  /** Stores so many bytes durably and removes them again. */
  rehearse(bytes: number): void
  /** Acknowledged rows that are lost, until they are reported. */
  losses(): readonly SpoolLoss[]
  forgetLosses(): void
  close(): void
}

type StoredBacklog = { table: string; first: number; next: number; bytes: number; newestAt: number }
type WaitingChunk = { first: number; last: number; column_list: number; bytes: number }
type StoredBatch = { first: number; last: number; column_list: number; token: string }
type StoredLetter = { id: number; table: string; column_list: number; row: string; reason: string; at: number }

export type SpoolFileOptions = {
  /** New for every opening. */
  openingId: string
  limits: Pick<BatchLimits, 'maxRows' | 'maxBytes'>
  /** In milliseconds since the epoch. */
  now: number
  keeper: LedgerKeeper
}

const emptyAfter = (last: number): Backlog => ({
  first: last + 1,
  next: last + 1,
  bytes: 0,
  oldestAt: null,
  newestAt: null,
  cut: false,
})

/**
 * The records of an opened database. `openingId` is new for every opening and begins every token of it, so that no two batches
 * get the same token, not even after a file was restored from a copy.
 */
export const createSpoolFile = (
  database: DatabaseSync,
  { openingId, limits, now, keeper }: SpoolFileOptions,
): SpoolFile => {
  const columnLists = openColumnLists(database)
  const prepare = (sql: string) => database.prepare(sql)
  const statements = {
    oldest: prepare(sql.selectOldest),
    insertChunk: prepare(sql.insertChunk),
    dateBack: prepare(sql.dateBack),
    waiting: prepare(sql.selectWaiting),
    bodies: prepare(sql.selectBodies),
    sumFinished: prepare(sql.sumFinished),
    deleteFinished: prepare(sql.deleteFinished),
    firstBatch: prepare(sql.selectFirstBatch),
    insertBatch: prepare(sql.insertBatch),
    deleteBatch: prepare(sql.deleteBatch),
    insertDeadLetter: prepare(sql.insertDeadLetter),
    deadLetters: prepare(sql.selectDeadLetters),
    deleteDeadLetters: prepare(sql.deleteDeadLetters),
    sumDeadLetters: prepare(sql.sumDeadLetters),
    noteSettled: prepare(sql.noteSettled),
  }

  statements.dateBack.run({ at: now })
  let newestAt = Number(prepare(sql.selectNewest).get()!.at ?? now)

  const oldestAt = (table: string) => (statements.oldest.get({ table })?.appended_at as number | undefined) ?? null
  const settled = new Map<string, number>()
  for (const { table, last } of prepare(sql.selectSettled).all() as { table: string; last: number }[])
    settled.set(table, last)
  const backlogs = new Map<string, Backlog>()
  for (const { table, ...waiting } of prepare(sql.selectBacklogs).all() as StoredBacklog[]) {
    backlogs.set(table, { ...waiting, oldestAt: oldestAt(table), cut: false })
  }
  // A part of a chunk may be settled already, if its batch was split.
  for (const { table, first } of prepare(sql.selectBatchedTables).all() as { table: string; first: number }[]) {
    backlogs.set(table, { ...backlogs.get(table)!, first, cut: true })
  }
  const backlogOf = (table: string): Backlog => backlogs.get(table) ?? emptyAfter(settled.get(table) ?? 0)
  const update = (table: string, change: Partial<Backlog>): Backlog => {
    const backlog = { ...backlogOf(table), ...change }
    backlogs.set(table, backlog)
    return backlog
  }

  const record = (range: BatchRange, columnList: number): StoredBatch => {
    const token = `${openingId}:${range.table}:${range.first}-${range.last}`
    statements.insertBatch.run({ ...range, columnList, token })
    return { first: range.first, last: range.last, column_list: columnList, token }
  }

  /** Takes whole chunks in order while they have the same columns and fit; the first one always fits. */
  const cut = (table: string, after: number): StoredBatch | null => {
    let range: { first: number; last: number; columnList: number; bytes: number } | null = null
    const waiting = statements.waiting.iterate({ table, after }) as Iterable<WaitingChunk>
    for (const { first, last, column_list, bytes } of waiting) {
      if (range === null) range = { first, last, columnList: column_list, bytes }
      else {
        const fits = last - range.first < limits.maxRows && range.bytes + bytes <= limits.maxBytes
        if (!fits || column_list !== range.columnList) break
        range.last = last
        range.bytes += bytes
      }
    }
    return range && record({ table, first: range.first, last: range.last }, range.columnList)
  }

  const read = ({ table, first, last }: BatchRange): Uint8Array<ArrayBuffer> => {
    const chunks = statements.bodies.all({ table, first, last }) as { first: number; last: number; body: Uint8Array }[]
    const parts = chunks.map((chunk) => {
      const whole = chunk.first >= first && chunk.last <= last
      if (whole) return chunk.body
      return sliceLines(chunk.body, Math.max(first - chunk.first, 0), Math.min(last, chunk.last) - chunk.first + 1)
    })
    const body = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0))
    let offset = 0
    for (const part of parts) {
      body.set(part, offset)
      offset += part.length
    }
    return body
  }

  /** Removes the record of a batch; returns the column list of its rows. */
  const unrecord = ({ table, first, last }: BatchRange): number => {
    const batch = statements.deleteBatch.get({ table, first, last })
    if (batch === undefined) throw new Error(`No batch of rows ${first} to ${last} of ${table} is recorded.`)
    return Number(batch.column_list)
  }

  /** Rows finish in order, so every chunk that ends with or before this batch is finished. */
  const finish = ({ table, last }: BatchRange, alsoInTransaction: () => void): Backlog => {
    keeper.note(backlogs, { table, first: last, last })
    const freed = transaction(database, () => {
      alsoInTransaction()
      const bytes = Number(statements.sumFinished.get({ table, last })!.bytes)
      statements.deleteFinished.run({ table, last })
      statements.noteSettled.run({ table, last })
      return bytes
    })
    settled.set(table, last)
    return update(table, {
      first: last + 1,
      bytes: backlogOf(table).bytes - freed,
      oldestAt: oldestAt(table),
      cut: statements.firstBatch.get({ table, after: 0 }) !== undefined,
    })
  }

  const sumDeadLetters = () => ({ ...statements.sumDeadLetters.get() }) as DeadLetterTotals
  let deadLetterTotals = sumDeadLetters()

  /**
   * Stores chunks inside a transaction, with the ids of their column lists; the returned backlogs are true once it is committed.
   * Instants grow with the rows, so that the first row is the oldest. When the clock was set back, waiting rows are dated back.
   */
  const store = (chunks: readonly ChunkBytes[], listIds: readonly number[]): Map<string, Backlog> => {
    const changed = new Map<string, Backlog>()
    let latest = newestAt
    for (const [index, { table, rows, body, at }] of chunks.entries()) {
      if (at < latest) {
        statements.dateBack.run({ at })
        for (const [name, one] of [...backlogs, ...changed])
          if (one.oldestAt !== null && one.oldestAt > at) changed.set(name, { ...one, oldestAt: at })
      }
      latest = at
      const backlog = changed.get(table) ?? backlogOf(table)
      const first = backlog.next
      const next = first + rows
      statements.insertChunk.run({ table, first, last: next - 1, columnList: listIds[index]!, at, body })
      changed.set(table, {
        ...backlog,
        next,
        bytes: backlog.bytes + body.length,
        oldestAt: backlog.oldestAt ?? at,
        newestAt: at,
      })
    }
    return changed
  }
  const listIdsOf = (chunks: readonly ChunkBytes[]) => chunks.map((chunk) => columnLists.id(chunk.columns))
  const keep = (changed: Map<string, Backlog>, chunks: readonly ChunkBytes[]): Map<string, Backlog> => {
    for (const [table, backlog] of changed) backlogs.set(table, backlog)
    newestAt = chunks.at(-1)?.at ?? newestAt
    if (chunks.length > 0) keeper.note(backlogs)
    return changed
  }

  keeper.note(backlogs)
  return {
    backlogs: () => backlogs,
    deadLetterTotals: () => deadLetterTotals,
    append: (chunks) => {
      const listIds = listIdsOf(chunks)
      const stored = transaction(database, () => store(chunks, listIds))
      return keep(stored, chunks)
    },
    take: (table, after) => {
      const recorded = statements.firstBatch.get({ table, after }) as StoredBatch | undefined
      const batch = recorded ?? transaction(database, () => cut(table, after))
      if (batch === null) return { batch: null, backlog: backlogOf(table) }
      const { first, last, token } = batch
      const columns = columnLists.names(batch.column_list)
      const body = read({ table, first, last })
      return { batch: { table, first, last, columns, token, body }, backlog: update(table, { cut: true }) }
    },
    settle: (range, chunks) => {
      const listIds = listIdsOf(chunks)
      let appended = new Map<string, Backlog>()
      const backlog = finish(range, () => {
        unrecord(range)
        appended = store(chunks, listIds)
      })
      appended.delete(range.table)
      return keep(appended, chunks).set(range.table, backlog)
    },
    split: (range) =>
      transaction(database, () => {
        const { table, first, last } = range
        const columnList = unrecord(range)
        const middle = Math.floor((first + last) / 2)
        record({ table, first, last: middle }, columnList)
        record({ table, first: middle + 1, last }, columnList)
      }),
    bury: (range, reason, at) => {
      const line = Buffer.from(read(range))
      const row = line.toString('utf8', 0, line.length - 1)
      const backlog = finish(range, () => {
        const columnList = unrecord(range)
        statements.insertDeadLetter.run({ table: range.table, columnList, row, reason, at })
      })
      deadLetterTotals = { count: deadLetterTotals.count + 1, bytes: deadLetterTotals.bytes + line.length }
      return { backlog, deadLetters: deadLetterTotals }
    },
    deadLetters: (after, limit) =>
      (statements.deadLetters.all({ after, limit }) as StoredLetter[]).map(({ column_list, at, ...letter }) => ({
        ...letter,
        columns: columnLists.names(column_list),
        at: new Date(at),
      })),
    purge: (deadLetters) => {
      if (deadLetters.length > 0)
        transaction(database, () => statements.deleteDeadLetters.run({ ids: JSON.stringify(deadLetters) }))
      // The pages of deleted rows keep their bytes until they are used again, and so does the log.
      database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)')
      deadLetterTotals = sumDeadLetters()
      return deadLetterTotals
    },
    copyTo: (path) => void database.prepare(sql.copyInto).run({ path }),
    rehearse: (bytes) => {
      transaction(database, () => {
        database.exec('DROP TABLE IF EXISTS rehearsal; CREATE TABLE rehearsal (body BLOB) STRICT')
        database.prepare(sql.insertRehearsal).run({ bytes })
      })
      database.exec('DROP TABLE rehearsal')
    },
    losses: keeper.losses,
    forgetLosses: keeper.forgetLosses,
    close: () => {
      database.close()
      keeper.close()
    },
  }
}
