import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** The waiting rows of one table, from `first` to before `next`, and when the oldest and the newest were appended. */
export type LedgerEntry = { first: number; next: number; oldestAt: number; newestAt: number }

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
