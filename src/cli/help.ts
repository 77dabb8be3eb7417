import type { Command, Parameter, Parameters } from '../commands/command.ts'

type Described = Pick<Command<never>, 'name' | 'summary' | 'arguments' | 'options'>

/** Columns before the descriptions. */
const indent = 19

const optional = ({ required }: Parameter, text: string): string => (required ? text : `[${text}]`)

const optionForm = (name: string, { value }: Parameter): string => `--${name}${value ? ` ${value.form}` : ''}`

const usageOf = ({ name, arguments: places, options }: Described): string =>
  [
    name,
    ...Object.entries(places).map(([key, place]) => optional(place, `<${key}>`)),
    ...Object.entries(options).map(([key, option]) => optional(option, optionForm(key, option))),
  ].join(' ')

const entry = (left: string, right: string): string =>
  left.length < indent - 3 ? `  ${left.padEnd(indent - 2)}${right}\n` : `  ${left}\n${' '.repeat(indent)}${right}\n`

/** The help: every command on a line or two. */
export const overview = (commands: readonly Described[]): string => `Usage: channelscope <command>

${commands.map((command) => entry(usageOf(command), command.summary)).join('')}
channelscope <command> --help explains a command. Every setting is an environment variable: docs/configuration.md lists them.
Exit codes: 0, done; 1, it could not be done; 2, the command line is wrong.
`

const lines = (parameters: Parameters, form: (name: string, parameter: Parameter) => string): string =>
  Object.entries(parameters)
    .map(([name, parameter]) => entry(form(name, parameter), parameter.about))
    .join('')

/** The help of the commands of one name or group. */
export const page = (commands: readonly Described[]): string =>
  commands
    .map((command) => {
      const details = lines(command.arguments, (name) => `<${name}>`) + lines(command.options, optionForm)
      return `Usage: channelscope ${usageOf(command)}\n\n${entry('', command.summary).trimStart()}${details && `\n${details}`}`
    })
    .join('\n')
