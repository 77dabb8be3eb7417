import { parseArgs } from 'node:util'
import { UsageError } from '../lib/errors.ts'
import { visibleText } from '../lib/visible-text.ts'
import type { Command, Parameter } from './command.ts'

/** What a call lacks, with the question by which a person can be asked for it. */
type Missing = { name: string; label: string; ask?: string | undefined }

/** A call that lacks what its command requires. */
export class MissingParameters extends UsageError {
  readonly command: string
  readonly missing: readonly Missing[]

  constructor(command: string, missing: readonly Missing[]) {
    super(`${command} needs ${missing.map(({ label }) => label).join(' and ')}.`)
    this.command = command
    this.missing = missing
  }
}

/** A command and what its call says. */
export type CommandCall<Context> = { command: Command<Context>; given: Readonly<Record<string, unknown>> }

/** Longer words are not repeated whole. */
const shownLength = 60

const shown = (word: string): string =>
  visibleText(JSON.stringify(word.length > shownLength ? `${word.slice(0, shownLength)}…` : word))

/** Options are shown as they were written; what can not be printed is escaped. */
const shownOption = (name: string): string => {
  const quoted = shown(name)
  return quoted === `"${name}"` ? name : quoted
}

const listed = (names: readonly string[]): string => names.join(', ')

type Named = Pick<Command<never>, 'name'>

/** The command of this name, if it is one, and those whose names begin with it. */
const withName = <C extends Named>(commands: readonly C[], start: string): readonly C[] =>
  commands.filter(({ name }) => name === start || name.startsWith(`${start} `))

const noCommand = (words: readonly string[], known: readonly Named[]): UsageError =>
  new UsageError(`There is no command ${shown(words.join(' '))}: use ${listed(known.map(({ name }) => name))}.`)

/** The command with the longest name that the first words make, and the words after it; a UsageError when there is none. */
const findCommand = <C extends Named>(
  commands: readonly C[],
  words: readonly string[],
): { command: C; rest: readonly string[] } => {
  const isNamed = ({ name }: C): boolean => name.split(' ').every((part, index) => part === words[index])
  const [command] = commands.filter(isNamed).sort((a, b) => b.name.length - a.name.length)
  if (command) return { command, rest: words.slice(command.name.split(' ').length) }
  const [first = ''] = words
  const group = withName(commands, first)
  if (group.length === 0) {
    const names = new Set(commands.map(({ name }) => name.split(' ')[0]!))
    throw noCommand(
      [first],
      Array.from(names, (name) => ({ name })),
    )
  }
  if (words.length === 1)
    throw new UsageError(`${first} needs another word: use ${listed(group.map(({ name }) => name))}.`)
  throw noCommand(words.slice(0, 2), group)
}

/** The commands that the words name: one, or the group whose names begin with them. A UsageError when there is none. */
export const commandsNamed = <C extends Named>(commands: readonly C[], words: readonly string[]): readonly C[] => {
  const named = withName(commands, words.join(' '))
  return named.length > 0 ? named : [findCommand(commands, words).command]
}

const readValue = (label: string, { value }: Parameter, word: string): unknown => {
  const read = value!.read(word)
  if (read === undefined) throw new UsageError(`${label} must be ${value!.must}.`)
  return read
}

const optionsOf = ({ name, options }: Pick<Command<never>, 'name' | 'options'>): string => {
  const names = [...Object.keys(options), 'help'].map((option) => `--${option}`)
  return `use ${listed(names)}${name === 'start' ? '; settings are environment variables' : ''}`
}

/** Why a word is too much: by the arguments that are taken, or by the commands that it may have been meant for. */
const tooMuch = <C extends Command<never>>(
  commands: readonly C[],
  command: C,
  words: readonly string[],
): UsageError => {
  const { name } = command
  const group = withName(commands, name)
  const places = Object.keys(command.arguments).map((place) => `<${place}>`)
  if (group.length > 1 && words.length > 1) return noCommand([name, words[0]!], group)
  const taken = places.length === 0 ? 'no argument' : `only ${places.join(' and ')}`
  return new UsageError(`${name} takes ${taken}: leave out ${shown(words.at(-1)!)}.`)
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
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') {
      const place = places.shift()
      positionals.push(token.value)
      if (!place) throw tooMuch(commands, command, positionals)
      given[place[0]] = readValue(`<${place[0]}>`, place[1], token.value)
    } else if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name) ? options[token.name]! : undefined
      const label = `--${token.name}`
      if (!option || token.rawName !== label)
        throw new UsageError(`${name} has no option ${shownOption(token.rawName)}: ${optionsOf(command)}.`)
      if (Object.hasOwn(given, token.name) && !option.repeats) throw new UsageError(`${label} must be given once.`)
      if (!option.value) {
        if (token.value !== undefined) throw new UsageError(`${label} takes no value.`)
        given[token.name] = true
      } else {
        // A word that looks like an option is more likely one whose value was forgotten before it.
        if (token.value === undefined || (!token.inlineValue && /^-./.test(token.value)))
          throw new UsageError(`${label} needs a value: ${option.value.must}.`)
        const read = readValue(label, option, token.value)
        given[token.name] = option.repeats ? [...((given[token.name] as unknown[] | undefined) ?? []), read] : read
      }
    }
  }
  const missing = [
    ...places.filter(([, { required }]) => required).map(([key]) => ({ name: key, label: `<${key}>` })),
    ...Object.entries(options)
      .filter(([key, { required }]) => required && !Object.hasOwn(given, key))
      .map(([key, { ask }]) => ({ name: key, label: `--${key}`, ask })),
  ]
  if (missing.length > 0) throw new MissingParameters(name, missing)
  for (const [key, { value, repeats }] of Object.entries(options)) {
    if (!value) given[key] ??= false
    if (repeats) given[key] ??= []
  }
  const wrong = command.check?.(given)
  if (wrong !== undefined) throw new UsageError(wrong)
  return { command, given }
}
