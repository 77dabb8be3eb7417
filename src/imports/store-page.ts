import type { Transaction } from '../stores/postgres/postgres.ts'
import type { ImportState } from './import-ledger.ts'
import type { ImportContext, Verdict } from './staged-rows.ts'

/** What became of a page of rows, and where the next one begins. */
type Page = { verdicts: Verdict[]; after: ImportState['after']; rows: number }

/** Judges and stores the next page of rows inside a transaction of `within`, with its place; null when there is none. */
export type StorePage = (
  context: ImportContext,
  after: ImportState['after'],
  within: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  save: (tx: Transaction, page: Page) => Promise<void>,
) => Promise<Page | null>

/** The place behind which a page begins, as a query takes it; the first page begins behind the least of all. */
export const placeOf = (after: ImportState['after']) => ({
  channel: after?.channel ?? '',
  at: BigInt(after?.at ?? 0),
  part: after?.part ?? 0,
  row: after?.row ?? 0,
})
