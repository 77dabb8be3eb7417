import { commandsNamed } from '../commands/parse-command-line.ts'
import { type Described, groupPage, overview, page } from './help.ts'

/** The help for a command, for a group of them, or for all where no word is given; a UsageError when there is none of this name. */
export const helpOf = (commands: readonly Described[], words: readonly string[]): string => {
  if (words.length === 0) return overview(commands)
  const [first, ...others] = commandsNamed(commands, words)
  const asked = words.join(' ')
  return others.length > 0 && first!.name.startsWith(`${asked} `)
    ? groupPage(asked, [first!, ...others])
    : page(first!, others)
}
