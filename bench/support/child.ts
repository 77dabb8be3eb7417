import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { programFlags } from './program-flags.ts'
import type { Reply } from './rpc.ts'

/** A process of its own: what is measured never shares an event loop, a heap or a module with anything else. */
export type Child = {
  readonly pid: number
  /** Calls a method that the child offers; rejects when it fails or the child ends. */
  call<T>(method: string, argument?: unknown): Promise<T>
  [Symbol.asyncDispose](): Promise<void>
}

const here = path.resolve(import.meta.dirname, '..')
/** Everybody runs as the program does: what a setting of Node's is worth is nobody's merit. */
const flagsOf = (program: string): string[] => programFlags(program === 'subjects/poller.ts' ? 'poller' : '')
const errorTail = 4_000

/** Starts a program of this folder, given as `peers/name.ts`; it is killed when disposed or aborted, and ends by itself when we die. */
export const startChild = async (
  program: string,
  signal: AbortSignal,
  env: Record<string, string> = {},
): Promise<Child> => {
  signal.throwIfAborted()
  const child: ChildProcess = spawn(process.execPath, [...flagsOf(program), path.join(here, program)], {
    cwd: here,
    env: { ...process.env, NODE_ENV: 'production', NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
  let errors = ''
  child.stderr!.on('data', (chunk) => {
    errors = (errors + chunk).slice(-errorTail)
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let calls = 0
  let ended: Error | undefined

  child.on('message', ({ id, result, error }: Reply) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(result)
    else call?.reject(new Error(`${program}: ${error}`))
  })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  const exited = once(child, 'exit').then(([code, signal]) => {
    ended = new Error(`${program} ended (${signal ?? code}).\n${errors}`)
    for (const call of waiting.values()) call.reject(ended)
    waiting.clear()
  })
  await once(child, 'spawn')

  return {
    pid: child.pid!,
    call: <T>(method: string, argument?: unknown) =>
      new Promise<T>((resolve, reject) => {
        if (ended) return reject(ended)
        waiting.set(++calls, { resolve: resolve as (value: unknown) => void, reject })
        child.send({ id: calls, method, argument })
      }),
    async [Symbol.asyncDispose]() {
      signal.removeEventListener('abort', kill)
      kill()
      await exited
    },
  }
}
