import { openSpoolDatabase } from './spool-database.ts'
import { createSpoolFile, type SpoolFile } from './spool-file.ts'
import type { LedgerKeeper } from './spool-ledger.ts'

const lettersAtOnce = 1_000

/** Nothing of a spool that is filled offline can be lost before its first start, which begins its ledger. */
const noLedger: LedgerKeeper = {
  note: () => undefined,
  losses: () => [],
  forgetLosses: () => undefined,
  close: () => undefined,
}

const open = (directory: string, now: number): SpoolFile & Disposable => {
  const { database } = openSpoolDatabase(directory, now)
  const file = createSpoolFile(database, {
    openingId: 'merge',
    limits: { maxRows: 20_000, maxBytes: 8 * 1024 ** 2 },
    now,
    keeper: noLedger,
  })
  return { ...file, [Symbol.dispose]: () => file.close() }
}

/**
 * Appends what waits in the spool of one directory to that of another, each row once; also its dead letters, which are tried again. Only while no node uses
 * either. It is not safe to be interrupted: begin again with fresh copies.
 */
export const mergeSpools = (into: string, from: string, now: number): void => {
  using source = open(from, now)
  using target = open(into, now)
  const append = (table: string, columns: readonly string[], body: Uint8Array, rows: number, at: number): void => {
    target.append([{ table, columns, rows, body, at }])
  }
  for (const [table, { oldestAt }] of source.backlogs()) {
    if (oldestAt === null) continue
    for (let after = 0; ; ) {
      const { batch } = source.take(table, after)
      if (batch === null) break
      append(table, batch.columns, batch.body, batch.last - batch.first + 1, oldestAt)
      after = batch.last
    }
  }
  for (let after = 0; ; ) {
    const letters = source.deadLetters(after, lettersAtOnce)
    if (letters.length === 0) break
    for (const { id, table, columns, row, at } of letters) {
      append(table, columns, Buffer.from(`${row}\n`), 1, at.getTime())
      after = id
    }
  }
}
