import childProcess, { type SpawnOptions } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { Readable, Writable } from 'node:stream'
import { inject } from 'vitest'
import { createLog, type Log, silentLog } from '../../../src/lib/log.ts'
import { canaryEnvironment, canaryWord, lookForSecrets } from './canary.ts'

/**
 * Runs once in each process of tests. Whatever reaches the test process by a socket or a pipe that it did not accept itself is looked
 * through: answers over HTTP, server-sent events and WebSocket, and what child processes print. So is what parts log
 * that run here: to where they usually log nothing, they log everything.
 */

Object.assign(process.env, canaryEnvironment)

const database = new URL(inject('templateDatabaseUrl'))
const secrets = [canaryWord, database.password]

const before = new WeakMap<net.Socket, string>()
const push = Readable.prototype.push

/** A socket that was accepted brings questions, which hold keys; the database brings what was stored. */
const bringsAnswers = (socket: net.Socket): boolean =>
  !('server' in socket && socket.server) && socket.remotePort !== Number(database.port)

Object.assign(net.Socket.prototype, {
  push(this: net.Socket, chunk: unknown, encoding?: BufferEncoding) {
    if ((typeof chunk === 'string' || chunk instanceof Uint8Array) && bringsAnswers(this)) {
      const where = this.remotePort === undefined ? 'the output of a process' : `an answer from port ${this.remotePort}`
      before.set(this, lookForSecrets(where, chunk, before.get(this) ?? '', secrets))
    }
    return push.call(this, chunk, encoding)
  },
})

// What a process would print past us comes by a pipe instead, and then goes where it would have gone.
const { spawn } = childProcess
const spawnWatched = (file: string, args: readonly string[], options: SpawnOptions = {}) => {
  const { stdio } = options
  if (!Array.isArray(stdio) || stdio[2] !== 'inherit') return spawn(file, args, options)
  const child = spawn(file, args, { ...options, stdio: stdio.with(2, 'pipe') })
  child.stderr!.pipe(process.stderr, { end: false })
  return child
}
Object.assign(childProcess, { spawn: spawnWatched })
syncBuiltinESMExports()

const lines = new Writable({
  write(chunk, _, done) {
    lookForSecrets('a line of a log', chunk, '', secrets)
    done()
  },
})
const watchedLog: Log = createLog('trace', [], lines)
const { debug, info, warn, error, child } = watchedLog
Object.assign(silentLog, {
  debug: debug.bind(watchedLog),
  info: info.bind(watchedLog),
  warn: warn.bind(watchedLog),
  error: error.bind(watchedLog),
  child: child.bind(watchedLog),
})
