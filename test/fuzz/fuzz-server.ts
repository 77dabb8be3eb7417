import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { projectFolder } from '../support/app/program.ts'
import type { Look } from './server-process.ts'

/** The program under test, in a process of its own. */
export type FuzzServer = AsyncDisposable & {
  readonly url: string
  /** How it is; undefined when it does not answer, because something holds its event loop. */
  look(): Promise<Look | undefined>
  /** The lines of its log that tell of an unexpected failure, since they were asked for last. */
  complaints(): string[]
  /** Ends it at once. */
  kill(): Promise<void>
}

const flagsOf: (workers: string) => string[] = createRequire(import.meta.url)('../../bin/node-flags.cjs')
const file = fileURLToPath(new URL('./server-process.ts', import.meta.url))
const patienceMs = 15_000
const gravest = 50

const message = async <T>(child: ChildProcess, signal: AbortSignal): Promise<T> =>
  (await once(child, 'message', { signal }))[0] as T

/** Starts it with an environment; it serves when this resolves. */
export const startFuzzServer = async (env: Record<string, string>): Promise<FuzzServer> => {
  const child = fork(file, [], {
    cwd: projectFolder,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', UV_THREADPOOL_SIZE: '16', ...env },
    execArgv: flagsOf(''),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk))
  const ended = once(child, 'exit')
  const over = new AbortController()
  ended.then(() => over.abort(new Error(`The server has ended.\n${output.slice(-2_000)}`)))
  const { url } = await message<{ url: string }>(child, over.signal)
  return {
    url,
    async look() {
      const answer = message<Look>(child, AbortSignal.any([over.signal, AbortSignal.timeout(patienceMs)]))
      child.send('look')
      return answer.catch(() => undefined)
    },
    complaints() {
      const end = output.lastIndexOf('\n') + 1
      const lines = output.slice(0, end).split('\n').filter(Boolean)
      output = output.slice(end)
      return lines.filter((line) => !line.startsWith('{') || JSON.parse(line).level >= gravest)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async [Symbol.asyncDispose]() {
      if (over.signal.aborted) return
      child.kill('SIGTERM')
      const forced = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(forced)
    },
  }
}
