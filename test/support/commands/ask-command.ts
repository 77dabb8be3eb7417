import { expect } from 'vitest'
import { answerBy } from '../../../src/commands/answer.ts'
import { kindsOf } from '../../../src/commands/command.ts'
import { parseCommandLine } from '../../../src/commands/parse-command-line.ts'
import type { CommandServices } from '../../../src/commands/store-command.ts'
import { storeCommands } from '../../../src/commands/store-commands.ts'

const author = { identity: { role: 'ADMIN', name: 'command line', subject: 'cli' }, requestId: 'test' }

export type Asking = {
  services: Partial<CommandServices>
  signal?: AbortSignal
  onLine?(line: string): void
}

/** Runs a command line as the server does; whether it did what it was asked to, and the lines that it said. */
export const askCommand = async (words: readonly string[], { services, signal, onLine }: Asking) => {
  const lines: string[] = []
  const { command, given } = parseCommandLine(storeCommands, words)
  const answer = answerBy((line) => {
    lines.push(line)
    onLine?.(line)
  }, given.json === true)
  const ok = await command.run(given, {
    services: services as CommandServices,
    ...answer,
    signal: signal ?? new AbortController().signal,
    author,
    record: async () => undefined,
  })
  return { ok, lines, command }
}

/** What a command answers with --json; each line has the fields that its help describes, and no others. */
// biome-ignore lint/suspicious/noExplicitAny: results are as different as the commands
export const askJson = async (words: readonly string[], asking: Asking): Promise<any[]> => {
  const { lines, command } = await askCommand([...words, '--json'], asking)
  return lines.map((line) => {
    const value = JSON.parse(line)
    const fits = kindsOf(command.result).some((kind) => kind.strict().safeParse(value).success)
    expect(fits, `${command.name} describes ${line}`).toBe(true)
    return value
  })
}
