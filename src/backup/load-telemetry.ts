import { ConfigError } from '../lib/errors.ts'
import { newUlid } from '../lib/ids.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Destination } from './destination.ts'
import { type Manifest, telemetryFolder } from './manifest-shape.ts'
import { readEngineTables, readTableParts, runLong } from './telemetry-statements.ts'

/** The table that is there for as long as a restore is not finished; its name says which. */
const markOf = (claim: string): string => `restoring_${claim.replaceAll(/\W/g, '_')}`

/** Refuses a database of ClickHouse that has tables, unless this very restore has made them. */
export const requireFreeTelemetry = async (store: ClickHouse, claim: string): Promise<void> => {
  const tables = await readEngineTables(store)
  const [table] = tables
  if (table && !tables.some(({ name }) => name === markOf(claim)))
    throw new ConfigError(
      `The ClickHouse database ${store.database} is not empty (${table.name}): a restore needs an empty one. DROP DATABASE ${store.database} if it holds nothing that you need.`,
    )
}

/** Marks a database of ClickHouse as one that this restore fills. */
export const claimTelemetry = async (store: ClickHouse, claim: string): Promise<void> => {
  await store.createDatabase()
  await store.command(`CREATE TABLE IF NOT EXISTS ${store.database}.${markOf(claim)} (x UInt8) ENGINE = TinyLog`)
}

/** Takes the mark of this restore away. */
export const releaseTelemetry = (store: ClickHouse, claim: string): Promise<void> =>
  store.command(`DROP TABLE IF EXISTS ${store.database}.${markOf(claim)} SYNC`)

/** Removes what a call of this restore that was not finished has made. Only for a database that it has marked. */
export const dropTelemetry = async (store: ClickHouse, { telemetry }: Manifest): Promise<void> => {
  const there = await readEngineTables(store)
  const views = there.filter(({ engine }) => engine === 'MaterializedView')
  const tables = there.filter(({ name }) => telemetry.tables.some((table) => table.name === name))
  for (const { name } of [...views, ...tables]) await store.command(`DROP TABLE ${store.database}.${name} SYNC`)
}

/**
 * Fills the tables of ClickHouse. `views` are the statements that make what fills tables from others: only at the end, so that no row is summed up twice.
 * A ConfigError where the parts are not those of the manifest.
 */
export const loadTelemetry = async (
  store: ClickHouse,
  { id, telemetry }: Manifest,
  destination: Destination,
  views: readonly string[],
  signal: AbortSignal,
): Promise<void> => {
  const { database, base, tables } = telemetry
  const folder = destination.engineFolder(telemetryFolder(id))
  // Said anew, because the place may have another name than at the backup.
  const onBase = base === null ? '' : `, base_backup = ${destination.engineFolder(telemetryFolder(base))}`
  const all = tables.map(({ name }) => `TABLE ${database}.${name} AS ${store.database}.${name}`).join(', ')
  const restore = (structureOnly: boolean): Promise<number> =>
    runLong(
      store,
      `RESTORE ${all} FROM ${folder} SETTINGS structure_only = ${structureOnly}${onBase}`,
      `restore-${newUlid()}`,
      destination,
      signal,
    )
  await restore(true)
  // What is restored is compared as it is, before the engine merges it; that holds for tables that are there.
  await store.command('SYSTEM STOP MERGES')
  try {
    await restore(false)
    const restored = await readTableParts(
      store,
      store.database,
      tables.map(({ name }) => name),
    )
    for (const { name, rows, parts } of tables) {
      const found = restored.find((one) => one.name === name)
      if (found?.rows !== rows || found.parts.join() !== parts.join())
        throw new ConfigError(
          `${store.database}.${name} has ${found?.rows} rows after the restore that are not the ${rows} of the backup.`,
        )
    }
    for (const view of views) await store.command(view)
  } finally {
    await store.command('SYSTEM START MERGES')
  }
}
