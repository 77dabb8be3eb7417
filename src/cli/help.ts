import { z } from 'zod'
import { type Command, kindsOf, type Parameter, type Parameters } from '../commands/command.ts'

/** What the help needs of a command. */
export type Described = Pick<
  Command<never>,
  'name' | 'summary' | 'details' | 'arguments' | 'options' | 'examples' | 'result'
>

/** Columns before the descriptions. */
const indent = 22

/** How wide the help is. */
const width = 100

const optional = ({ required }: Parameter, text: string): string => (required ? text : `[${text}]`)

const optionForm = (name: string, { value }: Parameter): string => `--${name}${value ? ` ${value.form}` : ''}`

/** What a command that is called by its bare name and its arguments looks like. */
const shortForm = ({ name, arguments: places }: Described): string =>
  [name, ...Object.entries(places).map(([key, place]) => optional(place, `<${key}>`))].join(' ')

/** How a command is called, whole. */
export const usageOf = (command: Described): string =>
  [
    shortForm(command),
    ...Object.entries(command.options).map(([key, option]) => optional(option, optionForm(key, option))),
  ].join(' ')

/** The lines of a text, broken at spaces. */
const broken = (text: string, columns: number): string[] => {
  const lines: string[] = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!
    if (last !== '' && last.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

const entry = (left: string, right: string): string[] => {
  const lines = broken(right, width - indent).map((line) => ' '.repeat(indent) + line)
  if (left.length > indent - 3) return [`  ${left}`, ...lines]
  return [`  ${left}`.padEnd(indent) + lines[0]!.trimStart(), ...lines.slice(1)]
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length > 0 ? ['', title, ...lines] : [])

/** How a command ends, for every command the same. */
export const exitCodes = [
  [0, 'it is done'],
  [1, 'it was refused or failed, and standard error says why'],
  [2, 'the command line is wrong, and standard error says what is allowed'],
] as const

const exitLines = exitCodes.flatMap(([code, meaning]) => entry(String(code), meaning))

const commandLines = (commands: readonly Described[]): string[] =>
  commands.flatMap((command) => entry(shortForm(command), command.summary))

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`

/** The help of the whole program: every command on a line or two. */
export const overview = (commands: readonly Described[]): string =>
  text([
    'Usage: channelscope <command> [options]',
    ...section('Commands', commandLines(commands)),
    ...section('Options of every command', [
      ...entry('--json', 'answer with JSON, one object a line'),
      ...entry('--help', 'explain the command'),
    ]),
    ...section('Exit codes', exitLines),
    '',
    'channelscope help <command> explains a command. Every setting is an environment variable:',
    'docs/configuration.md lists them.',
  ])

const parameterLines = (parameters: Parameters, form: (name: string, parameter: Parameter) => string): string[] =>
  Object.entries(parameters).flatMap(([name, parameter]) =>
    entry(form(name, parameter), parameter.required ? `${parameter.about} (required)` : parameter.about),
  )

type Schema = z.core.JSONSchema.BaseSchema

const typeText = ({ type, format, anyOf, items, enum: values }: Schema): string => {
  if (anyOf) return anyOf.map((one) => typeText(one as Schema)).join(' or ')
  if (values) return values.map((value) => JSON.stringify(value)).join(', ')
  if (type === 'array') return `list of ${typeText((items ?? {}) as Schema)}s`
  if (format === 'date-time') return 'instant'
  return type === 'integer' ? 'number' : [type ?? 'any value'].flat().join(' or ')
}

/** A field of a line of JSON, for the help and for docs/commands.md. */
export type Field = { name: string; type: string; about: string }

/** The fields of each kind of line that a command answers with; `when` says which kind it is where there are several. */
export const fieldsOf = ({ result }: Pick<Described, 'result'>): { when: string | undefined; fields: Field[] }[] =>
  kindsOf(result).map((kind) => {
    const { properties = {}, description } = z.toJSONSchema(kind)
    const fields = Object.entries(properties).map(([name, property]) => {
      const { description: about = '', ...schema } = property as Schema
      return { name, type: typeText(schema), about }
    })
    return { when: description, fields }
  })

/** The help page of one command; `others` are the commands whose names begin with its name. */
export const page = (command: Described, others: readonly Described[] = []): string =>
  text([
    ...broken(`Usage: channelscope ${usageOf(command)}`, width).map((line, index) =>
      index === 0 ? line : `  ${line}`,
    ),
    '',
    ...broken(`${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`, width),
    ...(command.details ? ['', ...broken(command.details.join(' '), width)] : []),
    ...section(
      'Arguments',
      parameterLines(command.arguments, (name) => `<${name}>`),
    ),
    ...section('Options', [...parameterLines(command.options, optionForm), ...entry('--help', 'show this page')]),
    ...section(
      'Examples',
      command.examples.flatMap(({ call, about }) => [`  channelscope ${call}`, `      ${about}`]),
    ),
    ...fieldsOf(command).flatMap(({ when, fields }) =>
      section(
        `Fields of a line with --json${when ? ` (${when})` : ''}`,
        fields.flatMap(({ name, type, about }) => entry(name, `${type}: ${about}`)),
      ),
    ),
    ...section('Exit codes', exitLines),
    ...section('Commands beside it', commandLines(others)),
  ])

/** The help of a group of commands. */
export const groupPage = (name: string, commands: readonly Described[]): string =>
  text([
    `Usage: channelscope ${name} <command> [options]`,
    ...section('Commands', commandLines(commands)),
    '',
    `channelscope help ${commands[0]!.name} explains one of them.`,
  ])
