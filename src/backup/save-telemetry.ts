import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Destination } from './destination.ts'
import { readableManifest } from './manifest.ts'
import { type Manifest, type SavedFile, telemetryFolder } from './manifest-shape.ts'
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

const filesUnder = async (destination: Destination, folder: string, signal: AbortSignal): Promise<SavedFile[]> => {
  const files: SavedFile[] = []
  for (const key of await destination.objects.list(`${folder}/`, signal)) {
    signal.throwIfAborted()
    const found = await destination.fingerprint(key)
    if (found) files.push({ key, ...found })
  }
  return files
}

/** With so much of the size of its base a backup has everything again by itself. */
const mostOfBase = 0.5

/** Neither does it build on one that is older, so that damage of one can not reach further. */
const oldestBaseMs = 7 * 86_400_000

const bytesOf = ({ telemetry }: Manifest): number => telemetry.files.reduce((sum, { bytes }) => sum + bytes, 0)

/** The backup on which one of now builds: the last one that has everything, while it is young and what was added since is little; null where there is none. */
export const baseFor = async (
  destination: Destination,
  last: Manifest | null,
  now: number = Date.now(),
): Promise<string | null> => {
  if (last === null) return null
  const { base: id } = last.telemetry
  const base = id === null ? last : await readableManifest(destination, id)
  if (base === null || now - Date.parse(base.at) > oldestBaseMs) return null
  return base === last || bytesOf(last) <= bytesOf(base) * mostOfBase ? base.id : null
}

/** Has the engine write what the base does not have, and tells what it wrote. */
export const saveTelemetry = async (
  store: ClickHouse,
  snapshot: TelemetrySnapshot,
  { destination, id, base, signal }: { destination: Destination; id: string; base: string | null; signal: AbortSignal },
): Promise<Manifest['telemetry']> => {
  const { database, tables } = snapshot
  const folder = telemetryFolder(id)
  const onBase = base === null ? '' : ` SETTINGS base_backup = ${destination.engineFolder(telemetryFolder(base))}`
  const told = await runLong(
    store,
    `BACKUP DATABASE ${database} TO ${destination.engineFolder(folder)}${onBase}`,
    `backup-${id}`,
    destination,
    signal,
  )
  const files = await filesUnder(destination, folder, signal)
  if (files.length === 0)
    throw new ConfigError(
      `ClickHouse wrote its part where this process does not see it: ${destination.objects.place} must be a bucket, or a folder that both have.`,
    )
  // A disk that is full ends no BACKUP of the engine: it calls what it cut off done.
  const written = files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (written !== told)
    throw new ConfigError(
      `${destination.objects.place} has ${written} of the ${told} bytes that ClickHouse wrote: make room there.`,
    )
  return { database, base, tables: await readTableParts(store, database, tables), files }
}
