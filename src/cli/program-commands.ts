import type { StoreCommand } from '../commands/store-command.ts'
import { storeCommands } from '../commands/store-commands.ts'
import { UsageError } from '../lib/errors.ts'
import { adoptPhaseACommand, adoptPlanCommand, adoptRollbackCommand } from './adopt-commands.ts'
import { adoptPhaseBCommand } from './adopt-phase-b.ts'
import { adoptStatusCommand } from './adopt-status.ts'
import { completionCommand } from './completion-command.ts'
import { doctorCommand } from './doctor-command.ts'
import { explainCommand } from './explain-command.ts'
import { migrateCommand } from './migrate-command.ts'
import { type ProgramCommand, unlessStopped, withConfig } from './program-command.ts'
import { readInput } from './read-input.ts'
import { restoreCommand } from './restore-commands.ts'
import { runCommand } from './run-command.ts'
import { splitCommands } from './split-commands.ts'
import { startCommand } from './start-command.ts'
import { versionCommand } from './version-command.ts'

/** The words of a call with what only this process knows: what standard input says, and where it runs. */
const withInput = async (
  command: StoreCommand,
  given: Readonly<Record<string, unknown>>,
  words: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { name, input, base } = command
  if (base !== undefined && given[base] === undefined) {
    const first = name.split(' ').length
    return [...words.slice(0, first), `--${base}=${process.cwd()}`, ...words.slice(first)]
  }
  if (input === undefined) return words
  if (given[input] !== undefined && given[input] !== '-') {
    const wrong = command.checkWord?.(given)
    if (wrong !== undefined) throw new UsageError(wrong)
    return words
  }
  const read = await readInput(`${input}: `, signal)
  if (read === '') throw new UsageError(`${name} needs <${input}>: standard input says nothing.`)
  return [...words.filter((word) => word !== '-'), '--', read]
}

/** A command of the stores as one of this process, which carries it out or has it carried out by the server. */
const onStores = (command: StoreCommand): ProgramCommand => ({
  ...command,
  async run(given, context) {
    const { config, log, signal } = withConfig(context)
    const { words, output } = context
    const done = await unlessStopped(signal, async () =>
      runCommand(config, log, await withInput(command, given, words, signal), output.say, signal, command),
    )
    // What follows something is stopped when its reader has seen enough.
    return done ?? given.follow === true
  },
})

/** Everything that the command line offers. */
export const programCommands: readonly ProgramCommand[] = [
  startCommand,
  migrateCommand,
  adoptPlanCommand,
  adoptPhaseACommand,
  adoptStatusCommand,
  adoptPhaseBCommand,
  adoptRollbackCommand,
  ...splitCommands,
  restoreCommand,
  doctorCommand,
  explainCommand,
  versionCommand,
  completionCommand(() => programCommands),
  ...storeCommands.map(onStores),
]
