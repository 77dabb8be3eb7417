import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { helpOf } from '../../src/cli/help-of.ts'
import { programCommands } from '../../src/cli/program-commands.ts'
import { readWords } from '../../src/cli/read-words.ts'
import { kindsOf } from '../../src/commands/command.ts'
import { parseCommandLine } from '../../src/commands/parse-command-line.ts'
import { UsageError } from '../../src/lib/errors.ts'

const read = (line: string | string[]) =>
  parseCommandLine(programCommands, typeof line === 'string' ? line.split(' ').filter(Boolean) : line)

const messageOf = (line: string | string[]): string => {
  try {
    read(line)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as Error).message
  }
  throw new Error(`${line} was accepted`)
}

describe('what a command has not declared is refused in one sentence', () => {
  test.each([
    ['start --port 5000', 'start has no option --port: use --json, --help; settings are environment variables.'],
    ['start 5000', 'start takes no argument: leave out "5000".'],
    ['doctor extra', 'doctor takes no argument: leave out "extra".'],
    ['migrate -f', 'migrate has no option -f: use --check, --json, --help.'],
    ['key list all', 'key list takes no argument: leave out "all".'],
    ['key revoke', 'key revoke needs <id>.'],
    ['config unset a b', 'config unset takes only <key>: leave out "b".'],
    ['archive list --form 2026-01-01', 'archive list has no option --form: use --from, --to, --json, --help.'],
    [
      'archive list --from',
      '--from needs a value: an instant in UTC like 2026-11-22T13:00:00Z, a day like 2026-11-22, or told from now like now-24h.',
    ],
    ['archive restore --from 2026-01-01', 'archive restore needs --to.'],
    ['archive restore --from 2026-01-02 --to 2026-01-01', '--to must be after --from.'],
    ['archive list --from 2026-01-01 --from 2026-01-02', '--from must be given once.'],
    [
      'adopt plan --env =production',
      '--env must be an env of before, or one with the tier that its rows belong to, like prod=production.',
    ],
    ['job --list=yes', '--list takes no value.'],
    ['job', 'job needs <name> or --list, one of them.'],
    ['job trust-scores --list', 'job needs <name> or --list, one of them.'],
    ['key create --name x --role boss', '--role must be one of PUBLIC, OPERATOR, ADMIN.'],
    ['archive', 'archive needs another word: use archive list, archive verify, archive restore.'],
    ['archive lst', 'There is no command "archive lst": use archive list, archive verify, archive restore.'],
    [
      'begin',
      'There is no command "begin": use start, migrate, adopt, split-dm, restore, doctor, explain, version, completion, channel, events, renames, bans, job, alert, archive, backup, import, config, key, sign-in-link, loss, chatter, erasure, webhooks.',
    ],
    [
      '__proto__ constructor',
      'There is no command "__proto__": use start, migrate, adopt, split-dm, restore, doctor, explain, version, completion, channel, events, renames, bans, job, alert, archive, backup, import, config, key, sign-in-link, loss, chatter, erasure, webhooks.',
    ],
    ['doctor --__proto__', 'doctor has no option --__proto__: use --json, --help.'],
  ])('%s', (line, message) => expect(messageOf(line)).toBe(message))

  test('without repeating what would move the cursor of a terminal, or all of a long word', () => {
    expect(messageOf(['start', '--\x1b[31m'])).not.toContain('\x1b')
    expect(messageOf(['doctor', '\x1b[31m'])).toBe('doctor takes no argument: leave out "\\u001b[31m".')
    expect(messageOf(['doctor', '\u202egpj'])).toBe('doctor takes no argument: leave out "\\u202egpj".')
    expect(messageOf(['doctor', 'x'.repeat(10_000)]).length).toBeLessThan(200)
  })
})

test('an option that repeats gives a list, which is empty where it was left out', () => {
  expect(read('adopt plan --env prod --env=old=production').given.env).toEqual([
    { from: 'prod', to: null },
    { from: 'old', to: 'production' },
  ])
  expect(read('adopt phase-a').given.env).toEqual([])
})

describe('instants', () => {
  test.each(['2026-02-30', '2026-13-01', '2025-02-29', '2026-02-30T10:00:00Z', '2026-01-01T24:00Z', 'yesterday', ''])(
    'that do not exist are refused: %j',
    (word) => expect(messageOf(['archive', 'list', '--from', word])).toMatch(/^--from (must be|needs)/),
  )
  test.each([
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2026-11-22T13:05Z', '2026-11-22T13:05:00.000Z'],
    ['2026-11-22T13:05:07.5Z', '2026-11-22T13:05:07.500Z'],
    ['2026-11-22T13:05:07+02:00', '2026-11-22T11:05:07.000Z'],
  ])('%s', (word, meant) => {
    expect((read(['archive', 'list', `--from=${word}`]).given.from as Date).toISOString()).toBe(meant)
  })
})

test('what is declared is read: arguments by their place, options by their name, flags as true or false', () => {
  expect(read('job trust-scores').given).toEqual({ name: 'trust-scores', list: false, json: false })
  expect(read('job --list').given).toEqual({ list: true, json: false })
  expect(read(['key', 'create', '--role', 'admin', '--name', 'The panel']).given).toEqual({
    role: 'ADMIN',
    name: 'The panel',
    json: false,
  })
  expect(read(['config', 'unset', '--', '--odd']).given).toEqual({ key: '--odd', json: false })
})

test('any command line is read or refused by a UsageError', () => {
  const words = [
    'start',
    'doctor',
    'archive',
    'list',
    'restore',
    'key',
    'create',
    'job',
    '--from',
    '--to',
    '--list',
    '--',
  ]
  const word = fc.oneof(fc.constantFrom(...words), fc.string(), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (line) => {
      try {
        read(line)
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
        expect((error as Error).message).toMatch(/^[^\n]{1,500}\.$/)
      }
    }),
  )
})

describe.each(programCommands.map((command) => [command.name, command] as const))(
  'the help page of %s',
  (name, command) => {
    test('has its summary, every argument and every option', () => {
      const text = helpOf(programCommands, name.split(' ')).replace(/\s+/g, ' ')
      expect(text).toContain(`Usage: channelscope ${name}`)
      expect(text.toLowerCase()).toContain(command.summary.toLowerCase())
      for (const key of Object.keys(command.arguments)) expect(text).toContain(`<${key}>`)
      for (const key of [...Object.keys(command.options), 'json', 'help']) expect(text).toContain(`--${key}`)
      expect(helpOf(programCommands, [])).toContain(command.summary.slice(0, 40))
    })

    test('describes every field of its answer in JSON', () => {
      for (const kind of kindsOf(command.result))
        for (const [field, schema] of Object.entries(kind.shape)) expect(schema.description, field).toBeTruthy()
      if (kindsOf(command.result).length > 1)
        for (const kind of kindsOf(command.result)) expect(kind.description).toBeTruthy()
    })

    test('has examples that the command takes', () => {
      for (const { call } of command.examples) {
        // What follows is the shell's.
        const [line] = call.split(' > ')
        const words = [...line!.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
          (match) => (match[1] ?? match[2] ?? match[3])!,
        )
        expect(parseCommandLine(programCommands, readWords(words).words).command.name).toBe(name)
      }
    })
  },
)
