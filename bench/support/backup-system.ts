import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { askServer } from '../../src/cli/ask-server.ts'
import { readConfig } from '../../src/config/config.ts'
import { isReady, metric } from '../../test/support/http/ask.ts'
import { startScriptedHttp } from '../../test/support/platforms/scripted-http.ts'
import { fillChat } from './chat-data.ts'
import { fillProbes, openBenchClickHouse, samplesEach } from './clickhouse-data.ts'
import { fillChannels, startPostgres } from './postgres-data.ts'
import { makeDataDirectory, type ProjectServer, startProjectServer } from './project-server.ts'

/** How much is in the stores. */
export type BackupSizes = { channels: number; sessionsEach: number; samples: number; messages: number }

const root = path.resolve(import.meta.dirname, '../..')

/** Fills the embedded stores of a data directory. */
export const fillSystem = async (dataDir: string, sizes: BackupSizes): Promise<void> => {
  makeDataDirectory(dataDir)
  {
    await using postgres = await startPostgres(path.join(dataDir, 'postgres'))
    await fillChannels(postgres, sizes.channels, sizes.sessionsEach)
  }
  await using store = await openBenchClickHouse(path.join(dataDir, 'clickhouse'))
  const endSeconds = Math.floor(Date.now() / 1_000)
  await fillProbes(store, sizes.samples / samplesEach, endSeconds)
  await fillChat(store, sizes.messages, endSeconds)
}

/** Starts the whole program on a data directory, beside a platform of which only the key of its webhooks is there. */
export const startWholeProgram = async (dataDir: string, publicKeyPem: string): Promise<ProjectServer> => {
  await using stack = new AsyncDisposableStack()
  const kick = stack.use(await startScriptedHttp(() => ({ json: { data: { public_key: publicKeyPem } } })))
  const server = stack.use(
    await startProjectServer({
      DATA_DIR: dataDir,
      DEMO: 'off',
      WORKERS: '',
      ENVIRONMENT: 'bench',
      RATE_LIMIT_PER_ADDRESS: '100000000',
      KICK_API_URL: kick.url,
      KICK_ID_URL: kick.url,
      KICK_CLIENT_ID: 'bench',
      KICK_CLIENT_SECRET: 'bench',
    }),
  )
  while (!(await isReady(server.url))) await delay(100)
  const owned = stack.move()
  return { ...server, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Resolves when nothing waits in the spool, so that each slice begins alike. */
export const drained = async ({ url }: ProjectServer, signal: AbortSignal): Promise<void> => {
  while ((await metric(url, 'spool_rows')) > 0) await delay(200, undefined, { signal })
}

/** What a backup came to, as the command tells it; `seconds` until its end. */
export type MadeBackup = {
  seconds: number
  pausedMs: number
  writtenBytes: number
  postgresRows: number
  clickHouseRows: number
}

/** Has the running server make a backup, as the command does. A command of a clone would compile its sources first, which a package does not. */
export const makeBackup = async (
  dataDir: string,
  { url }: ProjectServer,
  folder: string,
  signal: AbortSignal,
): Promise<MadeBackup> => {
  const startedAt = performance.now()
  const said: string[] = []
  const config = readConfig({ DATA_DIR: dataDir })
  const isMade = await askServer(config, url, 'backup', [folder, '--json'], (line) => said.push(line), signal)
  const last = said.at(-1) ?? ''
  if (!isMade) throw new Error(`No backup was made: ${said.join('\n')}`)
  return { ...JSON.parse(last), seconds: (performance.now() - startedAt) / 1_000 }
}

/** Runs `restore` of a backup into an empty data directory and resolves with its duration and the rows of what it compared. */
export const restore = async (
  folder: string,
  dataDir: string,
): Promise<Omit<MadeBackup, 'pausedMs' | 'writtenBytes'>> => {
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['bin/channelscope.cjs', 'restore', folder, '--json'], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [said, errors] = [text(child.stdout), text(child.stderr)]
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`restore ended with ${code}: ${await said}${await errors}`)
  return { ...JSON.parse((await said).trim().split('\n').at(-1)!), seconds: (performance.now() - startedAt) / 1_000 }
}
