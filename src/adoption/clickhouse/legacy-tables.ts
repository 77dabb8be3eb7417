import { list, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { quote } from '../../stores/clickhouse/parameters.ts'

/** A table of before with the name of one of ours, and the names that its rows have while they are taken over. */
export type LegacyTable = {
  /** Its name, which ours has as well. */
  readonly name: string
  /** Ours while it is filled, before it gets the name. */
  readonly taken: string
  /** The one of before, from when ours has the name until the old system is gone. */
  readonly before: string
  /** The columns that old writers name. */
  readonly columns: readonly string[]
  /** A column that only ours has. */
  readonly mark: string
  /** A column that ours has only while old writers write into it. */
  readonly overlap: string
}

const legacyTable = (name: string, mark: string, overlap: string, columns: readonly string[]): LegacyTable => ({
  name,
  taken: `${name}_taken`,
  before: `${name}_before`,
  columns,
  mark,
  overlap,
})

export const legacyProbes: LegacyTable = legacyTable('kick_streamer_probe', 'interval_seconds', 'slug', [
  'env',
  'platform',
  'platform_user_id',
  'ts',
  'stream_started_at',
  'viewer_count',
  'follower_count',
  'slug',
])

export const legacyScores: LegacyTable = legacyTable('streamer_trust_score_history', 'algorithm', 'factors', [
  'env',
  'platform',
  'platform_user_id',
  'computed_at',
  'score',
  'factors',
])

export const legacyTables = [legacyProbes, legacyScores] as const

/** Rows of probes that an old writer and this program both saw: ours stands, and these are listed here. */
export const seenTwice = 'kick_streamer_probe_twice'

/**
 * Where a table stands: `absent`, no table has the name; `legacy`, that of before has it; `ours`, ours has it and old writers can not write into it;
 * `taken`, ours has it, old writers may write into it, and that of before lies beside it.
 */
export type LegacyState = 'absent' | 'legacy' | 'ours' | 'taken'

const columnsByTable = namedQuery({
  name: 'adoption_columns',
  sql: `SELECT table, groupArray(name) AS columns FROM system.columns
    WHERE database = {database:String} AND table IN {tables:Array(String)} GROUP BY table`,
  row: { table: text, columns: list(text) },
})

/** The columns of those of these tables that are there. */
export const columnsOfTables = async (
  store: ClickHouse,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> =>
  new Map(
    (await store.query(columnsByTable, { database: store.database, tables: [...tables] })).map((row) => [
      row.table,
      row.columns,
    ]),
  )

/** Where each table of before stands; asks once. */
export const legacyStates = async (store: ClickHouse): Promise<ReadonlyMap<LegacyTable, LegacyState>> => {
  const names = legacyTables.flatMap(({ name, taken, before }) => [name, taken, before])
  const columns = await columnsOfTables(store, names)
  return new Map(
    legacyTables.map((table): [LegacyTable, LegacyState] => {
      const named = columns.get(table.name)
      if (!named) return [table, 'absent']
      if (!named.includes(table.mark)) return [table, 'legacy']
      // Between the exchange and the rename, that of before has the name of the filled one.
      const beside = columns.get(table.before) ?? columns.get(table.taken)
      const isOverlap = beside && !beside.includes(table.mark) && named.includes(table.overlap)
      return [table, isOverlap ? 'taken' : 'ours']
    }),
  )
}

/** What was decided when the tables were taken over. It is kept as the comment of the table of before. */
export type TakeOverNote = {
  /** The names of environments of before with the tiers that their rows belong to; rows of others keep the name that they have. */
  envs: Readonly<Record<string, string>>
  /** What the table of before said of itself. */
  comment: string
}

const tableNotes = namedQuery({
  name: 'adoption_notes',
  sql: 'SELECT comment FROM system.tables WHERE database = {database:String} AND name = {table:String}',
  row: { comment: text },
})

/** The comment of a table; null when it is not there. */
export const describeTable = async (store: ClickHouse, table: string): Promise<{ comment: string } | null> =>
  (await store.query(tableNotes, { database: store.database, table }))[0] ?? null

/** Writes the note on a table. */
export const writeNote = (store: ClickHouse, table: string, note: TakeOverNote): Promise<void> =>
  store.command(`ALTER TABLE ${table} MODIFY COMMENT ${quote(`adoption ${JSON.stringify(note)}`)}`)

/** The name that the table of before has now. After a kill right behind the exchange it has that of the one that was filled. */
export const nameOfBefore = async (store: ClickHouse, table: LegacyTable, state: LegacyState): Promise<string> => {
  if (state === 'legacy') return table.name
  return (await describeTable(store, table.before)) ? table.before : table.taken
}

/** Finishes what a kill may have left between the exchange and the new name of the table of before. */
export const finishExchange = async (store: ClickHouse, table: LegacyTable): Promise<void> => {
  if (await describeTable(store, table.taken)) await store.command(`RENAME TABLE ${table.taken} TO ${table.before}`)
}

/** What was told of environments when a takeover began; null where none has begun, or nothing was told then. */
export const envsOfTakeOver = async (store: ClickHouse): Promise<TakeOverNote['envs'] | null> => {
  for (const [table, state] of await legacyStates(store)) {
    const note = await readNote(store, state === 'taken' ? await nameOfBefore(store, table, state) : table.name)
    if (note) return note.envs
  }
  return null
}

/** The note on a table; null where there is none. */
export const readNote = async (store: ClickHouse, table: string): Promise<TakeOverNote | null> => {
  const [, json] = /^adoption (\{.*\})$/.exec((await describeTable(store, table))?.comment ?? '') ?? []
  return json === undefined ? null : (JSON.parse(json) as TakeOverNote)
}
