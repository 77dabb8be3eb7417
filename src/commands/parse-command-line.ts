import { parseArgs } from 'node:util'
import { UsageError } from '../lib/errors.ts'
import type { Command, Parameter } from './command.ts'

/** A command and what its call says. */
export type CommandCall<Context> = { command: Command<Context>; given: Readonly<Record<string, unknown>> }

/** Longer words are not repeated whole. */
const shownLength = 60

const shown = (word: string): string =>
  JSON.stringify(word.length > shownLength ? `${word.slice(0, shownLength)}…` : word)

/** Options are shown as they were written; what can not be printed is escaped. */
const shownOption = (name: string): string => {
  const quoted = shown(name)
  return quoted === `"${name}"` ? name : quoted
}

const listed = (names: readonly string[]): string => names.join(', ')

/** The command that the first words name, and the words after it; a UsageError when there is none. */
const findCommand = <C extends Pick<Command<never>, 'name'>>(
  commands: readonly C[],
  words: readonly string[],
): { command: C; rest: readonly string[] } => {
  const isNamed = ({ name }: C): boolean => name.split(' ').every((part, place) => part === words[place])
  const command = commands.find(isNamed)
  if (command) return { command, rest: words.slice(command.name.split(' ').length) }
  const [first = ''] = words
  const group = commands.filter(({ name }) => name.startsWith(`${first} `))
  if (group.length === 0) {
    const names = new Set(commands.map(({ name }) => name.split(' ')[0]!))
    throw new UsageError(`There is no command ${shown(first)}: use ${listed([...names])}.`)
  }
  const names = group.map(({ name }) => name)
  if (words.length === 1) throw new UsageError(`${first} needs another word: use ${listed(names)}.`)
  throw new UsageError(`There is no command ${shown(`${first} ${words[1]}`)}: use ${listed(names)}.`)
}

/** The commands that the first words name, or the group of commands that the first word stands for. */
export const commandsBelow = <C extends Pick<Command<never>, 'name'>>(
  commands: readonly C[],
  words: readonly string[],
): readonly C[] => {
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `))
  return words.length === 1 && group.length > 0 ? group : [findCommand(commands, words).command]
}

const readValue = (label: string, { value }: Parameter, word: string): unknown => {
  const read = value!.read(word)
  if (read === undefined) throw new UsageError(`${label} must be ${value!.must}.`)
  return read
}

const optionsOf = ({ options }: Pick<Command<never>, 'options'>): string => {
  const names = Object.keys(options).map((name) => `--${name}`)
  return names.length > 0 ? `: use ${listed(names)}` : ', and takes none; settings are environment variables'
}

/** Reads a call; whatever the command has not declared is a UsageError of one sentence. */
export const parseCommandLine = <Context>(
  commands: readonly Command<Context>[],
  words: readonly string[],
): CommandCall<Context> => {
  const { command, rest } = findCommand(commands, words)
  const { name, options } = command
  const { tokens } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(
      Object.entries(options).map(([key, { value }]) => [key, { type: value ? 'string' : 'boolean' } as const]),
    ),
    // What is wrong is told in our own words.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const given: Record<string, unknown> = {}
  const places = Object.entries(command.arguments)
  for (const token of tokens) {
    if (token.kind === 'positional') {
      const place = places.shift()
      if (!place) throw new UsageError(`${name} takes no argument ${shown(token.value)}.`)
      given[place[0]] = readValue(`<${place[0]}>`, place[1], token.value)
    } else if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name) ? options[token.name]! : undefined
      const label = `--${token.name}`
      if (!option || token.rawName !== label)
        throw new UsageError(`${name} has no option ${shownOption(token.rawName)}${optionsOf(command)}.`)
      if (Object.hasOwn(given, token.name)) throw new UsageError(`${label} must be given once.`)
      if (!option.value) {
        if (token.value !== undefined) throw new UsageError(`${label} takes no value.`)
        given[token.name] = true
      } else {
        // A word that looks like an option is more likely one whose value was forgotten before it.
        if (token.value === undefined || (!token.inlineValue && /^-./.test(token.value)))
          throw new UsageError(`${label} needs a value: ${option.value.must}.`)
        given[token.name] = readValue(label, option, token.value)
      }
    }
  }
  const missing = [
    ...places.filter(([, { required }]) => required).map(([key]) => `<${key}>`),
    ...Object.entries(options)
      .filter(([key, { required }]) => required && !Object.hasOwn(given, key))
      .map(([key]) => `--${key}`),
  ]
  if (missing.length > 0) throw new UsageError(`${name} needs ${missing.join(' and ')}.`)
  for (const [key, { value }] of Object.entries(options)) if (!value) given[key] ??= false
  const wrong = command.check?.(given)
  if (wrong !== undefined) throw new UsageError(wrong)
  return { command, given }
}
