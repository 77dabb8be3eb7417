import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Backlog, BatchRange } from './batch-limits.ts'

/** Keeps the ledger beside the spool's file. */
export type LedgerKeeper = {
  /** Notes the backlogs: after rows were stored, and before `leaving` is settled, so that the ledger never has more than the file. */
  note(backlogs: ReadonlyMap<string, Backlog>, leaving?: BatchRange): void
  /** Losses that were found and are not reported yet, also by earlier openings. */
  losses(): readonly SpoolLoss[]
  /** To be called when the losses are reported. */
  forgetLosses(): void
  close(): void
}

const entryOf = ({ first, next, oldestAt, newestAt }: Backlog, leaving?: BatchRange): LedgerEntry | null => {
  const start = leaving ? Math.max(first, leaving.last + 1) : first
  return oldestAt === null || newestAt === null || start >= next ? null : { first: start, next, oldestAt, newestAt }
}

/** Makes a keeper of an open ledger; `id` is new for every opening of the spool. */
export const createLedgerKeeper = (ledger: OpenLedger, id: string, found: readonly SpoolLoss[]): LedgerKeeper => {
  let losses = found
  let tables: Record<string, LedgerEntry> = {}
  const write = (): void => {
    try {
      ledger.write({ id, tables, losses: [...losses] })
    } catch {
      // The rows themselves are safe. Without the note, only a later loss of them would not be found.
    }
  }
  return {
    note(backlogs, leaving) {
      tables = {}
      for (const [table, backlog] of backlogs) {
        const entry = entryOf(backlog, leaving?.table === table ? leaving : undefined)
        if (entry) tables[table] = entry
      }
      write()
    },
    losses: () => losses,
    forgetLosses() {
      losses = []
      write()
    },
    close: () => ledger.close(),
  }
}

/** The waiting rows of one table, from `first` to before `next`, and when the oldest and the newest were appended. */
type LedgerEntry = { first: number; next: number; oldestAt: number; newestAt: number }

/** Acknowledged rows of one table that are not in the file. They were appended from `from` to before `to`, in milliseconds since the epoch. */
export type SpoolLoss = {
  table: string
  /** Identifies the damage, the same in every report. */
  name: string
  rows: number
  from: number
  to: number
  /** The path of the damaged file; null when nothing remains of it. */
  setAside: string | null
}

/** A second file beside the spool's: what the spool must hold, and the losses that are not reported yet. */
export type Ledger = { id: string; tables: Record<string, LedgerEntry>; losses: SpoolLoss[] }

/** A ledger that is open for writing. */
export type OpenLedger = {
  /** Replaces the content. The system has it then, but perhaps not yet the disk: it survives the process, not always the machine. */
  write(ledger: Ledger): void
  close(): void
}

const pathIn = (directory: string): string => join(directory, 'spool.ledger.json')

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** The ledger of a directory; null when there is none, `unreadable` when it is damaged itself. */
export const readLedger = (directory: string): Ledger | null | 'unreadable' => {
  try {
    return JSON.parse(readFileSync(pathIn(directory), 'utf8')) as Ledger
  } catch (error) {
    return isMissing(error) ? null : 'unreadable'
  }
}

/** Opens the ledger for writing, readable by its owner alone. */
export const openLedger = (directory: string): OpenLedger => {
  const handle = openSync(pathIn(directory), constants.O_RDWR | constants.O_CREAT, 0o600)
  let length = readFileSync(handle).length
  let isFirst = true
  return {
    write(ledger) {
      const text = Buffer.from(JSON.stringify(ledger))
      // Overwritten in place, because a full disk has room for that. Blanks at the end do not change JSON.
      length = Math.max(length, Math.ceil(text.length / 4_096) * 4_096)
      writeSync(handle, Buffer.concat([text, Buffer.alloc(length - text.length, ' ')]), 0, length, 0)
      if (isFirst) fsyncSync(handle)
      isFirst = false
    },
    close() {
      fsyncSync(handle)
      closeSync(handle)
    },
  }
}

/** The rows of one table in a file, from `first` to before `next`; `rows` is smaller when some are missing in between. */
export type HeldRows = { first: number; next: number; rows: number; newestAt: number }
/** The content of a file by table; `settled` is the last row that was sent. */
export type FileContent = { held: ReadonlyMap<string, HeldRows>; settled: ReadonlyMap<string, number> }

/** Instants of rows are a little earlier than their append. */
const marginMs = 60_000

/** The rows of the ledger that are not in the file, by table. */
export const lossesOf = (ledger: Ledger, { held, settled }: FileContent): Omit<SpoolLoss, 'setAside'>[] =>
  Object.entries(ledger.tables).flatMap(([table, { next, oldestAt, newestAt, ...entry }]) => {
    const first = Math.max(entry.first, (settled.get(table) ?? 0) + 1)
    const here = held.get(table)
    const before = here ? Math.max(0, Math.min(here.first, next) - first) : 0
    const after = Math.max(0, next - Math.max(here?.next ?? 0, first))
    const between = here ? here.next - here.first - here.rows : 0
    const rows = before + after + between
    if (rows <= 0) return []
    const lastWell = here && before + between === 0 ? Math.min(here.newestAt, newestAt) : oldestAt
    return [{ table, name: `spool ${ledger.id}`, rows, from: lastWell - marginMs, to: newestAt + 1 }]
  })
