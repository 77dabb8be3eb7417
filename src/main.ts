import { overview, page } from './cli/help.ts'
import { openOutput } from './cli/output.ts'
import { programCommands } from './cli/program-commands.ts'
import { commandsBelow, parseCommandLine } from './commands/parse-command-line.ts'
import { ConfigError, UsageError } from './lib/errors.ts'
import { privateMask } from './stores/private-files.ts'

// Whatever this process and those that it starts write is for this account alone.
process.umask(privateMask)
const output = openOutput(process.stdout)

/** Does what the words ask for; whether it could. */
const main = async (words: readonly string[]): Promise<boolean> => {
  const wantsHelp = words[0] === 'help' || words.some((word) => word === '--help' || word === '-h')
  if (wantsHelp) {
    const named = words.filter((word) => word !== 'help' && !word.startsWith('-'))
    output.write(named.length === 0 ? overview(programCommands) : page(commandsBelow(programCommands, named)))
    return true
  }
  const { command, given } = parseCommandLine(programCommands, words)
  return command.run(given, { env: process.env, words, output })
}

const [first, ...others] = process.argv.slice(2)
try {
  // An option alone is one of `start`, like no word at all.
  const words =
    first === undefined || /^-(?!-?h)/.test(first) ? ['start', ...process.argv.slice(2)] : [first, ...others]
  process.exitCode = (await main(words)) ? 0 : 1
  await output.flush()
} catch (error) {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${(error as Error).stack}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
