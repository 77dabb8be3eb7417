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
  /** Whether it matters which platform a channel is of; else the platform is left out, as finding it takes a third of the time. */
  withPlatform: boolean
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

/** A column of entries; one of jsonb is copied as the text that it is, which costs a quarter of making it anew. */
type Column = string | { jsonb: string }

const sqlOf = (column: Column): string => (typeof column === 'string' ? column : column.jsonb)

const listOf = (column: Column, i: number): string =>
  typeof column === 'string'
    ? `coalesce(json_agg(t.c${i}), '[]')`
    : `coalesce('[' || string_agg(t.c${i}::text, ',') || ']', '[]')::json`

/**
 * Selects entries, a column after another, as one value. That costs the database and this process least: lists or objects for rows were measured
 * to cost half as much again.
 */
const entriesStatement = (name: string, columns: readonly Column[], from: string): Statement<{ entries: Columns }> =>
  statement(
    name,
    sql`SELECT ${expressions<{ entries: Columns }>({
      entries: `json_build_array(${columns.map(listOf).join(', ')})`,
    })} FROM (SELECT ${columns.map((column, i) => `${sqlOf(column)} AS c${i}`).join(', ')} ${from}) t`,
  )

/** A table with a log: its columns, of which that of the platform is given, and what is true of an entry of the past that is asked for. */
type LogTable = {
  table: string
  columns(platform: string): readonly Column[]
  wanted: string
  /** How it is joined with channels; null where it can not be. */
  join: 'JOIN' | 'LEFT JOIN' | null
}

/** The statements that read a log: the next entries after a position, and a stretch of the past with the platforms of channels or without. */
export const logStatements = (name: string, { table, columns, wanted, join }: LogTable) => {
  const alone = `FROM ${table} e`
  const withChannels = join === null ? alone : `${alone} ${join} dm.streamer_channel c ON c.id = e.channel_id`
  const platform = join === null ? 'NULL' : 'c.platform'
  const select = (which: string, column: string, rest: string) =>
    entriesStatement(`alerts_${name}_${which}`, columns(column), `${rest} ORDER BY e.id LIMIT $2`)
  const stretch = `WHERE e.id > $1 AND e.id <= $3 AND ${wanted}`
  return {
    next: select('next', platform, `${withChannels} WHERE e.id > $1`),
    past: select('past', 'NULL', `${alone} ${stretch}`),
    pastOfPlatforms: select('platforms', platform, `${withChannels} ${stretch}`),
  }
}

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

/** Stretches of ids that are read at once: the database has several processors, and reads while whoever asked works on a page. */
const stretchesAtOnce = 2
/** So many stretches at most, also where ids have leapt. */
const mostStretches = 2_000

/**
 * Reads the entries of an extent in order, a page at a time. The statement takes a position, how many, the last position and the other values. By
 * ids alone it has one plan that is always good: with times in it, each page would read and sort all of them.
 */
export async function* pagesOf(
  db: Transaction,
  page: Statement<{ entries: Columns }>,
  { before, last }: Extent,
  values: readonly unknown[],
): AsyncGenerator<Columns> {
  const length = Math.max(pastPage, Math.ceil((last - before) / mostStretches))
  const read = async (after: number, until: number): Promise<Columns> =>
    (await db.query(page, [after, pastPage, until, ...values]))[0]!.entries
  const begun: { until: number; first: Promise<Columns> }[] = []
  let next = before
  const begin = (): void => {
    if (next >= last) return
    const until = Math.min(next + length, last)
    const first = read(next, until)
    // Told when it is the turn of this stretch; nobody may come for it.
    first.catch(() => {})
    begun.push({ until, first })
    next = until
  }
  for (let n = 0; n < stretchesAtOnce; n++) begin()
  for (let stretch = begun.shift(); stretch; stretch = begun.shift()) {
    const { until, first } = stretch
    let entries = await first
    begin()
    yield entries
    while (entries[0].length === pastPage) {
      entries = await read(lastOf(entries, until), until)
      yield entries
    }
  }
}

/** Whether a happening is of a range of time. */
export const isBetween =
  (from: Date, to: Date) =>
  ({ at }: Pick<Happening, 'at'>): boolean =>
    at >= +from && at < +to
