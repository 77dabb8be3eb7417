const helpOptions = new Set(['--help', '-h'])
const versionOptions = new Set(['--version', '-v'])

/** What the words after the name of the program ask for: a command line, or help for a command of these words. */
export const readWords = (given: readonly string[]): { words: readonly string[]; helpFor?: readonly string[] } => {
  const [first, ...others] = given
  const end = given.indexOf('--')
  const options = end < 0 ? given : given.slice(0, end)
  if (first === 'help' || options.some((word) => helpOptions.has(word)))
    return {
      words: given,
      helpFor: options.filter((word, index) => !(index === 0 && word === 'help') && !word.startsWith('-')),
    }
  if (first !== undefined && versionOptions.has(first)) return { words: ['version', ...others] }
  // An option alone is one of `start`, like no word at all.
  return { words: first === undefined || first.startsWith('-') ? ['start', ...given] : given }
}
