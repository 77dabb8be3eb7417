import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from '../lib/free-port.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

/** Why tests that need Redis can not run here; null where they can. */
export const redisMissing = spawnSync('redis-server', ['--version']).error
  ? 'redis-server is not installed (apt-get install redis-server)'
  : null

const password = 'canary of redis'

/** A Redis that wants a password, with nothing on disk, on a port of its own. */
export const startRedisServer = async () => {
  const directory = await temporaryDirectory('redis')
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const settings = { port, bind: '127.0.0.1', dir: directory.path, save: '', appendonly: 'no', requirepass: password }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    for await (const line of createInterface(started.stdout)) {
      if (!line.includes('Ready to accept connections')) continue
      started.stdout.resume()
      return
    }
    throw new Error('redis-server has ended')
  }
  /** As a crash of its machine would. */
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'close')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    port,
    url: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/0`,
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill()
      await directory[Symbol.asyncDispose]()
    },
  }
}
