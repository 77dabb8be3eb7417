import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./ingest-writer.ts', import.meta.url))

/** Starts `ingest-writer.ts` in a process of its own, under `ulimit -f` blocks if given. */
export const startWriter = (args: readonly string[], fileBlocks?: number): ChildProcess & { stdout: Readable } =>
  spawn(
    'sh',
    ['-c', `${fileBlocks ? `ulimit -f ${fileBlocks};` : ''} exec "$0" "$@"`, process.execPath, script, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )

/** The numbers that all writers of this home have tried to append, those they were promised, and the errors they met. */
export const whatWasSaid = async (home: string) => {
  const lines = (await readFile(join(home, 'said.log'), 'utf8')).split('\n')
  const after = (word: string): string[] =>
    lines.filter((line) => line.startsWith(word)).flatMap((line) => line.split(' ').slice(1))
  return { tried: after('try').map(Number), acked: after('acked').map(Number), failed: after('failed') }
}
