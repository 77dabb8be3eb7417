import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askMissing, type Terminal } from '../../src/cli/ask-missing.ts'
import { programCommands } from '../../src/cli/program-commands.ts'
import { MissingParameters, parseCommandLine } from '../../src/commands/parse-command-line.ts'

const missingIn = (words: readonly string[]): MissingParameters => {
  try {
    parseCommandLine(programCommands, words)
  } catch (error) {
    if (error instanceof MissingParameters) return error
    throw error
  }
  throw new Error('nothing is missing')
}

/** A terminal at which somebody types a line, and what it shows. */
const terminalWith = (line: string, isTTY = true): { terminal: Terminal; shown: () => string } => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  output.on('data', (chunk) => (shown += chunk))
  input.write(`${line}\n`)
  for (const stream of [input, output]) Object.assign(stream, { isTTY })
  return { terminal: { input, output } as unknown as Terminal, shown: () => shown }
}

test('whoever deletes a channel at a terminal is asked for its name, and the answer is the option', async () => {
  const words = ['channel', 'delete', 'some_one', '--platform', 'kick']
  const { terminal, shown } = terminalWith('--some_one')
  const more = await askMissing(words, missingIn(words), terminal)
  expect(more).toEqual(['channel', 'delete', '--confirm=--some_one', 'some_one', '--platform', 'kick'])
  expect(parseCommandLine(programCommands, more!).given).toMatchObject({ confirm: '--some_one' })
  expect(shown()).toContain('Type its slug to go on:')
})

test('without a terminal nobody is asked, nor for what is not asked for', async () => {
  const words = ['channel', 'delete', 'some_one']
  expect(await askMissing(words, missingIn(words), terminalWith('some_one', false).terminal)).toBeNull()
  const bare = ['channel', 'delete']
  expect(await askMissing(bare, missingIn(bare), terminalWith('some_one').terminal)).toBeNull()
  expect(missingIn(words).message).toBe('channel delete needs --confirm.')
})
