import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Session } from 'chdb'
import { ConfigError, reasonText } from '../../lib/errors.ts'
import type { Clients } from './clients.ts'
import { loadEngine } from './embedded-engine.ts'
import { requireSameEngine } from './engine-of-data.ts'
import { forgetUncommittedInserts } from './forget-uncommitted-inserts.ts'
import {
  type QueryPoolName,
  type QueryPoolSpecs,
  queryPoolNames,
  queryPoolSettings,
  type Settings,
} from './query-pool-settings.ts'
import { sessionConnection } from './session-connection.ts'

/** The process that has the engine's lock on the directory, as far as its status file tells. */
const holderOf = (directory: string): number | undefined => {
  try {
    const pid = Number(/^PID: (\d+)$/m.exec(readFileSync(path.join(directory, 'status'), 'utf8'))?.[1])
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

/**
 * Statements that back up and restore name the folder; only those that may write anything at all may run them. A backup is copied by one thread: by
 * default sixteen of the usual priority share the cores with everybody.
 */
const forBackups = ['--backups.allowed_path=/', '--backup_threads=1']

const newSession = async (directory: string): Promise<Session> => {
  const engine = await loadEngine()
  try {
    mkdirSync(directory, { recursive: true })
    return new engine.Session(directory, { connectionArgs: forBackups })
  } catch (error) {
    const holder = holderOf(directory)
    throw new ConfigError(
      holder === undefined || holder === process.pid
        ? `The ClickHouse directory ${directory} can not be opened: ${reasonText(error).trim()}.`
        : `The ClickHouse directory ${directory} is in use by process ${holder}: stop it, or set CLICKHOUSE_URL to share a server.`,
    )
  }
}

/** Threads of one statement: heavy ones leave room for each other and a core to the rest, everything else is too small to share out. */
const threadsOf = (name: QueryPoolName, { heavy }: QueryPoolSpecs): number =>
  name === 'heavy' ? Math.max(1, Math.floor((os.availableParallelism() - 1) / heavy.slots)) : 1

const assignments = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`)
    .join(', ')

const openSession = async (directory: string, database: string, settings: Settings): Promise<Session> => {
  const { readonly = 0, ...others } = settings
  const session = await newSession(directory)
  try {
    await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${database}`)
    await session.queryAsync(`USE ${database}`)
    await session.queryAsync(`SET ${assignments(others)}`)
    if (readonly) await session.queryAsync('SET readonly = 1')
    return session
  } catch (error) {
    session.close()
    throw error
  }
}

/** Opens the embedded engine on a directory, which one process has at a time; sessions that read can change nothing. */
export const openEmbeddedClients = async (
  directory: string,
  database: string,
  specs: QueryPoolSpecs,
): Promise<Clients> => {
  // The engine is given rows as files below it, and reads these as a pattern: it would find none and store nothing, without an error.
  if (/[*?{}]/.test(directory))
    throw new ConfigError(
      `DATA_DIR can not be ${path.dirname(directory)}: ClickHouse reads *, ?, { and } in a path as a pattern.`,
    )
  const { drainPending, version } = await loadEngine()
  requireSameEngine(directory, version().libchdb)
  const settings = queryPoolSettings(specs)
  const clients: Partial<Record<QueryPoolName, ClickHouseClient>> = {}
  const close = async () => {
    for (const client of Object.values(clients)) await client.close()
    await drainPending()
  }
  const holder = holderOf(directory)
  const scratch = path.join(directory, 'scratch')
  if (holder === undefined || holder === process.pid) forgetUncommittedInserts(directory)
  // What a process that was killed left there; another store of this one may have a batch in it.
  if (holder === undefined) rmSync(scratch, { recursive: true, force: true })
  try {
    for (const name of queryPoolNames) {
      const open = () => openSession(directory, database, { ...settings[name], max_threads: threadsOf(name, specs) })
      const connection = await sessionConnection(open, specs[name].slots, scratch)
      clients[name] = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } })
    }
    const { light, heavy, write } = clients as Record<QueryPoolName, ClickHouseClient>
    return { light, heavy, write, bindsParameters: false, createDatabase: async () => {}, close }
  } catch (error) {
    await close()
    throw error
  }
}
