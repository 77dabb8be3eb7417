import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Destination } from './destination.ts'
import { type Manifest, telemetryFolder } from './manifest-shape.ts'
import { cloneStart, readEngineTables, readTableParts, runLong } from './telemetry-statements.ts'

/** Rows of ClickHouse as they were at one moment: links to the files that hold them. */
export type TelemetrySnapshot = AsyncDisposable & { database: string; tables: string[] }

/** Links all tables of ours that hold rows, which takes moments; disposing removes the links. */
export const snapshotTelemetry = async (
  store: ClickHouse,
  id: string,
  ours: ReadonlySet<string>,
): Promise<TelemetrySnapshot> => {
  const tables = (await readEngineTables(store))
    .filter(({ name, engine }) => ours.has(name) && engine.endsWith('MergeTree'))
    .map(({ name }) => name)
  const database = `${cloneStart(store)}${id.replaceAll('-', '_')}`
  const drop = () => store.command(`DROP DATABASE IF EXISTS ${database} SYNC`)
  await store.command(`CREATE DATABASE ${database}`)
  try {
    for (const table of tables)
      await store.command(`CREATE TABLE ${database}.${table} CLONE AS ${store.database}.${table}`)
    // The parts that the engine writes have to be those that the manifest names at the end.
    for (const table of tables) await store.command(`SYSTEM STOP MERGES ${database}.${table}`)
  } catch (error) {
    await drop()
    throw error
  }
  return { database, tables, [Symbol.asyncDispose]: drop }
}

/** So much the engine in our process copies in a second, which takes a fifth of a core. A server has settings of its own for that. */
const bytesPerSecond = 20_000_000

/** What the engine wrote: `told` are the bytes of its files by what it says. */
type WrittenTelemetry = { telemetry: Omit<Manifest['telemetry'], 'files'>; told: number }

/** Has the engine write what the base does not have, and tells what it wrote. */
export const saveTelemetry = async (
  store: ClickHouse,
  snapshot: TelemetrySnapshot,
  { destination, id, base, signal }: { destination: Destination; id: string; base: string | null; signal: AbortSignal },
): Promise<WrittenTelemetry> => {
  const { database, tables } = snapshot
  const folder = telemetryFolder(id)
  const settings = [
    ...(base === null ? [] : [`base_backup = ${destination.engineFolder(telemetryFolder(base))}`]),
    ...(store.isServer ? [] : [`max_backup_bandwidth = ${bytesPerSecond}`]),
  ]
  const statement = `BACKUP DATABASE ${database} TO ${destination.engineFolder(folder)}`
  const written = runLong(
    store,
    [statement, settings.join(', ')].filter(Boolean).join(' SETTINGS '),
    `backup-${id}`,
    destination,
    signal,
  )
  const told = await written.catch(async (error: unknown) => {
    // An engine that hangs holds what it has not copied, so nobody waits until that is gone.
    await store.command(`DROP DATABASE IF EXISTS ${database}`)
    throw error
  })
  return { telemetry: { database, base, tables: await readTableParts(store, database, tables) }, told }
}
