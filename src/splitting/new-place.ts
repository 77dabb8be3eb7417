import type { Key } from '../stores/postgres/table-rows.ts'
import {
  type Connection,
  type ForeignKey,
  identifier,
  inDm,
  readForeignKeys,
  readPartitions,
  type Table,
} from '../stores/postgres/tables.ts'

/** How far the copy of a table is. */
export type Copied = { table: string; lastKey: Key | null; rows: number; isDone: boolean }

/**
 * Makes the new place ready to be filled: its tables, made by the migrations, are emptied of what these put in; keys between tables and triggers
 * rest until all rows are there. `id` is the move's, and `from` its old place as
 * `identityOf` has it. Repeating it changes nothing; a place that another move fills is told by its id.
 */
export const preparePlace = async (
  db: Connection,
  tables: readonly Table[],
  id: string,
  from: string,
): Promise<void> => {
  const keys = await readForeignKeys(db)
  await db.query('BEGIN')
  await db.query(`
    CREATE SCHEMA dm_split;
    CREATE TABLE dm_split.copied (
      table_name text PRIMARY KEY, last_key text[], rows bigint NOT NULL DEFAULT 0, is_done boolean NOT NULL DEFAULT false);
    CREATE TABLE dm_split.resting_key (table_name text NOT NULL, name text NOT NULL, definition text NOT NULL);
    CREATE TABLE dm_split.move (id uuid NOT NULL, moved_from text NOT NULL);
    GRANT USAGE ON SCHEMA dm_split TO PUBLIC;
    GRANT SELECT ON dm_split.move TO PUBLIC`)
  await db.query('INSERT INTO dm_split.move VALUES ($1, $2)', [id, from])
  for (const { table, name, definition } of keys) {
    await db.query(`ALTER TABLE ${inDm(table)} DROP CONSTRAINT ${identifier(name)}`)
    await db.query('INSERT INTO dm_split.resting_key VALUES ($1, $2, $3)', [table, name, definition])
  }
  await db.query(`TRUNCATE ${tables.map(({ name }) => inDm(name)).join(', ')}`)
  for (const { name } of tables) await db.query(`ALTER TABLE ${inDm(name)} DISABLE TRIGGER USER`)
  await db.query('INSERT INTO dm_split.copied (table_name) SELECT unnest($1::text[])', [tables.map(({ name }) => name)])
  await db.query('COMMIT')
}

/** The move that fills this place, and its old place; null where none does. */
export const moveOf = async (db: Connection): Promise<{ id: string; from: string } | null> => {
  const { rows: found } = await db.query(`SELECT to_regclass('dm_split.move') IS NOT NULL AS found`)
  if (!found[0].found) return null
  const { rows } = await db.query<{ id: string; from: string }>(
    'SELECT id::text, moved_from AS "from" FROM dm_split.move',
  )
  return rows[0] ?? null
}

/** How far the copy is, table by table. */
export const readCopied = async (db: Connection): Promise<Copied[]> => {
  const { rows } = await db.query(
    `SELECT table_name AS table, last_key AS "lastKey", rows::float8 AS rows, is_done AS "isDone" FROM dm_split.copied ORDER BY 1`,
  )
  return rows as Copied[]
}

/** Saves how far the copy of a table is, in the transaction of its rows. */
export const saveCopied = async (db: Connection, { table, lastKey, rows, isDone }: Copied): Promise<void> => {
  await db.query('UPDATE dm_split.copied SET last_key = $2, rows = $3, is_done = $4 WHERE table_name = $1', [
    table,
    lastKey,
    rows,
    isDone,
  ])
}

/** Gives the partitioned tables the parts that they have in the old place, and no others. */
export const alignPartitions = async (source: Connection, target: Connection): Promise<void> => {
  const wanted = await readPartitions(source)
  const there = await readPartitions(target)
  const isIn = (list: typeof wanted, name: string) => list.some((part) => part.name === name)
  for (const { name } of there) if (!isIn(wanted, name)) await target.query(`DROP TABLE ${inDm(name)}`)
  for (const { table, name, bound } of wanted)
    if (!isIn(there, name)) await target.query(`CREATE TABLE ${inDm(name)} PARTITION OF ${inDm(table)} ${bound}`)
}

/** The keys between tables that rest. */
const restingKeys = async (db: Connection): Promise<ForeignKey[]> => {
  const { rows } = await db.query<ForeignKey>('SELECT table_name AS table, name, definition FROM dm_split.resting_key')
  return rows
}

/**
 * Completes the new place in one transaction: sequences stand where they stood, keys hold for what is written from now on, the journal keeps its
 * epoch, and the notes of the move go. `handOver` is called last: the commit follows at once, and where it throws nothing was done. After it the
 * place can be used.
 */
export const completePlace = async (
  db: Connection,
  tables: readonly Table[],
  sequences: readonly { name: string; last: string | null }[],
  keepEpoch: () => Promise<void>,
  handOver: () => Promise<void> = async () => undefined,
): Promise<void> => {
  const partitioned = new Set((await readPartitions(db)).map(({ table }) => table))
  await db.query('BEGIN')
  try {
    for (const { name, last } of sequences)
      if (last !== null) await db.query('SELECT setval($1::regclass, $2::bigint)', [inDm(name), last])
    // Rows that are there are looked at afterwards, while the new place works. A partitioned table is always looked at.
    for (const { table, name, definition } of await restingKeys(db))
      await db.query(
        `ALTER TABLE ${inDm(table)} ADD CONSTRAINT ${identifier(name)} ${definition}${partitioned.has(table) ? '' : ' NOT VALID'}`,
      )
    for (const { name } of tables) await db.query(`ALTER TABLE ${inDm(name)} ENABLE TRIGGER USER`)
    await keepEpoch()
    await db.query('DROP SCHEMA dm_split CASCADE')
    await handOver()
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK')
    throw error
  }
}

/** Has the server look at the rows that were there before the keys between tables. */
export const validateKeys = async (db: Connection): Promise<void> => {
  const { rows } = await db.query<{ table: string; name: string }>(
    `SELECT c.relname::text AS table, k.conname::text AS name
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'dm' AND k.contype = 'f' AND NOT k.convalidated ORDER BY 1, 2`,
  )
  for (const { table, name } of rows)
    await db.query(`ALTER TABLE ${inDm(table)} VALIDATE CONSTRAINT ${identifier(name)}`)
}
