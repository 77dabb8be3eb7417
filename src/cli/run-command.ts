import { randomUUID } from 'node:crypto'
import { backupParts } from '../app/backup-parts.ts'
import { openObjectsOf } from '../app/open-objects-of.ts'
import { openStores } from '../app/open-stores.ts'
import { startCompleteness } from '../app/start-completeness.ts'
import { startErasingOf } from '../app/start-erasing.ts'
import { openSpoolOf } from '../app/start-ingest.ts'
import { startJobs } from '../app/start-jobs.ts'
import { startKnownLosses } from '../app/start-known-losses.ts'
import { startPlatforms } from '../app/start-platforms.ts'
import { openSettings } from '../app/start-settings.ts'
import { nameTier, requireTier } from '../app/tier-name.ts'
import { createCallRecorder } from '../calls/call-recorder.ts'
import type { Say } from '../commands/answer.ts'
import type { StoreCommand } from '../commands/store-command.ts'
import type { Config } from '../config/config.ts'
import { startShipper } from '../ingest/shipper.ts'
import { systemClock } from '../lib/clock.ts'
import { ConfigError } from '../lib/errors.ts'
import { createGate } from '../lib/gate.ts'
import type { Log } from '../lib/log.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type DataDirectory, DataDirectoryInUse, holdDataDirectory, wasEverHeld } from '../stores/data-directory.ts'
import { askServer } from './ask-server.ts'
import { requireSystem } from './require-system.ts'

/** Whoever has the program and its configuration may do anything. */
const commandLine = { role: 'ADMIN', name: 'command line', subject: 'cli' }

const flushMs = 30_000

/** Where a command runs: in the server that has the data directory, or in this process, which has it now. */
const whereTo = (dataDir: string): { url: string } | { held: DataDirectory } => {
  try {
    return { held: holdDataDirectory(dataDir) }
  } catch (error) {
    if (error instanceof DataDirectoryInUse && error.url !== undefined) return { url: error.url }
    throw error
  }
}

/**
 * Runs a command line of an operator where the stores are, and says what it says; whether it did what it was asked to. Where no
 * server has them and it needs one, the sentence that says so is thrown.
 */
export const runCommand = async (
  config: Config,
  log: Log,
  words: readonly string[],
  say: Say,
  signal: AbortSignal,
  { needsServer }: Pick<StoreCommand, 'needsServer'>,
): Promise<boolean> => {
  const [name = '', ...args] = words
  const requireIt = async (): Promise<void> => {
    if (needsServer !== undefined) throw new ConfigError(`${needsServer} None runs on DATA_DIR ${config.dataDir}.`)
    await requireSystem(config)
  }
  // No server has a folder that nobody ever took, and nothing is written there before it is known that it is meant.
  if (!wasEverHeld(config.dataDir)) await requireIt()
  const target = whereTo(config.dataDir)
  if ('url' in target) return askServer(config, target.url, name, args, say, signal)
  using _ = target.held
  await requireIt()
  await using stores = await openStores(config, log, signal)
  await nameTier(stores.databases.dm, config)
  await requireTier(stores.databases.dm, config)
  await stores.clickHouseReady
  const { clickHouse, databases } = stores
  const clock = systemClock
  await using spool = await openSpoolOf(config, clock, log)
  await using shipper = startShipper({ spool, sink: clickHouse, log, clock })
  await using losses = await startKnownLosses({ config, db: databases.dm, log })
  await using history = await startCompleteness({ config, db: databases.dm, spool, losses, clock, log, signal })
  const registry = builtInPlatforms
  const stored = await openSettings({ config, registry, databases, log })
  const { settings, ring } = stored
  await using calls = createCallRecorder(databases.dm, log)
  const { record: onRecord } = calls
  await using asked = startPlatforms({ config, registry, demo: undefined, settings, onRecord, clock, log })
  await using objects = openObjectsOf(config, settings)
  await using erasing = startErasingOf({
    config,
    databases,
    clickHouse,
    objects,
    spool,
    ring,
    platforms: asked.adapters,
    log,
  })
  await using jobs = startJobs({
    config,
    ...stored,
    databases,
    clickHouse,
    objects,
    erasing,
    backup: backupParts({ config, settings, ring, stores, spool, shipper, gate: createGate(), objects, clock }),
    append: spool.append,
    history,
    registry,
    // Jobs ask many questions, which is the server's part: who asks from two processes asks too fast.
    platforms: new Map(),
    platformsOfCommands: asked.adapters,
    clock,
    log,
    scheduling: new Set(),
  })
  const done = await jobs.runCommand(name, args, say, signal, { identity: commandLine, requestId: randomUUID() })
  await shipper.flush(flushMs)
  return done
}
