import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { openStores } from '../app/open-stores.ts'
import { startJobs } from '../app/start-jobs.ts'
import { openSettings } from '../app/start-settings.ts'
import type { Say } from '../commands/store-command.ts'
import type { Config } from '../config/config.ts'
import { startShipper } from '../ingest/shipper.ts'
import { openSpool } from '../ingest/spool.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { builtInPlatforms } from '../platforms/registry.ts'
import { type DataDirectory, DataDirectoryInUse, holdDataDirectory } from '../stores/data-directory.ts'
import { askServer } from './ask-server.ts'

/** Whoever has the program and its configuration may do anything. */
const commandLine = { role: 'ADMIN', name: 'command line', subject: 'cli' }

const spoolBytes = 4 * 1024 ** 3
const flushMs = 30_000

/** Where a command runs: in the server that has the data directory, or in this process, which has it now. */
const placeOf = (dataDir: string): { url: string } | { held: DataDirectory } => {
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
  const registry = builtInPlatforms
  const place = placeOf(config.dataDir)
  if ('url' in place) return askServer(config, place.url, name, args, say, signal)
  using _ = place.held
  await using stores = await openStores(config, log, signal)
  await stores.clickHouseReady
  const { clickHouse, databases } = stores
  const clock = systemClock
  const directory = path.join(config.dataDir, 'spool')
  await using spool = await openSpool({ directory, maxBytes: spoolBytes, log, clock })
  await using shipper = startShipper({ spool, sink: clickHouse, log, clock })
  // Platforms are the server's: who asks them from two processes asks them too fast.
  const stored = await openSettings({ config, registry, db: databases.public, log })
  await using jobs = startJobs({
    config,
    ...stored,
    databases,
    clickHouse,
    append: spool.append,
    registry,
    platforms: new Map(),
    clock,
    log,
    scheduling: false,
  })
  const done = await jobs.runCommand(name, args, say, signal, { identity: commandLine, requestId: randomUUID() })
  await shipper.flush(flushMs)
  return done
}
