import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** What is known to wait for one table: rows from `first` to before `next`, and when the oldest and the newest were appended. */
export type LedgerEntry = { first: number; next: number; oldestAt: number; newestAt: number }

/** Rows of one table that were acknowledged and are not in the file; they were appended from `from` to before `to`, in milliseconds since the epoch. */
export type SpoolLoss = {
  table: string
  /** Names the damage: the same whenever it is told. */
  name: string
  rows: number
  from: number
  to: number
  /** Where the damaged file lies; null when nothing was left of it. */
  setAside: string | null
}

/** What stands beside the spool's file: what that file must hold, and the losses that nobody has been told of yet. */
export type Ledger = { id: string; tables: Record<string, LedgerEntry>; losses: SpoolLoss[] }

/** The ledger as it is being kept. */
export type OpenLedger = {
  /** Writes it anew. It is in the hands of the system then, not yet on the disk: it outlives the process and not always the machine. */
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
      // Written over in place: a full disk has room for that, and blanks say nothing in JSON.
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

/** What a file holds of one table: rows from `first` to before `next`, fewer than that when some are missing in between. */
export type HeldRows = { first: number; next: number; rows: number; newestAt: number }
/** What a file holds, by table; `settled` is the last row that went out of it. */
export type FileContent = { held: ReadonlyMap<string, HeldRows>; settled: ReadonlyMap<string, number> }

/** Instants of rows are a little earlier than their append. */
const marginMs = 60_000

/** What the ledger knows of and the file does not hold, by table. */
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
