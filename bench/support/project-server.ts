import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { programFlags } from './program-flags.ts'
import { processCpuUs, processTree } from './usage.ts'

/** The project's own server, started by the command that users start it with. */
export type ProjectServer = {
  /** Where it listens, such as `http://127.0.0.1:41234`. */
  readonly url: string
  readonly pid: number
  cpuUs(): number
  /** Ends it without a goodbye, as a crash does. */
  kill(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const root = path.resolve(import.meta.dirname, '../..')
const startTimeoutMs = 180_000
const stopTimeoutMs = 15_000

/** Makes a data directory that the server takes, though something else fills it first. */
export const makeDataDirectory = (directory: string): void => holdDataDirectory(directory)[Symbol.dispose]()

/** Starts the server on a free port with the given environment on top of ours; resolves once it has said where it listens. */
export const startProjectServer = async (env: Record<string, string>): Promise<ProjectServer> => {
  const child = spawn(
    process.execPath,
    [...programFlags(env.WORKERS), path.join(root, 'bin/channelscope.cjs'), 'start'],
    {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const exited = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const tree = processTree(child.pid!)
    child.kill('SIGTERM')
    const forced = setTimeout(() => {
      for (const pid of tree) process.kill(pid, 'SIGKILL')
    }, stopTimeoutMs)
    await exited
    clearTimeout(forced)
  }
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The server did not start:\n${output}`)), startTimeoutMs)
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output = (output + text).slice(-10_000)
          const found = output.match(/http:\/\/127\.0\.0\.1:\d+/)
          if (!found) return
          clearTimeout(timer)
          resolve(found[0])
        })
      }
      exited.then(() => reject(new Error(`The server ended:\n${output}`)))
    })
    return {
      url,
      pid: child.pid!,
      async kill() {
        for (const pid of processTree(child.pid!)) process.kill(pid, 'SIGKILL')
        await exited
      },
      cpuUs: () => processTree(child.pid!).reduce((sum, pid) => sum + processCpuUs(pid), 0),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
