import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { madeBeforeBaseline } from '../made-before-baseline.ts'
import { tokenDays } from './cluster-form.ts'
import { number, text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'
import { requireOurColumns, tableMadeBy, writtenColumns } from './our-tables.ts'
import { checkVersion } from './server-version.ts'
import { fillPlaceholders, type MigrationSettings, onCluster, splitStatements, statementsOf } from './statements.ts'
import { tableDefinitions } from './table-definitions.ts'

export type ClickHouseMigrationOptions = {
  /** Folder of `NNNN_name.sql` files. */
  directory: string
  settings: MigrationSettings
  log: Log
}

/** Where the store keeps which migrations were applied; in a cluster each node has all of it. */
export const ledger = `CREATE TABLE IF NOT EXISTS schema_migration {{on_cluster}}
(
  name String COMMENT 'File name without its ending',
  sha256 String COMMENT 'SHA-256 of the file as it was applied, in hexadecimal',
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was applied'
)
ENGINE = {{engine:MergeTree}} ORDER BY name
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Which migrations were applied. Written by the migration itself'`

const applied = namedQuery({
  name: 'migrations_applied',
  sql: 'SELECT DISTINCT name, sha256 FROM schema_migration',
  row: { name: text, sha256: text },
})

const appliedCount = namedQuery({
  name: 'migrations_applied_count',
  sql: 'SELECT toUInt32(uniqExact(name)) AS count FROM schema_migration WHERE name IN {names:Array(String)}',
  row: { count: number },
})

/** What versions from before the baseline applied first. */
const firstOfBefore = '0001_kick_streamer_probe'

/** The SHA-256 of what was applied, by name; changes nothing. A database that a version from before the baseline made is a ConfigError. */
export const appliedMigrations = async (store: ClickHouse): Promise<Map<string, string>> => {
  const known = new Map((await store.query(applied, {})).map((row) => [row.name, row.sha256]))
  if (known.has(firstOfBefore)) throw madeBeforeBaseline(store.isServer ? 'CLICKHOUSE_URL' : 'The ClickHouse directory')
  return known
}

type Migration = { name: string; sha256: string; sql: string }

const readMigrations = async (directory: string): Promise<Migration[]> => {
  const files = (await fs.readdir(directory)).filter((file) => /^\d{4}_\w+\.sql$/.test(file)).sort()
  return Promise.all(
    files.map(async (file) => {
      const bytes = await fs.readFile(path.join(directory, file))
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      return { name: path.parse(file).name, sha256, sql: bytes.toString('utf8') }
    }),
  )
}

const record = (store: ClickHouse, { name, sha256 }: Migration): Promise<void> =>
  store.insertBatch({
    table: 'schema_migration',
    columns: ['name', 'sha256'],
    format: 'JSONEachRow',
    body: Buffer.from(`${JSON.stringify({ name, sha256 })}\n`),
    token: `migration:${name}:${sha256}`,
    rows: 1,
  })

const replicatedWindow = /\breplicated_deduplication_window = (\d+)/
const windowSeconds = /\breplicated_deduplication_window_seconds = (\d+)/
const ordinaryWindow = /\bnon_replicated_deduplication_window = (\d+)/

/** Without a window the engine stores a repeated batch a second time and says nothing. Tables that others made beside ours are theirs. */
export const requireDeduplication = (definitions: ReadonlyMap<string, string>, ours: ReadonlySet<string>): void => {
  for (const [table, definition] of definitions) {
    if (!ours.has(table)) continue
    const [setting, pattern, byDefault] = definition.startsWith('Replicated')
      ? ['replicated_deduplication_window', replicatedWindow, 10_000]
      : ['non_replicated_deduplication_window', ordinaryWindow, 0]
    const window = Number(pattern.exec(definition)?.[1] ?? byDefault)
    const seconds = Number(windowSeconds.exec(definition)?.[1] ?? 3_600)
    if (definition.startsWith('Replicated') && seconds < 86_400) {
      throw new ConfigError(
        `The ClickHouse table ${table} recognises repeated batches for ${seconds} seconds only, and a batch may wait for longer: ALTER TABLE ${table} MODIFY SETTING replicated_deduplication_window_seconds = ${tokenDays * 86_400} on every replica.`,
      )
    }
    if (window === 0) {
      throw new ConfigError(
        `The ClickHouse table ${table} does not recognise repeated batches: ALTER TABLE ${table} MODIFY SETTING ${setting} = 10000.`,
      )
    }
  }
}

/** The statements of all migrations of a folder, in their order. */
export const migrationStatements = async (directory: string, settings: MigrationSettings): Promise<string[]> =>
  (await readMigrations(directory)).flatMap(({ sql }) => splitStatements(fillPlaceholders(sql, settings)))

/** The names of the migrations of a folder, in their order. */
export const clickHouseMigrations = async (directory: string): Promise<string[]> =>
  (await readMigrations(directory)).map(({ name }) => name)

/** How many of these migrations a store has not got. */
export const countMissing = async (store: ClickHouse, names: readonly string[]): Promise<number> =>
  names.length - (await store.query(appliedCount, { names: [...names] }))[0]!.count

/**
 * Applies what is missing and returns its names, then checks that every table recognises repeated inserts. Safe to repeat:
 * each statement of a migration must be, because one that was interrupted starts over. An edited migration is a ConfigError, and
 * so is a server that is too old, a database that a version from before the baseline made, or a table of another system with the name of
 * one of ours.
 */
export const migrateClickHouse = async (store: ClickHouse, options: ClickHouseMigrationOptions): Promise<string[]> => {
  const { directory, settings, log } = options
  await store.createDatabase(onCluster(settings))
  const warning = store.isServer ? await checkVersion(store) : null
  if (warning) log.warn({}, warning)
  for (const statement of statementsOf(ledger, settings)) await store.command(statement)
  const known = await appliedMigrations(store)
  const done: string[] = []
  const migrations = await readMigrations(directory)
  const made = (sql: string) =>
    splitStatements(fillPlaceholders(sql, settings)).flatMap((one) => tableMadeBy(one) ?? [])
  const all = migrations.flatMap(({ sql }) => made(sql))
  // A table that is there before its migration was begun by that migration, or by somebody else.
  await requireOurColumns(
    store,
    migrations.filter(({ name }) => !known.has(name)).flatMap(({ sql }) => made(sql)),
  )
  for (const migration of migrations) {
    const { name, sha256, sql } = migration
    if (known.has(name) && known.get(name) !== sha256)
      throw new ConfigError(
        `ClickHouse migration ${name} was changed after it had been applied: restore the file and add a new migration.`,
      )
    if (known.has(name)) continue
    for (const statement of statementsOf(sql, settings)) await store.command(statement)
    await record(store, migration)
    log.info({ migration: name }, 'applied a migration')
    done.push(name)
  }
  await requireOurColumns(store, writtenColumns)
  requireDeduplication(await tableDefinitions(store), new Set(['schema_migration', ...all.map(({ table }) => table)]))
  return done
}
