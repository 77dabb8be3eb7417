import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { overview, page } from '../../src/cli/help.ts'
import { programCommands } from '../../src/cli/program-commands.ts'
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
    ['start --port 5000', 'start has no option --port, and takes none; settings are environment variables.'],
    ['start 5000', 'start takes no argument "5000".'],
    ['doctor extra', 'doctor takes no argument "extra".'],
    ['migrate -f', 'migrate has no option -f, and takes none; settings are environment variables.'],
    ['key list all', 'key list takes no argument "all".'],
    ['key revoke', 'key revoke needs <id>.'],
    ['config delete a b', 'config delete takes no argument "b".'],
    ['archive list --form 2026-01-01', 'archive list has no option --form: use --from, --to.'],
    [
      'archive list --from',
      '--from needs a value: an instant in UTC like 2026-11-22T13:00:00Z or a day like 2026-11-22.',
    ],
    ['archive restore --from 2026-01-01', 'archive restore needs --to.'],
    ['archive restore --from 2026-01-02 --to 2026-01-01', '--to must be after --from.'],
    ['archive list --from 2026-01-01 --from 2026-01-02', '--from must be given once.'],
    ['job --list=yes', '--list takes no value.'],
    ['job', 'job needs <name> or --list, one of them.'],
    ['job trust-scores --list', 'job needs <name> or --list, one of them.'],
    ['key create --name x --role boss', '--role must be one of PUBLIC, OPERATOR, ADMIN.'],
    ['archive', 'archive needs another word: use archive list, archive verify, archive restore.'],
    ['archive lst', 'There is no command "archive lst": use archive list, archive verify, archive restore.'],
    ['begin', 'There is no command "begin": use start, migrate, doctor, explain, job, archive, config, key, loss.'],
    [
      '__proto__ constructor',
      'There is no command "__proto__": use start, migrate, doctor, explain, job, archive, config, key, loss.',
    ],
    ['start --__proto__', 'start has no option --__proto__, and takes none; settings are environment variables.'],
  ])('%s', (line, message) => expect(messageOf(line)).toBe(message))

  test('without repeating what would move the cursor of a terminal, or all of a long word', () => {
    expect(messageOf(['start', '--\x1b[31m'])).not.toContain('\x1b')
    expect(messageOf(['doctor', '\x1b[31m'])).toBe('doctor takes no argument "\\u001b[31m".')
    expect(messageOf(['doctor', 'x'.repeat(10_000)]).length).toBeLessThan(200)
  })
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
  expect(read('job trust-scores').given).toEqual({ name: 'trust-scores', list: false })
  expect(read('job --list').given).toEqual({ list: true })
  expect(read(['key', 'create', '--role', 'admin', '--name', 'The panel']).given).toEqual({
    role: 'ADMIN',
    name: 'The panel',
  })
  expect(read(['config', 'delete', '--', '--odd']).given).toEqual({ key: '--odd' })
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

test('the help has every command, argument and option', () => {
  const text = overview(programCommands) + page(programCommands)
  for (const { name, summary, arguments: places, options } of programCommands) {
    expect(text).toContain(name)
    expect(text).toContain(summary)
    for (const key of Object.keys(places)) expect(text).toContain(`<${key}>`)
    for (const key of Object.keys(options)) expect(text).toContain(`--${key}`)
  }
})
