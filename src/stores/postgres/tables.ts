import pg from 'pg'

/** What runs SQL that is made of the catalogue; it answers rows of text, numbers and arrays as the driver has them. */
export type Connection = Pick<pg.Client, 'query'>

/** A table with the columns that are written, and those of its key, in order. */
export type Table = {
  schema: string
  name: string
  columns: readonly { name: string; type: string }[]
  key: readonly string[]
}

/** A part of a partitioned table. */
export type Partition = { table: string; name: string; bound: string }

/** A key from one table to another, as the catalogue writes it. */
export type ForeignKey = { table: string; name: string; definition: string }

export const identifier = (name: string): string => pg.escapeIdentifier(name)

/** A table as SQL. */
export const tableName = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string =>
  `${identifier(schema)}.${identifier(name)}`

/** A table of `dm` as SQL. */
export const inDm = (name: string): string => tableName({ schema: 'dm', name })

/** The tables of a schema, of `dm` unless told, each with its parts as one. A table without a key can not be read row by row: a TypeError. */
export const readTables = async (db: Connection, schema = 'dm'): Promise<Table[]> => {
  const { rows } = await db.query<{ name: string; columns: string[]; types: string[]; key: string[] | null }>(
    `SELECT c.relname AS name,
       array_agg(a.attname::text ORDER BY a.attnum) AS columns,
       array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS types,
       (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::smallint[], k.attnum))
        FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
        WHERE i.indrelid = c.oid AND i.indisprimary) AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [schema],
  )
  return rows.map(({ name, columns, types, key }) => {
    if (key === null) throw new TypeError(`${schema}.${name} has no primary key.`)
    return { schema, name, columns: columns.map((column, n) => ({ name: column, type: types[n]! })), key }
  })
}

/** About how many rows and bytes each table has, as the server estimates it. */
export const readSizes = async (db: Connection): Promise<Map<string, { rows: number; bytes: number }>> => {
  const { rows } = await db.query<{ name: string; rows: string; bytes: string }>(
    `SELECT coalesce(parent.relname, c.relname)::text AS name,
       sum(greatest(c.reltuples, 0))::bigint::text AS rows, sum(pg_total_relation_size(c.oid))::text AS bytes
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
     WHERE n.nspname = 'dm' AND c.relkind = 'r' GROUP BY 1`,
  )
  return new Map(rows.map((row) => [row.name, { rows: Number(row.rows), bytes: Number(row.bytes) }]))
}

/** The parts of partitioned tables. */
export const readPartitions = async (db: Connection): Promise<Partition[]> => {
  const { rows } = await db.query<Partition>(
    `SELECT parent.relname::text AS table, c.relname::text AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class parent ON parent.oid = i.inhparent
       JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dm' AND c.relispartition AND c.relkind = 'r' ORDER BY c.relname`,
  )
  return rows
}

/** The keys of tables of a schema, of `dm` unless told, without those that a partition has of its table. */
export const readForeignKeys = async (db: Connection, schema = 'dm'): Promise<ForeignKey[]> => {
  const { rows } = await db.query<ForeignKey>(
    `SELECT c.relname::text AS table, k.conname::text AS name, pg_get_constraintdef(k.oid) AS definition
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND k.contype = 'f' AND k.conparentid = 0 ORDER BY 1, 2`,
    [schema],
  )
  return rows
}

/** Where the sequences of a schema stand, of `dm` unless told. */
export const readSequences = async (
  db: Connection,
  schema = 'dm',
): Promise<{ name: string; last: string | null }[]> => {
  const { rows } = await db.query<{ name: string; last: string | null }>(
    `SELECT sequencename::text AS name, last_value::text AS last FROM pg_sequences WHERE schemaname = $1 ORDER BY 1`,
    [schema],
  )
  return rows
}
