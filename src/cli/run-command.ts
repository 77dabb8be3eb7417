import { randomUUID } from 'node:crypto'
import { openStores } from '../app/open-stores.ts'
import { openSpoolOf } from '../app/start-ingest.ts'
import { startJobs } from '../app/start-jobs.ts'
import { openSettings } from '../app/start-settings.ts'
import type { Say } from '../commands/store-command.ts'
import type { Config } from '../config/config.ts'
import { startShipper } from '../ingest/shipper.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type DataDirectory, DataDirectoryInUse, holdDataDirectory } from '../stores/data-directory.ts'
import { askServer } from './ask-server.ts'

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

/** Runs a command line of an operator where the stores are, and says what it says; whether it did what it was asked to. */
export const runCommand = async (
  config: Config,
  log: Log,
  words: readonly string[],
  say: Say,
  signal: AbortSignal,
): Promise<boolean> => {
  const [name = '', ...args] = words
  const target = whereTo(config.dataDir)
  if ('url' in target) return askServer(config, target.url, name, args, say, signal)
  using _ = target.held
  await using stores = await openStores(config, log, signal)
  await stores.clickHouseReady
  const { clickHouse, databases } = stores
  const clock = systemClock
  await using spool = await openSpoolOf(config, clock, log)
  await using shipper = startShipper({ spool, sink: clickHouse, log, clock })
  // Platforms are the server's: who asks them from two processes asks them too fast.
  const stored = await openSettings({ config, registry: builtInPlatforms, db: databases.public, log })
  await using jobs = startJobs({
    config,
    ...stored,
    databases,
    clickHouse,
    append: spool.append,
    registry: builtInPlatforms,
    platforms: new Map(),
    clock,
    log,
    scheduling: false,
  })
  const done = await jobs.runCommand(name, args, say, signal, { identity: commandLine, requestId: randomUUID() })
  await shipper.flush(flushMs)
  return done
}
