import type { StoreCommand } from '../commands/store-command.ts'
import { storeCommands } from '../commands/store-commands.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainCommand } from './explain-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { type ProgramCommand, unlessStopped, withConfig } from './program-command.ts'
import { runCommand } from './run-command.ts'
import { startCommand } from './start-command.ts'

/** A command of the stores as one of this process, which carries it out or has it carried out by the server. */
const onStores = (command: StoreCommand): ProgramCommand => ({
  ...command,
  async run(_, context) {
    const { config, log, signal } = withConfig(context)
    const { words, output } = context
    return (await unlessStopped(signal, () => runCommand(config, log, words, output.say, signal))) ?? false
  },
})

/** Everything that the command line offers. */
export const programCommands: readonly ProgramCommand[] = [
  startCommand,
  migrateCommand,
  doctorCommand,
  explainCommand,
  ...storeCommands.map(onStores),
]
