import { type Described, exitCodes, fieldsOf, usageOf } from '../src/cli/help.ts'
import type { Parameters } from '../src/commands/command.ts'

const intro = `# Commands

\`channelscope <command>\`, or \`npx channelscope <command>\` in a clone of the project. This page is made of the help of the program by \`npm run codegen\`, and
\`npm run check\` fails when they differ. \`channelscope help <command>\` and \`channelscope <command> --help\` show the same on a terminal.

## For every command

- **A server that runs does it.** A command that works on the stores is done by the server that has the data directory, with the
  server's settings. Without one, this process opens the stores and does it. Where a command needs a server, its section says so.
- **Results go to standard output**, and the reason of a failure goes to standard error, one sentence.
- **\`--json\` answers with JSON, one object a line**, for scripts: \`channelscope key list --json | jq -r .name\`. The fields are listed
  below. New fields may be added; a field that is here keeps its name and its meaning. Instants are in UTC, like
  \`2026-11-22T13:00:00.000Z\`. Ids are strings. Words that are only for people are left out.
- **Names come from strangers.** A character that could move the cursor or turn the direction of a line is shown as an escape such as
  \`\\u202e\`.
- **An argument that a command does not take is refused**, with one sentence that says which it is and what is allowed. \`--\` ends the
  options.
`

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** A table as the formatter of the project leaves it: every column as wide as its longest cell. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  if (rows.length === 0) return ''
  const cells = [head, ...rows].map((row) => row.map(cell))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const rule = widths.map((width) => '-'.repeat(width))
  const [first, ...others] = cells.map((row) => row.map((text, column) => text.padEnd(widths[column]!)))
  return `\n${[first!, rule, ...others].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}

const parameterRows = (parameters: Parameters, form: (name: string) => string): string[][] =>
  Object.entries(parameters).map(([name, { about, value, required }]) => [
    `\`${form(name)}\``,
    `${about}${required ? ' (required)' : ''}${value ? `: ${value.must}` : ''}`,
  ])

const sectionOf = (command: Described): string => {
  const { name, summary, details = [], arguments: places, options, examples } = command
  const { json: _, ...own } = options
  const parameters = [...parameterRows(places, (key) => `<${key}>`), ...parameterRows(own, (key) => `--${key}`)]
  const sentences = [`${summary[0]!.toUpperCase()}${summary.slice(1)}.`, ...details]
  return [
    `\n## ${name}\n\n${sentences.join(' ')}\n`,
    `\n\`\`\`\nchannelscope ${usageOf(command)}\n\`\`\`\n`,
    table(['argument or option', 'what it is'], parameters),
    table(
      ['example', 'what it does'],
      examples.map(({ call, about }) => [`\`channelscope ${call}\``, about]),
    ),
    ...fieldsOf(command).map(({ when, fields }) =>
      table(
        [`field of \`--json\`${when ? `, ${when}` : ''}`, 'type', 'meaning'],
        fields.map(({ name, type, about }) => [`\`${name}\``, type, about]),
      ),
    ),
  ].join('')
}

/** docs/commands.md: what the help says of every command, and the fields of its answers in JSON. */
export const printCommandsPage = (commands: readonly Described[]): string =>
  [
    intro,
    table(
      ['exit code', 'meaning'],
      exitCodes.map(([code, meaning]) => [String(code), meaning]),
    ),
    ...commands.map(sectionOf),
  ].join('')
