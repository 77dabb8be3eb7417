import type { Transaction } from '../stores/postgres/postgres.ts'
import type { Happening, HappeningKind, LogName } from './happening.ts'

/** The happenings of the next entries of a log, in order. */
export type LogPage = {
  happenings: Happening[]
  /** Position of the last entry that was read, also where it is no happening. */
  last: number
  more: boolean
}

/** A log whose positions are in the order of commits, as happenings. Each kind is in one log. */
export type Log = {
  readonly name: LogName
  /** The database that it is in. */
  readonly side: 'dm' | 'public'
  readonly kinds: readonly HappeningKind[]
  /** Reads at most `limit` entries after a position. */
  read(db: Transaction, after: number, limit: number): Promise<LogPage>
}
