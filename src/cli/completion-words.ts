import type { Parameter } from '../commands/command.ts'
import type { Described } from './help.ts'

/** A word that may be typed next, and what it is for. */
export type NextWord = { word: string; about: string }

/** What a shell can offer, by what has been typed. */
export type CompletionWords = {
  /** The names of commands and of groups of them, as words with blanks between. */
  names: readonly string[]
  /** What may follow a name; at first, after nothing, the name is empty. */
  after: ReadonlyMap<string, readonly NextWord[]>
  /** What an option may be given, by the name of its command and its own, such as `job --for`. */
  values: ReadonlyMap<string, readonly string[]>
}

const help: NextWord = { word: '--help', about: 'explain the command' }
const atFirst: readonly NextWord[] = [
  { word: 'help', about: 'explain a command' },
  { word: '--help', about: 'list the commands' },
  { word: '--version', about: 'say which version this is' },
]

const wordsOf = (parameters: Described['options']): [string, Parameter][] =>
  Object.entries(parameters).filter(([, { value }]) => value?.words)

/** Gathers it from what the commands declare. */
export const completionWords = (commands: readonly Described[]): CompletionWords => {
  const after = new Map<string, NextWord[]>([['', [...atFirst]]])
  const values = new Map<string, readonly string[]>()
  const add = (name: string, words: readonly NextWord[]): void => {
    const known = after.get(name) ?? []
    after.set(name, [...known, ...words.filter(({ word }) => known.every((other) => other.word !== word))])
  }
  for (const { name, summary, arguments: places, options } of commands) {
    const parts = name.split(' ')
    for (const [index, word] of parts.entries()) {
      const isWhole = index === parts.length - 1
      add(parts.slice(0, index).join(' '), [{ word, about: isWhole ? summary : `commands about ${word}` }])
    }
    for (const [, { value, about }] of wordsOf(places))
      add(
        name,
        value!.words!.map((word) => ({ word, about })),
      )
    add(name, [...Object.entries(options).map(([key, { about }]) => ({ word: `--${key}`, about })), help])
    for (const [key, { value }] of wordsOf(options)) values.set(`${name} --${key}`, value!.words!)
  }
  return { names: [...after.keys()].filter((name) => name !== ''), after, values }
}
