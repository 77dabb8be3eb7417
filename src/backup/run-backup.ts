import { randomBytes } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../lib/errors.ts'
import { ownVersion } from '../lib/own-version.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectsOpening } from '../stores/objects/open-objects.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Connection } from '../stores/postgres/tables.ts'
import { openTextSession } from '../stores/postgres/text-session.ts'
import { startBackupThread } from './backup-thread.ts'
import { type CalledNodes, callNodes } from './call-nodes.ts'
import { claimPlace, readOwner } from './claim-place.ts'
import type { Destination } from './destination.ts'
import type { Manifest } from './manifest-shape.ts'
import type { Finished } from './place-jobs.ts'
import type { Pruned } from './prune.ts'
import type { RowsStep } from './save-rows.ts'
import {
  beginSnapshot,
  type DatabaseSnapshot,
  endSnapshot,
  lockBackups,
  readInstant,
  type SavedDatabase,
} from './save-tables.ts'
import { saveTelemetry, snapshotTelemetry, type TelemetrySnapshot } from './save-telemetry.ts'
import type { Keys } from './sealed-keys.ts'
import { flushMs, type Movers, standStill } from './stand-still.ts'
import { dropClones } from './telemetry-statements.ts'

/** The running system, as a backup needs it. */
export type System = Movers & {
  tier: string
  environment: string
  /** This node, as `dm.spool_backlog` names it. */
  node: string
  /** The database that has `dm`. */
  dm: Postgres
  /** That of `dm` first; one where both sides share it. */
  databases: readonly SavedDatabase[]
  clickHouse: ClickHouse
  /** The tables of ClickHouse that are ours. */
  historyTables: ReadonlySet<string>
  /** Where archived chat is. */
  objects: ObjectsOpening
  keys: Keys
  migrations: Manifest['migrations']
  /** Other nodes with a spool: those that run, and those that do not and hold rows. */
  otherNodes(): Promise<{ alive: string[]; silent: string[] }>
  /** A folder of this process for files that are under way. */
  scratch: string
}

export type BackupOptions = {
  system: System
  destination: Destination
  /** Opens the keys; absent, they are left out. */
  passphrase?: string | undefined
  /** How many backups stay; absent, all. */
  keep?: number | undefined
  signal: AbortSignal
  /** For how long each answer of other nodes is waited for. */
  patienceMs?: number
  onProgress?: (step: BackupStep) => void
}

/** What is done: the snapshot, a table, or a whole store. */
export type BackupStep =
  | { step: 'snapshot'; id: string; pausedMs: number }
  | RowsStep
  | { step: 'clickhouse' | 'objects' }

/** What a backup came to. `bytes` were written; what was there from before is not among them. */
export type BackupReport = Finished & Pruned & { pausedMs: number; bytes: number }

/** Names are in the order of time, also where the clock was set back. */
const idAfter = (last: string | null): string => {
  const id = `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(3).toString('hex')}`
  if (last === null || id > last) return id
  throw new ConfigError(`The clock is behind the last backup (${last}): set it right, or choose an empty place.`)
}

type OpenDatabase = SavedDatabase & { db: Connection }

type Snapshots = {
  at: Date
  databases: DatabaseSnapshot[]
  telemetry: TelemetrySnapshot
  spoolFile: string
  pausedMs: number
}

/**
 * Takes the snapshots of all stores at one instant, while nothing moves from one to another, on no node. Deliveries are taken in all the time. What was
 * acknowledged before `at` is in the snapshots.
 */
const takeSnapshots = async (
  system: System,
  id: string,
  open: readonly OpenDatabase[],
  others: CalledNodes,
  opened: AsyncDisposableStack,
): Promise<Snapshots> => {
  const { clickHouse, historyTables, shipper, scratch } = system
  const spoolFile = path.join(scratch, `spool-${id}.sqlite`)
  opened.defer(() => fs.rm(spoolFile, { force: true }))
  // What takes long is done before the others stand still.
  const [othersSince] = await Promise.all([others.standing(), shipper.flush(flushMs)])
  let pausedAt = 0
  using still = await standStill(system, spoolFile, () => {
    pausedAt = performance.now()
    return readInstant(open[0]!.db)
  })
  const databases: DatabaseSnapshot[] = []
  for (const { db, url, sides } of open) databases.push({ url, sides, snapshot: await beginSnapshot(db) })
  const telemetry = opened.use(await snapshotTelemetry(clickHouse, id, historyTables))
  await others.release()
  const at = othersSince !== null && othersSince < still.since ? othersSince : still.since
  return { at, databases, telemetry, spoolFile, pausedMs: Math.round(performance.now() - pausedAt) }
}

/**
 * Makes a backup of everything as of one instant, while the system works. It is one from the moment at which its manifest is there; until then the
 * last one stays as it is. A ConfigError says why it could not be made.
 */
export const runBackup = async (options: BackupOptions): Promise<BackupReport> => {
  const { system, destination, passphrase, keep, signal, patienceMs = 60_000, onProgress = () => undefined } = options
  const { clickHouse } = system
  if (clickHouse.cluster !== undefined)
    throw new ConfigError(
      'A cluster of ClickHouse is backed up by its own BACKUP … ON CLUSTER: this command copies one node.',
    )
  await using opened = new AsyncDisposableStack()
  const open: OpenDatabase[] = []
  for (const { url, sides } of system.databases) {
    const db = await openTextSession(url, 'channelscope backup')
    opened.defer(() => db.end())
    open.push({ db, url, sides })
  }
  if (!(await lockBackups(open[0]!.db))) throw new ConfigError('Another backup is under way: wait until it has ended.')
  await fs.mkdir(system.scratch, { recursive: true, mode: 0o700 })
  await claimPlace(destination, await readOwner(open[0]!.db, system.environment), signal)
  await dropClones(clickHouse)
  const thread = opened.use(startBackupThread(destination, signal, onProgress))
  const { lastId, base, unreadable } = await thread.run('look', null)
  const id = idAfter(lastId)

  const { alive, silent } = await system.otherNodes()
  const others = opened.use(await callNodes(system.dm, { ...system, id, called: alive, patienceMs, signal }))
  const taken = await takeSnapshots(system, id, open, others, opened)
  const { at, telemetry, spoolFile, pausedMs } = taken
  const newer = (await system.otherNodes()).alive.filter((node) => !alive.includes(node))
  if (newer.length > 0)
    throw new ConfigError(`Node ${newer.join(', ')} started while the backup began: make the backup again.`)
  onProgress({ step: 'snapshot', id, pausedMs })
  await others.sent()
  const rows = { id, databases: taken.databases, spoolFile, others: alive, objects: system.objects }
  const { bytes: rowBytes, spools, objects, ...tables } = await thread.run('save', rows)
  for (const { db } of open) await endSnapshot(db)
  onProgress({ step: 'objects' })
  const { telemetry: history, told } = await saveTelemetry(clickHouse, telemetry, { destination, id, base, signal })
  onProgress({ step: 'clickhouse' })
  const unfinished: Manifest = {
    format: 1,
    id,
    version: ownVersion(),
    tier: system.tier,
    environment: system.environment,
    at: at.toISOString(),
    migrations: system.migrations,
    ...tables,
    telemetry: { ...history, files: [] },
    spools,
    objects,
    leftOut: silent.map(
      (node) => `Rows wait on the disk of the node ${node}, which does not run: they are not in this backup.`,
    ),
    keys: null,
  }
  const { keys } = system
  const finished = await thread.run('finish', { manifest: unfinished, told, keys, passphrase, keep })
  return { ...finished, pausedMs, bytes: rowBytes + told, unreadable }
}
