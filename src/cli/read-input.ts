import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** What standard input says, without its last end of line; at a terminal it is asked for, and not shown while it is typed. */
export const readInput = async (question: string, signal: AbortSignal): Promise<string> => {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '')
  process.stderr.write(question)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  try {
    return await terminal.question('', { signal })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
