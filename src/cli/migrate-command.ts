import { openStores } from '../app/open-stores.ts'
import { holdDataDirectory } from '../stores/data-directory.ts'
import { programCommand, unlessStopped, withConfig } from './program-command.ts'

/** Brings both stores up to date. */
export const migrateCommand = programCommand({
  name: 'migrate',
  summary: 'apply the migrations of both stores and end',
  async run(_, context) {
    const { config, log, signal } = withConfig(context)
    const embedded = config.databaseUrl === undefined || config.clickHouseUrl === undefined
    using _held = embedded ? holdDataDirectory(config.dataDir) : undefined
    await using stores = await unlessStopped(signal, () => openStores(config, log, signal))
    await stores?.clickHouseReady
    if (signal.aborted) return false
    context.output.say('Both stores are up to date.')
    return true
  },
})
