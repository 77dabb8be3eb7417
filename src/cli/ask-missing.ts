import { createInterface } from 'node:readline/promises'
import type { MissingParameters } from '../commands/parse-command-line.ts'
import { visibleText } from '../lib/visible-text.ts'

/** Where a person can be asked. */
export type Terminal = { input: NodeJS.ReadStream; output: NodeJS.WriteStream }

/**
 * The words with the options that were missing, as the person at the terminal gives them; null where an option is not one that is
 * asked for, or where nobody can answer.
 */
export const askMissing = async (
  words: readonly string[],
  { command, missing }: MissingParameters,
  { input, output }: Terminal,
): Promise<readonly string[] | null> => {
  if (!input.isTTY || !output.isTTY || missing.some(({ ask }) => ask === undefined)) return null
  const terminal = createInterface({ input, output })
  try {
    const options: string[] = []
    for (const { name, ask } of missing) options.push(`--${name}=${await terminal.question(`${visibleText(ask!)} `)}`)
    const place = command.split(' ').length
    return [...words.slice(0, place), ...options, ...words.slice(place)]
  } finally {
    terminal.close()
  }
}
