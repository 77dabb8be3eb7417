import pg from 'pg'
import { holdRestored } from '../alerts/hold-restored.ts'
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
import type { Manifest, SavedTable } from './manifest-shape.ts'
import { savedTables } from './saved-tables.ts'

/** A schema that is there for as long as a restore into the database is not finished. */
const mark = 'channelscope_restore'

/** Which restore has marked a database; null where none has. */
const readClaim = async (db: Connection): Promise<string | null> => {
  const { rows } = await db.query<{ claim: string }>(
    `SELECT coalesce(obj_description(oid, 'pg_namespace'), '') AS claim FROM pg_namespace WHERE nspname = '${mark}'`,
  )
  return rows[0]?.claim ?? null
}

/** Refuses a database that has tables of ours, unless this very restore has made them. */
export const requireFreeDatabase = async (db: Connection, name: string, claim: string): Promise<void> => {
  const found = await readClaim(db)
  if (found === claim) return
  if (found !== null)
    throw new ConfigError(
      `${name} holds another restore that was not finished: go on with the DATA_DIR of that one, or take an empty database.`,
    )
  const { rows } = await db.query<{ isFilled: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'dm' OR (n.nspname = 'public' AND c.relname = '_prisma_migrations'))) AS "isFilled"`,
  )
  if (rows[0]!.isFilled) throw new ConfigError(`${name} is not empty: a restore needs an empty database.`)
}

/** Marks a database as one that this restore fills. */
export const claimDatabase = async (db: Connection, claim: string): Promise<void> => {
  await db.query(`CREATE SCHEMA IF NOT EXISTS ${mark}; COMMENT ON SCHEMA ${mark} IS ${pg.escapeLiteral(claim)}`)
}

/** Takes the mark of this restore away. */
export const releaseDatabase = async (db: Connection, claim: string): Promise<void> => {
  if ((await readClaim(db)) === claim) await db.query(`DROP SCHEMA ${mark}`)
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

/** The tables that are there with those of the backup; a ConfigError where they are not the same. */
const pairTables = (tables: readonly Table[], saved: readonly SavedTable[], id: string) => {
  const there = new Map(tables.map((table) => [tableName(table), table]))
  const other = saved.find((one) => !there.has(tableName(one)))
  const pairs = tables.flatMap((table) => {
    const of = saved.find((one) => tableName(one) === tableName(table))
    return of ? [{ table, saved: of }] : []
  })
  const lacking = tables.find((table) => !pairs.some((pair) => pair.table === table))
  if (other !== undefined || lacking !== undefined || pairs.length !== saved.length)
    throw new ConfigError(
      `Backup ${id} is damaged: its tables are not those of its version (${tableName((other ?? lacking ?? saved[0])!)}).`,
    )
  return pairs
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
    const pairs = pairTables(
      tables,
      manifest.tables.filter(({ schema }) => sides.includes(schema)),
      manifest.id,
    )
    const ours = new Set(tables.map(tableName))
    const foreign = keys.flat().filter(({ schema, table }) => ours.has(tableName({ schema, name: table })))
    for (const { schema, table, name } of foreign)
      await db.query(`ALTER TABLE ${tableName({ schema, name: table })} DROP CONSTRAINT ${identifier(name)}`)
    for (const table of tables) await db.query(`ALTER TABLE ${tableName(table)} DISABLE TRIGGER USER`)
    await db.query(`TRUNCATE ${tables.map(tableName).join(', ')}`)
    for (const { table, saved } of pairs) {
      await loadTable(db, table, saved, destination, signal)
      const { rows, hash } = await contentOf(db, table)
      if (rows !== saved.rows || hash !== saved.hash)
        throw new ConfigError(
          `${tableName(table)} has ${rows} rows after the restore that are not the ${saved.rows} of the backup.`,
        )
    }
    for (const { schema, name, last } of manifest.sequences)
      if (last !== null && sides.includes(schema))
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
    // Backups of before alerts have none of these tables.
    if (ours.has(tableName({ schema: 'public', name: 'alert_delivery' })))
      await holdRestored((text, values) => db.query(text, [...values]))
    await db.query('COMMIT')
  } catch (error) {
    await db.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}
