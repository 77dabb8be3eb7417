import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chown, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '../lib/free-port.ts'
import { sharedDirectory } from './shared-directory.ts'

/** Why tests that need PgBouncer can not run here; null where they can. */
export const pgbouncerMissing = spawnSync('pgbouncer', ['--version']).error
  ? 'pgbouncer is not installed (apt-get install pgbouncer)'
  : null

/** It does not run as root. */
const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

/** A PgBouncer before a database, in one of its modes. */
export const startPgbouncer = async (database: string, mode: 'session' | 'transaction' | 'statement') => {
  const { hostname, port, username, password, pathname } = new URL(database)
  const directory = await sharedDirectory('pgbouncer')
  const own = await freePort()
  const file = path.join(directory.path, 'pgbouncer.ini')
  const name = pathname.slice(1)
  await writeFile(
    file,
    `[databases]
${name} = host=${hostname} port=${port} dbname=${name} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 40
`,
  )
  if (account.uid) await chown(directory.path, account.uid, account.gid)
  const child = spawn('pgbouncer', [file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  for await (const line of createInterface(child.stderr)) {
    said += `${line}\n`
    if (line.includes('process up')) break
  }
  child.stderr.resume()
  if (!said.includes('process up')) throw new Error(`PgBouncer has ended: ${said}`)
  return {
    url: `postgresql://${username}:${password}@127.0.0.1:${own}/${name}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await directory[Symbol.asyncDispose]()
    },
  }
}
