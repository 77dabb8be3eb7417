import { mkdirSync } from 'node:fs'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { drainPending, Session } from 'chdb'
import { ConfigError } from '../../lib/errors.ts'
import type { Clients } from './clients.ts'
import { type LaneName, type LaneSpecs, laneNames, laneSettings, type Settings } from './lane-settings.ts'
import { sessionConnection } from './session-connection.ts'

const openSession = (directory: string): Session => {
  try {
    mkdirSync(directory, { recursive: true })
    return new Session(directory)
  } catch (error) {
    const { message } = error as Error
    if (message.includes('Cannot lock file')) {
      throw new ConfigError(
        `The ClickHouse directory ${directory} is in use by another process: stop that process, or set CLICKHOUSE_URL to share a server.`,
      )
    }
    throw new ConfigError(`The ClickHouse directory ${directory} can not be opened: ${message.trim()}.`)
  }
}

const assignments = (settings: Settings): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`)
    .join(', ')

/**
 * Opens the embedded engine on a directory and gives every lane sessions of its own; those that read can change nothing,
 * not even their limits. One process at a time has the directory, and one directory at a time the process.
 */
export const openEmbeddedClients = async (directory: string, database: string, specs: LaneSpecs): Promise<Clients> => {
  const opened: Session[] = []
  const close = async () => {
    for (const session of opened) session.close()
    await drainPending()
  }
  const openLane = async (name: LaneName, settings: Settings) => {
    const sessions = Array.from({ length: specs[name].slots }, () => openSession(directory))
    opened.push(...sessions)
    const { readonly = 0, ...others } = settings
    for (const session of sessions) {
      await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${database}`)
      await session.queryAsync(`USE ${database}`)
      await session.queryAsync(`SET ${assignments(others)}`)
      if (readonly) await session.queryAsync('SET readonly = 1')
    }
    return createClient({ connection: sessionConnection(sessions), log: { level: ClickHouseLogLevel.OFF } })
  }
  try {
    const settings = laneSettings(specs)
    const clients = {} as Record<LaneName, Awaited<ReturnType<typeof openLane>>>
    for (const name of laneNames) clients[name] = await openLane(name, settings[name])
    return { ...clients, bindsParameters: false, createDatabase: async () => {}, close }
  } catch (error) {
    await close()
    throw error
  }
}
