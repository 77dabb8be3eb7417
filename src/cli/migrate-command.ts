import { z } from 'zod'
import { openStores } from '../app/open-stores.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { programCommand, unlessStopped, withConfig } from './program-command.ts'

/** Brings both stores up to date. */
export const migrateCommand = programCommand({
  name: 'migrate',
  summary: 'apply the migrations of both stores and end',
  details: [
    'Every start does it as well. It needs the data directory for itself where a store is embedded: stop the server first.',
  ],
  examples: [{ call: 'migrate', about: 'before the new version of the program is started' }],
  result: z.object({ upToDate: z.literal(true).describe('both stores have all migrations') }),
  async run(_, context) {
    const { config, log, signal } = withConfig(context)
    const embedded = config.databaseUrl === undefined || config.clickHouseUrl === undefined
    using _held = embedded ? holdDataDirectory(config.dataDir) : undefined
    await using stores = await unlessStopped(signal, () => openStores(config, log, signal))
    await stores?.clickHouseReady
    if (signal.aborted) return false
    context.tell({ upToDate: true }, 'Both stores are up to date.')
    return true
  },
})
