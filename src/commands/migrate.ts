import type { Config } from '../config.ts'
import type { Log } from '../lib/log.ts'
import { openStores } from '../open-stores.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { unlessStopped } from './unless-stopped.ts'

/** Brings both stores up to date. */
export const migrate = async (config: Config, log: Log, signal: AbortSignal): Promise<void> => {
  const embedded = config.databaseUrl === undefined || config.clickHouseUrl === undefined
  using _ = embedded ? holdDataDirectory(config.dataDir) : undefined
  await using stores = await unlessStopped(signal, () => openStores(config, log, signal))
  await stores?.clickHouseReady
  if (!signal.aborted) process.stdout.write('Both stores are up to date.\n')
}
