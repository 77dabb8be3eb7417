import type { Backlog, BatchRange } from './batch-limits.ts'
import type { LedgerEntry, OpenLedger, SpoolLoss } from './spool-ledger.ts'

/** Keeps what stands beside the spool's file. */
export type LedgerKeeper = {
  /** Notes what waits: after rows were stored, and before `leaving` is settled, so that the ledger never knows of more than the file holds. */
  note(backlogs: ReadonlyMap<string, Backlog>, leaving?: BatchRange): void
  /** Losses that were found and that nobody has been told of yet, also by earlier openings. */
  losses(): readonly SpoolLoss[]
  /** They have been told. */
  forgetLosses(): void
  close(): void
}

const entryOf = ({ first, next, oldestAt, newestAt }: Backlog, leaving?: BatchRange): LedgerEntry | null => {
  const start = leaving ? Math.max(first, leaving.last + 1) : first
  return oldestAt === null || newestAt === null || start >= next ? null : { first: start, next, oldestAt, newestAt }
}

/** A keeper of an open ledger; `id` is new for every opening of the spool. */
export const createLedgerKeeper = (ledger: OpenLedger, id: string, found: readonly SpoolLoss[]): LedgerKeeper => {
  let losses = found
  let tables: Record<string, LedgerEntry> = {}
  const write = (): void => {
    try {
      ledger.write({ id, tables, losses: [...losses] })
    } catch {
      // What could not be noted is only not missed later; the rows themselves are safe.
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
