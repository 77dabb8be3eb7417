import { isStuck } from './backup/patience.ts'
import { askMissing } from './cli/ask-missing.ts'
import { failureSentence } from './cli/failure-sentence.ts'
import { helpOf } from './cli/help-of.ts'
import { openOutput } from './cli/output.ts'
import { programCommands } from './cli/program-commands.ts'
import { readWords } from './cli/read-words.ts'
import { endNow } from './cli/stop-signal.ts'
import { answerBy } from './commands/answer.ts'
import { MissingParameters, parseCommandLine } from './commands/parse-command-line.ts'
import { UsageError } from './lib/errors.ts'
import { visibleText } from './lib/visible-text.ts'
import { privateMask } from './stores/private-files.ts'

// Whatever this process and those that it starts write is for this account alone.
process.umask(privateMask)
const output = openOutput(process.stdout)

/** The call of a command line. Who sits at a terminal is asked for what it lacks. */
const readCall = async (words: readonly string[]) => {
  try {
    return { words, call: parseCommandLine(programCommands, words) }
  } catch (error) {
    if (!(error instanceof MissingParameters)) throw error
    const more = await askMissing(words, error, { input: process.stdin, output: process.stderr })
    if (more === null) throw error
    return { words: more, call: parseCommandLine(programCommands, more) }
  }
}

/** Does what the words ask for; whether it could. */
const main = async (given: readonly string[]): Promise<boolean> => {
  const { words: asked, helpFor } = readWords(given)
  if (helpFor) {
    output.write(helpOf(programCommands, helpFor))
    return true
  }
  const { words, call } = await readCall(asked)
  const answer = answerBy(output.say, call.given.json === true)
  return call.command.run(call.given, { env: process.env, words, output, ...answer })
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
  await output.flush()
} catch (error) {
  const sentence = failureSentence(error, process.env)
  process.stderr.write(sentence === undefined ? `${(error as Error).stack}\n` : `${visibleText(sentence)}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
// A call of a file system that hangs would keep the process.
if (isStuck()) endNow(process.exitCode)
