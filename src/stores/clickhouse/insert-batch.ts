/** Rows of one table as text. The same token always carries the same bytes. */
export type InsertBatch = {
  table: string
  /** The columns of every row in order; absent: those of the table. */
  columns?: readonly string[]
  format: 'TabSeparated' | 'JSONEachRow' | 'JSONCompactEachRow' | 'CSVWithNames' | 'Parquet'
  /** Settings of this insert alone. */
  settings?: Readonly<Record<string, string | number>>
  body: Buffer
  token: string
  rows: number
}

const identifiers = (names: readonly string[]): string => {
  const odd = names.find((name) => !/^\w+(\.\w+)?$/.test(name))
  if (odd !== undefined) throw new TypeError(`${odd} is not the name of a table or column.`)
  return names.join(', ')
}

/** The names of columns; a name that files of others have may be anything. */
const columnList = (names: readonly string[]): string =>
  names.map((name) => (/^\w+$/.test(name) ? name : `\`${name.replace(/[\\`]/g, '\\$&')}\``)).join(', ')

/** The statement that the rows of a batch follow. */
export const insertInto = ({ table, columns, format }: InsertBatch): string =>
  `INSERT INTO ${identifiers([table])}${columns ? ` (${columnList(columns)})` : ''} FORMAT ${format}`
