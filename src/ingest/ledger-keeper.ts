import type { Backlog, BatchRange } from './batch-limits.ts'
import type { LedgerEntry, OpenLedger, SpoolLoss } from './spool-ledger.ts'

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
