import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { type Statement, sql, statement } from '../stores/postgres/statement.ts'
import type { Happening, HappeningKind, LogName } from './happening.ts'

/** The happenings of the next entries of a log, in order. */
type LogPage = {
  happenings: Happening[]
  /** Position of the last entry that was read, also where it is no happening. */
  last: number
  more: boolean
}

/** What of the past is read. */
type Past = {
  /** What happened from then on, and before then. */
  from: Date
  to: Date
  kinds: ReadonlySet<HappeningKind>
  /** Only these channels; null for all. */
  channelIds: ReadonlySet<bigint> | null
}

/** A log whose positions are in the order of commits, as happenings. */
export type Log = {
  readonly name: LogName
  /** The database that it is in. */
  readonly side: 'dm' | 'public'
  readonly kinds: readonly HappeningKind[]
  /** Reads at most `limit` entries after a position. */
  read(db: Transaction, after: number, limit: number): Promise<LogPage>
  /** Reads the past in order, a page at a time: the same happenings as `read` found. It may have more than was asked for. */
  past(db: Transaction, past: Past): AsyncGenerator<Happening[]>
}

/** Entries of the past that are read in one statement: about 20 milliseconds in which nothing else is done. */
const pastPage = 10_000

/** SQL for an instant as milliseconds since the epoch. The columns have whole ones, which a double holds exactly. */
export const msOf = (instant: string): string => `(date_part('epoch', ${instant}) * 1000)::bigint`

/** Entries of a log, in order, as a list for each column; the first one has the positions. */
export type Columns = readonly [positions: readonly number[], ...others: unknown[][]]

/**
 * Selects entries, a column after another, as one value. That costs the database and this process least: lists or objects for rows were measured
 * to cost half as much again.
 */
export const entriesStatement = (
  name: string,
  columns: readonly string[],
  from: string,
): Statement<{ entries: Columns }> =>
  statement(
    name,
    sql`SELECT ${expressions<{ entries: Columns }>({
      entries: `json_build_array(${columns.map((_, i) => `coalesce(json_agg(t.c${i}), '[]')`).join(', ')})`,
    })} FROM (SELECT ${columns.map((column, i) => `${column} AS c${i}`).join(', ')} ${from}) t`,
  )

/** The position after entries that were read after another one. */
export const lastOf = ([positions]: Columns, after: number): number => positions.at(-1) ?? after

/** The ids of a log in which everything of a range of time lies: after `before`, and up to `last`. */
export type Extent = { before: number; last: number }

/** Selects the extent of what a condition on its two parameters, from and to, is true of. */
export const extentStatement = (name: string, table: string, within: string): Statement<Extent> =>
  statement(
    name,
    sql`SELECT ${expressions<Extent>({
      before: 'coalesce(min(id) - 1, 0)::float8',
      last: 'coalesce(max(id), 0)::float8',
    })} FROM ${table} WHERE ${within}`,
  )

/**
 * Reads the entries of an extent in order, a page at a time. The statement takes a position, how many, the last position and the other values. By
 * ids alone it has one plan that is always good: with times in it, each page would read and sort all of them. The database reads the next page while
 * whoever asked works on this one.
 */
export async function* pagesOf(
  db: Transaction,
  page: Statement<{ entries: Columns }>,
  { before, last }: Extent,
  values: readonly unknown[],
): AsyncGenerator<Columns> {
  const read = (after: number) => {
    const reading = db.query(page, [after, pastPage, last, ...values])
    // Told when it is this page's turn; nobody may come for it.
    reading.catch(() => {})
    return reading
  }
  let next = before < last ? read(before) : null
  while (next !== null) {
    const { entries } = (await next)[0]!
    const after = lastOf(entries, last)
    next = entries[0].length < pastPage || after >= last ? null : read(after)
    yield entries
  }
}

/** Whether a happening is of a range of time. */
export const isBetween =
  (from: Date, to: Date) =>
  ({ at }: Pick<Happening, 'at'>): boolean =>
    at >= +from && at < +to
