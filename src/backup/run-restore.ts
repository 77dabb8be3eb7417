import fs from 'node:fs/promises'
import path from 'node:path'
import { mergeSpools } from '../ingest/merge-spools.ts'
import { ConfigError } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Connection } from '../stores/postgres/tables.ts'
import { openTextSession } from '../stores/postgres/text-session.ts'
import { type Destination, tellingWhy } from './destination.ts'
import { claimDatabase, loadTables, releaseDatabase, requireFreeDatabase } from './load-tables.ts'
import {
  claimTelemetry,
  dropTelemetry,
  loadTelemetry,
  releaseTelemetry,
  requireFreeTelemetry,
} from './load-telemetry.ts'
import { objectKey } from './manifest.ts'
import type { Manifest } from './manifest-shape.ts'
import type { SavedDatabase } from './save-tables.ts'
import { readKeys, readSaved, requireWhole, verifyBackup } from './verify-backup.ts'

/** An empty place that becomes a system. */
export type EmptyPlace = {
  dataDir: string
  /** How far this restore is, over all calls of it. */
  directory: { readonly claim: string; readonly isLoaded: boolean; begin(): void; loaded(): void }
  /** Each with how the operator knows it. */
  databases: readonly (SavedDatabase & { name: string })[]
  clickHouse: ClickHouse
  /** The statements that make what fills tables of ClickHouse from others. */
  views: readonly string[]
  objects: ObjectStore
  /** Brings a database to the migrations of the backup. */
  migrate(database: SavedDatabase): Promise<void>
}

export type RestoreStep = 'verified' | 'clickhouse' | 'objects' | 'spool' | 'postgres'

/** Refuses a backup of which this version does not know all migrations and all tables of ClickHouse. */
export const requireKnown = (
  { version, id, migrations, telemetry }: Manifest,
  known: { postgres: ReadonlySet<string>; clickHouse: ReadonlySet<string>; historyTables: ReadonlySet<string> },
): void => {
  const missing = [
    ...migrations.postgres.filter((name) => !known.postgres.has(name)),
    ...migrations.clickHouse.filter((name) => !known.clickHouse.has(name)),
    ...telemetry.tables.flatMap(({ name }) => (known.historyTables.has(name) ? [] : `the table ${name}`)),
  ]
  if (missing.length > 0)
    throw new ConfigError(
      `Backup ${id} was made by version ${version}, which is newer than this one (it has ${missing[0]}): restore it with that version or a later one.`,
    )
}

/** Puts the keys of a backup where a start looks for them. Without a passphrase they are left out: null says so. */
export const restoreKeys = async (
  destination: Destination,
  manifest: Manifest,
  passphrase: string | undefined,
): Promise<{ write(dataDir: string): Promise<void> } | null> => {
  const keys = await readKeys(destination, manifest, passphrase)
  if (keys === null) return null
  const { callers, config } = keys
  return {
    async write(dataDir) {
      const put = (name: string, text: string) =>
        fs.writeFile(path.join(dataDir, name), text, { mode: 0o600, flush: true })
      if (callers !== null) await put('keys.json', callers)
      await put('config-keys', config)
    },
  }
}

type OpenDatabase = SavedDatabase & { db: Connection }

/** Puts what waited in the spools of all nodes into the one of this place. */
const restoreSpools = async (dataDir: string, { spools }: Manifest, destination: Destination): Promise<void> => {
  const [own, other] = [path.join(dataDir, 'spool'), path.join(dataDir, 'spool-of-another')]
  await fs.rm(own, { recursive: true, force: true })
  for (const [index, spool] of spools.entries()) {
    const directory = index === 0 ? own : other
    await fs.rm(other, { recursive: true, force: true })
    await fs.mkdir(directory, { recursive: true, mode: 0o700 })
    const body = await readSaved(destination, spool, spool.key)
    await fs.writeFile(path.join(directory, 'spool.sqlite'), body, { mode: 0o600, flush: true })
    if (index > 0) mergeSpools(own, other, Date.now())
  }
  await fs.rm(other, { recursive: true, force: true })
}

const fill = async (
  { dataDir, clickHouse, views, objects, migrate }: EmptyPlace,
  open: readonly OpenDatabase[],
  destination: Destination,
  manifest: Manifest,
  signal: AbortSignal,
  onStep: (step: RestoreStep) => void,
): Promise<void> => {
  // What a call before this one has left.
  await dropTelemetry(clickHouse, manifest)
  for (const { url, sides } of open) await migrate({ url, sides })
  await loadTelemetry(clickHouse, manifest, destination, views, signal)
  onStep('clickhouse')
  for (const file of manifest.objects) {
    const body = await readSaved(destination, file, objectKey(file.sha256))
    await tellingWhy({ objects }, () => objects.put(file.key, body, file.sha256, signal))
  }
  onStep('objects')
  await restoreSpools(dataDir, manifest, destination)
  onStep('spool')
  // Last, and in one transaction each: a database without rows is one whose restore is to be run again.
  for (const { db, sides } of open) await loadTables(db, sides, manifest, destination, signal)
  onStep('postgres')
}

/** Opens all databases of a place and looks at every store of it; a ConfigError where one has something in it. */
const openEmpty = async (
  { directory: { claim }, databases, clickHouse }: EmptyPlace,
  opened: AsyncDisposableStack,
): Promise<OpenDatabase[]> => {
  const open = []
  for (const { url, sides, name } of databases) {
    const db = await openTextSession(url, 'channelscope backup')
    opened.defer(() => db.end())
    open.push({ db, url, sides })
    await requireFreeDatabase(db, name, claim)
  }
  await requireFreeTelemetry(clickHouse, claim)
  return open
}

/**
 * Looks at an empty place, reads the whole backup, and fills the one with the other; until the end nobody can start on it. A refusal of the place comes
 * before anything is read, and a refusal of either before anything is changed.
 */
export const runRestore = async (
  place: EmptyPlace,
  destination: Destination,
  manifest: Manifest,
  { signal, onStep = () => undefined }: { signal: AbortSignal; onStep?: (step: RestoreStep) => void },
): Promise<void> => {
  const { directory, databases, clickHouse } = place
  const { claim } = directory
  if (!directory.isLoaded) {
    {
      await using looking = new AsyncDisposableStack()
      await openEmpty(place, looking)
    }
    requireWhole(manifest, await verifyBackup(destination, manifest, signal))
    onStep('verified')
    // Reading may have taken hours, so they are opened and looked at anew.
    await using filling = new AsyncDisposableStack()
    const open = await openEmpty(place, filling)
    directory.begin()
    for (const { db } of open) await claimDatabase(db, claim)
    await claimTelemetry(clickHouse, claim)
    await fill(place, open, destination, manifest, signal, onStep)
    directory.loaded()
  }
  for (const { url } of databases) {
    await using closing = new AsyncDisposableStack()
    const db = await openTextSession(url, 'channelscope backup')
    closing.defer(() => db.end())
    await releaseDatabase(db, claim)
  }
  await releaseTelemetry(clickHouse, claim)
}
