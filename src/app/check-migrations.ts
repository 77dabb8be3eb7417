import fs from 'node:fs'
import path from 'node:path'
import { refuseUnadopted } from '../adoption/phases.ts'
import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import { silentLog } from '../lib/log.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import { appliedMigrations, clickHouseMigrations } from '../stores/clickhouse/migrate.ts'
import { openClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import {
  type DataDirectory,
  DataDirectoryInUse,
  holdDataDirectory,
  requireFreeDirectory,
  wasEverHeld,
} from '../stores/data-directory.ts'
import { startEmbeddedPostgres } from '../stores/postgres/embedded.ts'
import { runningEmbeddedUrl } from '../stores/postgres/embedded-url.ts'
import { readApplied, type Side } from '../stores/postgres/ledger.ts'
import { postgresMigrations, selectMigrations } from '../stores/postgres/migrate.ts'
import { openPostgres } from '../stores/postgres/postgres.ts'
import { databasesOf, migrationFolders } from './open-stores.ts'
import { requirePlaceOfDm } from './place-of-dm.ts'

/** What a store lacks of the migrations of this version, and what it has that this version does not know. */
export type StoreMigrations = { store: string; missing: readonly string[]; unknown: readonly string[] }

/** UNKNOWN_TABLE and UNKNOWN_DATABASE */
const notMadeYet = new Set<number | null>([60, 81])

const compare = (store: string, needed: readonly string[], applied: Iterable<string>): StoreMigrations => {
  const has = new Set(applied)
  return {
    store,
    missing: needed.filter((name) => !has.has(name)),
    unknown: [...has].filter((name) => !needed.includes(name)).sort(),
  }
}

const appliedToPostgres = async (name: string, url: string, sides: readonly Side[]): Promise<string[]> => {
  await using db = openPostgres({ url, log: silentLog, max: 1 })
  await refuseUnadopted(db, name)
  const known = await readApplied(db, sides)
  return [...known.values()].flatMap(({ name, isFinished }) => (isFinished ? name : []))
}

const appliedToClickHouse = async (options: { url?: string | undefined; directory: string }): Promise<string[]> => {
  if (options.url === undefined && !fs.existsSync(options.directory)) return []
  await using store = await openClickHouse(options)
  try {
    return [...(await appliedMigrations(store)).keys()]
  } catch (error) {
    if (error instanceof ClickHouseError && notMadeYet.has(error.code)) return []
    throw error
  }
}

/**
 * The data directory for this process, where one was ever taken: none is made. Where a server has it, the Postgres of the server can be asked and its
 * ClickHouse can not.
 */
const holdUnlessServed = (dataDir: string): { isServed: boolean; held?: DataDirectory } => {
  try {
    const isUsed = requireFreeDirectory(dataDir) && wasEverHeld(dataDir)
    return isUsed ? { isServed: false, held: holdDataDirectory(dataDir) } : { isServed: false }
  } catch (error) {
    if (error instanceof DataDirectoryInUse) return { isServed: true }
    throw error
  }
}

/**
 * Compares the migrations of this version with those that each store has, and changes none of them. `notAsked` names the store that only the
 * running server may open.
 */
export const checkMigrations = async (
  config: Config,
  log: Log,
  signal: AbortSignal,
): Promise<{ stores: StoreMigrations[]; notAsked: string | null }> => {
  const { databaseUrl, dmDatabaseUrl, clickHouseUrl, dataDir } = config
  const directory = path.join(dataDir, 'postgres')
  const isEmbedded = databaseUrl === undefined || clickHouseUrl === undefined
  await using stack = new AsyncDisposableStack()
  const { isServed, held } = isEmbedded ? holdUnlessServed(dataDir) : { isServed: false }
  if (held) stack.use(held)
  let publicUrl = databaseUrl
  if (publicUrl === undefined && isServed) publicUrl = runningEmbeddedUrl(directory)
  if (publicUrl === undefined && held && fs.existsSync(path.join(directory, 'cluster')))
    publicUrl = stack.use(await startEmbeddedPostgres({ directory, through: dataDir, log, signal })).url
  if (publicUrl !== undefined && dmDatabaseUrl !== undefined)
    await requirePlaceOfDm({
      publicUrl,
      dmUrl: dmDatabaseUrl,
      variable: databaseUrl === undefined ? 'DATA_DIR' : 'DATABASE_URL',
    })
  const stores: StoreMigrations[] = []
  const names = await postgresMigrations(migrationFolders.postgres)
  for (const { variable, url, sides } of databasesOf(publicUrl ?? '', dmDatabaseUrl ?? publicUrl ?? '')) {
    const name = variable === 'DATABASE_URL' && databaseUrl === undefined ? 'The embedded Postgres' : variable
    stores.push(
      compare(name, names.filter(selectMigrations(sides)), url === '' ? [] : await appliedToPostgres(name, url, sides)),
    )
  }
  const engine = clickHouseUrl === undefined ? 'The embedded ClickHouse' : 'CLICKHOUSE_URL'
  if (clickHouseUrl === undefined && isServed) return { stores, notAsked: engine }
  const applied = await appliedToClickHouse({ url: clickHouseUrl, directory: path.join(dataDir, 'clickhouse') })
  stores.push(compare(engine, await clickHouseMigrations(migrationFolders.clickHouse), applied))
  return { stores, notAsked: null }
}
