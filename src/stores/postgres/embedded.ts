import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import fsp from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { sleep } from '../../lib/backoff.ts'
import { ConfigError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { homeFor, installPrograms, type Owner, ownerForRoot, requireSameMajor } from './embedded-home.ts'
import { embeddedDatabase, embeddedUrl } from './embedded-url.ts'
import { clearLeftoverServer } from './leftover-server.ts'

export type EmbeddedPostgresOptions = {
  /** Holds the cluster, its programs and its password; made if absent. */
  directory: string
  /** A closed directory of ours above it, which Postgres' account may pass through. */
  through?: string
  /** Gives up the start; what was begun is ended. */
  signal?: AbortSignal
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

type Place = {
  home: string
  programs: string
  cluster: string
  logFile: string
  owner: Owner | undefined
  signal: AbortSignal | undefined
}
type Server = { child: ChildProcess; exited: Promise<unknown>; stop(): Promise<void> }

const startTimeoutMs = 60_000
const stopTimeoutMs = 10_000
const startAttempts = 5
const restartPauseMs = 500
const clusterOptions = ['-U', 'postgres', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions']

const runProgram = async (
  { home, programs, owner }: Place,
  name: string,
  args: string[],
  signal?: AbortSignal,
): Promise<{ status: number; output: string }> => {
  const child = spawn(path.join(programs, 'bin', name), args, {
    ...owner,
    signal,
    cwd: home,
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  // Being told to stop is an error of the child as well; how it ended is told below.
  child.on('error', (error) => (output ||= error.message))
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

const initialise = async (place: Place, passwordFile: string): Promise<void> => {
  const { cluster, owner, signal } = place
  if (fs.existsSync(path.join(cluster, 'PG_VERSION'))) return requireSameMajor(cluster, place.programs)
  const fresh = `${cluster}.new`
  // Both are the rest of a first start that was interrupted.
  for (const rest of [cluster, fresh]) await fsp.rm(rest, { recursive: true, force: true, maxRetries: 5 })
  if (owner) await fsp.chown(passwordFile, owner.uid, owner.gid)
  const args = ['-D', fresh, `--pwfile=${passwordFile}`, ...clusterOptions]
  const { status, output } = await runProgram(place, 'initdb', args, signal)
  if (status !== 0) {
    await fsp.rm(fresh, { recursive: true, force: true })
    signal?.throwIfAborted()
    throw new ConfigError(`Postgres could not be set up in ${cluster}: ${output.split('\n').at(-1)}`)
  }
  await fsp.rename(fresh, cluster)
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

const launch = async (
  { home, programs, cluster, logFile, owner }: Place,
  port: number,
  durable: boolean,
): Promise<Server> => {
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
  const logHandle = await fsp.open(logFile, 'a')
  if (owner) await logHandle.chown(owner.uid, owner.gid)
  // A session of its own: a Ctrl-C at the terminal reaches this process only, which stops Postgres last.
  const child = spawn(
    path.join(programs, 'bin', 'postgres'),
    ['-D', cluster, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    { ...owner, cwd: home, detached: true, env: { LC_ALL: 'C.UTF-8' }, stdio: ['ignore', logHandle.fd, logHandle.fd] },
  )
  await logHandle.close()
  const exited = once(child, 'exit')
  // However this process ends, as long as it can still say something, no server stays behind.
  const abandon = () => child.kill('SIGQUIT')
  process.on('exit', abandon)
  return {
    child,
    exited,
    async stop() {
      if (!hasEnded(child)) {
        child.kill('SIGINT')
        const forced = setTimeout(() => child.kill('SIGQUIT'), stopTimeoutMs)
        await exited
        clearTimeout(forced)
      }
      process.off('exit', abandon)
    },
  }
}

/** Resolves when the server lets us in, or with why it does not. */
const whyNotReady = async ({ child }: Server, url: string, { logFile, signal }: Place): Promise<string | null> => {
  const deadline = performance.now() + startTimeoutMs
  for (;;) {
    if (signal?.aborted) return 'it was told to stop'
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
    try {
      await client.connect()
      await client.end()
      return null
    } catch {
      await client.end().catch(() => undefined)
    }
    if (hasEnded(child) || performance.now() > deadline) {
      const tail = await fsp.readFile(logFile, 'utf8').catch(() => '')
      const reason = tail.split('\n').findLast((line) => /FATAL|PANIC|ERROR/.test(line)) ?? 'it did not answer'
      return reason.replace(/^.*?(FATAL|PANIC|ERROR): */, '')
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

/** Starts on a port that is free; the password lets the caller in. */
const launchReady = async (
  place: Place,
  durable: boolean,
  urlOf: (port: number) => string,
): Promise<{ server: Server; port: number }> => {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const server = await launch(place, port, durable)
    const reason = await whyNotReady(server, urlOf(port), place)
    if (reason === null) return { server, port }
    // Somebody may have taken the port meanwhile, and the last sessions of a killed server take a moment to end.
    const mayPass = hasEnded(server.child) && attempt < startAttempts
    await server.stop()
    place.signal?.throwIfAborted()
    if (!mayPass) throw new ConfigError(`The embedded Postgres did not start: ${reason} (see ${place.logFile}).`)
    await delay(restartPauseMs)
  }
}

/** Starts a Postgres of our own on a free local port, and again on that port when it ends unasked. */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const { log, durable = true, database = embeddedDatabase, through, signal } = options
  const directory = path.resolve(options.directory)
  const owner = ownerForRoot(path.join(directory, 'cluster'))
  const home = homeFor(directory, owner, through)
  const place: Place = {
    home,
    programs: await installPrograms(home, owner),
    cluster: path.join(home, 'cluster'),
    logFile: path.join(home, 'postgres.log'),
    owner,
    signal,
  }
  signal?.throwIfAborted()
  await fsp.rm(place.logFile, { force: true })
  const passwordFile = path.join(home, 'password')
  const password = await readPassword(passwordFile)
  await initialise(place, passwordFile)
  await clearLeftoverServer(place.cluster, async () => {
    log.info({}, 'stopping the Postgres that a killed process left behind')
    const stop = (mode: string) => runProgram(place, 'pg_ctl', ['stop', '-D', place.cluster, '-m', mode, '-t', '20'])
    if ((await stop('fast')).status !== 0) await stop('immediate')
  })

  const urlOf = (port: number, name: string) => embeddedUrl(password, port, name)
  const { server: first, port } = await launchReady(place, durable, (free) => urlOf(free, 'postgres'))
  let server = first
  try {
    await ensureDatabase(urlOf(port, 'postgres'), database)
  } catch (error) {
    await server.stop()
    throw error
  }

  const stopping = new AbortController()
  const keepRunning = async (): Promise<void> => {
    for (;;) {
      await server.exited
      await server.stop()
      if (stopping.signal.aborted) return
      log.error({ log: place.logFile }, 'the embedded Postgres ended unexpectedly and is started again')
      await sleep(restartPauseMs, stopping.signal)
      if (stopping.signal.aborted) return
      server = await launch(place, port, durable)
      if (stopping.signal.aborted) return server.stop()
    }
  }
  const keeping = keepRunning().catch((error) => log.error({ err: error }, 'the embedded Postgres can not be started'))
  return {
    url: urlOf(port, database),
    port,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await server.stop()
      await keeping
    },
  }
}
