import { ConfigError } from '../lib/errors.ts'
import type { Side } from '../stores/postgres/ledger.ts'
import { contentOf, insertRows } from '../stores/postgres/table-rows.ts'
import {
  type Connection,
  identifier,
  readForeignKeys,
  readPartitions,
  type Table,
  tableName,
} from '../stores/postgres/tables.ts'
import { readChunk } from './chunk-store.ts'
import type { Destination } from './destination.ts'
import type { Manifest, SavedTable } from './manifest.ts'
import { savedTables } from './saved-tables.ts'

/** A schema that is there for as long as a restore into the database is not finished. */
const mark = 'channelscope_restore'

/** Whether a restore was begun in a database and not finished. */
export const isClaimed = async (db: Connection): Promise<boolean> => {
  const { rows } = await db.query(`SELECT to_regnamespace('${mark}') IS NOT NULL AS found`)
  return rows[0].found
}

/** Refuses a database that has tables of ours. */
export const requireEmptyDatabase = async (db: Connection, name: string): Promise<void> => {
  const { rows } = await db.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'dm' OR (n.nspname = 'public' AND c.relname = '_prisma_migrations'))) AS found`,
  )
  if (rows[0]!.found) throw new ConfigError(`${name} is not empty: a restore needs an empty database.`)
}

/** Marks a database as one that is being restored. */
export const claimDatabase = async (db: Connection): Promise<void> => {
  await db.query(`CREATE SCHEMA IF NOT EXISTS ${mark}`)
}

const alignPartitions = async (db: Connection, wanted: Manifest['partitions']): Promise<void> => {
  for (const { name } of await readPartitions(db)) await db.query(`DROP TABLE dm.${identifier(name)}`)
  for (const { table, name, bound } of wanted)
    await db.query(`CREATE TABLE dm.${identifier(name)} PARTITION OF dm.${identifier(table)} ${bound}`)
}

type Packed = { names: string[]; columns: (string | null)[][]; count: number }

const loadTable = async (
  db: Connection,
  table: Table,
  { chunks }: SavedTable,
  destination: Destination,
  signal: AbortSignal,
): Promise<void> => {
  for (const { sha256 } of chunks) {
    signal.throwIfAborted()
    const body = await readChunk(destination, sha256)
    if (body === null)
      throw new ConfigError(`A chunk of ${table.schema}.${table.name} is missing or damaged (${sha256}).`)
    const { names, columns, count } = JSON.parse(body.toString('utf8')) as Packed
    const ordered = table.columns.map(({ name }) => columns[names.indexOf(name)]!)
    await insertRows(db, table, { columns: ordered, count })
  }
}

/** A restored journal is another one than that of before, so who comes back with a cursor is told of a gap. What nodes hold they tell anew. */
const begunAnew = `
UPDATE dm.status_journal SET epoch = DEFAULT, moved_epoch = NULL, moved_place = NULL;
DELETE FROM dm.spool_backlog;
UPDATE dm.environment SET work_until = NULL`

/**
 * Fills the tables of a database that was migrated to where the backup was, in one transaction: all rows are there with their keys and counts, or none.
 * A ConfigError where they are not those of the manifest.
 */
export const loadTables = async (
  db: Connection,
  sides: readonly Side[],
  manifest: Manifest,
  destination: Destination,
  signal: AbortSignal,
): Promise<void> => {
  await db.query('BEGIN')
  try {
    if (sides.includes('dm')) await alignPartitions(db, manifest.partitions)
    const tables = (await Promise.all(sides.map((side) => savedTables(db, side)))).flat()
    const keys = await Promise.all(
      sides.map(async (side) => (await readForeignKeys(db, side)).map((key) => ({ ...key, schema: side }))),
    )
    const ours = new Set(tables.map(tableName))
    const foreign = keys.flat().filter(({ schema, table }) => ours.has(tableName({ schema, name: table })))
    for (const { schema, table, name } of foreign)
      await db.query(`ALTER TABLE ${tableName({ schema, name: table })} DROP CONSTRAINT ${identifier(name)}`)
    for (const table of tables) await db.query(`ALTER TABLE ${tableName(table)} DISABLE TRIGGER USER`)
    await db.query(`TRUNCATE ${tables.map(tableName).join(', ')}`)
    for (const table of tables) {
      const saved = manifest.tables.find(({ schema, name }) => schema === table.schema && name === table.name)
      if (!saved) continue
      await loadTable(db, table, saved, destination, signal)
      const { rows, hash } = await contentOf(db, table)
      if (rows !== saved.rows || hash !== saved.hash)
        throw new ConfigError(
          `${tableName(table)} has ${rows} rows after the restore that are not the ${saved.rows} of the backup.`,
        )
    }
    for (const { schema, name, last } of manifest.sequences)
      if (last !== null && sides.includes(schema as Side))
        await db.query(`SELECT setval(to_regclass($1), $2::bigint) WHERE to_regclass($1) IS NOT NULL`, [
          tableName({ schema, name }),
          last,
        ])
    for (const { schema, table, name, definition } of foreign)
      await db.query(
        `ALTER TABLE ${tableName({ schema, name: table })} ADD CONSTRAINT ${identifier(name)} ${definition}`,
      )
    for (const table of tables) await db.query(`ALTER TABLE ${tableName(table)} ENABLE TRIGGER USER`)
    if (sides.includes('dm')) await db.query(begunAnew)
    await db.query(`DROP SCHEMA ${mark}`)
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
