import { type Connection, identifier, type Table, tableName } from './tables.ts'

/** Rows as text, column by column, so that every type arrives as it was. */
export type TextRows = { columns: (string | null)[][]; count: number }

/** The key of a row, each column as text. */
export type Key = readonly string[]

const typeOf = ({ columns }: Table, name: string): string => columns.find((column) => column.name === name)!.type

const selection = ({ columns }: Table): string => columns.map(({ name }) => `t.${identifier(name)}::text`).join(', ')

const readRows = async (
  db: Connection,
  { columns }: Table,
  text: string,
  values: readonly unknown[],
): Promise<TextRows> => {
  const { rows } = await db.query<(string | null)[]>({ text, values: [...values], rowMode: 'array' } as never)
  return { columns: columns.map((_, n) => rows.map((row) => row[n]!)), count: rows.length }
}

/** The keys of rows. */
export const keysOf = ({ columns, key }: Table, rows: TextRows): Key[] => {
  const places = key.map((name) => columns.findIndex((column) => column.name === name))
  return Array.from({ length: rows.count }, (_, n) => places.map((place) => rows.columns[place]![n]!))
}

/** The next rows of a table in the order of its key; `after` is the key of the last row that was read. */
export const readPage = (db: Connection, table: Table, after: Key | null, limit: number): Promise<TextRows> => {
  const key = table.key.map((name) => `t.${identifier(name)}`).join(', ')
  const given = table.key.map((name, n) => `$${n + 1}::${typeOf(table, name)}`).join(', ')
  const condition = after === null ? '' : `WHERE (${key}) > (${given})`
  return readRows(
    db,
    table,
    `SELECT ${selection(table)} FROM ${tableName(table)} t ${condition} ORDER BY ${key} LIMIT ${limit}`,
    after ?? [],
  )
}

const columnwise = (table: Table, keys: readonly Key[]): string[][] =>
  table.key.map((_, n) => keys.map((key) => key[n]!))

const joinKeys = (table: Table): string => {
  const names = table.key.map((_, n) => `k${n}`)
  const same = table.key.map((name, n) => `t.${identifier(name)} = k.k${n}::${typeOf(table, name)}`).join(' AND ')
  return `unnest(${names.map((_, n) => `$${n + 1}::text[]`).join(', ')}) AS k (${names.join(', ')}) WHERE ${same}`
}

/** The rows with these keys that are there. */
export const readByKeys = (db: Connection, table: Table, keys: readonly Key[]): Promise<TextRows> =>
  readRows(
    db,
    table,
    `SELECT ${selection(table)} FROM ${tableName(table)} t, ${joinKeys(table)}`,
    columnwise(table, keys),
  )

/** Removes the rows with these keys. */
export const deleteByKeys = async (db: Connection, table: Table, keys: readonly Key[]): Promise<void> => {
  await db.query(`DELETE FROM ${tableName(table)} t USING ${joinKeys(table)}`, columnwise(table, keys))
}

/** Writes rows as they are, ids included. One that stands in the way of another one is left out if `leavesOut` says so. */
export const insertRows = async (
  db: Connection,
  table: Table,
  { columns, count }: TextRows,
  { leavesOut = false } = {},
): Promise<void> => {
  if (count === 0) return
  const names = table.columns.map(({ name }) => identifier(name)).join(', ')
  const places = table.columns.map((_, n) => `c${n}`)
  await db.query(
    `INSERT INTO ${tableName(table)} (${names}) OVERRIDING SYSTEM VALUE
     SELECT ${table.columns.map(({ type }, n) => `r.c${n}::${type}`).join(', ')}
     FROM unnest(${places.map((_, n) => `$${n + 1}::text[]`).join(', ')}) AS r (${places.join(', ')})
     ${leavesOut ? 'ON CONFLICT DO NOTHING' : ''}`,
    columns,
  )
}

/** How many rows a table has, and a sum of their hashes that does not depend on their order. */
export type Content = { rows: string; hash: string }

/** Counts and hashes the rows of a condition. */
const contentWhere = async (db: Connection, table: Table, condition: string): Promise<Content> => {
  const row = table.columns.map(({ name }) => `t.${identifier(name)}`).join(', ')
  const { rows } = await db.query<Content>(
    `SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(ROW(${row})::text, 0)::numeric), 0)::text AS hash
     FROM ${tableName(table)} t ${condition}`,
  )
  return rows[0]!
}

/** Counts and hashes a table. */
export const contentOf = (db: Connection, table: Table): Promise<Content> => contentWhere(db, table, '')

/** How many blocks the largest part of a table has. */
const blocksOf = async (db: Connection, table: Table): Promise<number> => {
  const { rows } = await db.query<{ blocks: number }>(
    `SELECT (max(pg_relation_size(relid)) / current_setting('block_size')::int)::int AS blocks
     FROM (SELECT $1::regclass AS relid UNION SELECT relid FROM pg_partition_tree($1::regclass)) parts`,
    [tableName(table)],
  )
  return rows[0]!.blocks
}

/** So many blocks at once: the work of some milliseconds. */
const sliceBlocks = 256

/**
 * Counts and hashes a table within one snapshot, block by block in slices that `pace` begins. Rows lie where they lay while a snapshot lasts; what
 * comes behind the last block is seen by none.
 */
export const contentByBlocks = async (
  db: Connection,
  table: Table,
  pace: <T>(slice: () => Promise<T>) => Promise<T>,
): Promise<Content> => {
  const blocks = await blocksOf(db, table)
  let [rows, hash] = [0n, 0n]
  for (let from = 0; from === 0 || from < blocks; from += sliceBlocks) {
    const to = from + sliceBlocks
    const upTo = to < blocks ? ` AND t.ctid < '(${to},0)'` : ''
    const slice = await pace(() => contentWhere(db, table, `WHERE t.ctid >= '(${from},0)'${upTo}`))
    rows += BigInt(slice.rows)
    hash += BigInt(slice.hash)
  }
  return { rows: String(rows), hash: String(hash) }
}
