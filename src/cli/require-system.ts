import fs from 'node:fs'
import path from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { hasMoved, readSplitState, whyNotDm } from '../splitting/split-state.ts'
import { SessionClient } from '../stores/postgres/session-client.ts'

const isFilled = (place: string): boolean => fs.existsSync(place) && fs.readdirSync(place).length > 0

/** Why a database is none that has `dm`, the end of a sentence; null where it is one. A ConfigError where `dm` has moved away from it. */
const whyNoDm = async (variable: string, url: string): Promise<string | null> => {
  const client = new SessionClient({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const state = await readSplitState({
      query: async ({ text }, values) => (await client.query(text, values?.slice())).rows,
    })
    if (hasMoved(state)) throw new ConfigError(whyNotDm(state, variable)!)
    const { rows } = await client.query(`SELECT to_regclass('dm.status_journal') IS NOT NULL AS found`)
    return rows[0].found ? null : `${variable} names a database without one`
  } finally {
    await client.end()
  }
}

/** Refuses variables that name no system, because whoever copies one must not make it: an empty copy would take the place of good ones. */
export const requireSystem = async ({ dataDir, databaseUrl, dmDatabaseUrl, clickHouseUrl }: Config): Promise<void> => {
  const refuse = (what: string): never => {
    throw new ConfigError(`There is no system here: ${what}. Set DATA_DIR and DATABASE_URL as they are for the server.`)
  }
  const dmUrl = dmDatabaseUrl ?? databaseUrl
  if (databaseUrl === undefined && !isFilled(path.join(dataDir, 'postgres')))
    refuse(`DATA_DIR ${path.resolve(dataDir)} has no Postgres, and DATABASE_URL is not set`)
  if (dmUrl !== undefined) {
    const reason = await whyNoDm(dmDatabaseUrl === undefined ? 'DATABASE_URL' : 'DM_DATABASE_URL', dmUrl)
    if (reason !== null) refuse(reason)
  }
  if (clickHouseUrl === undefined && !isFilled(path.join(dataDir, 'clickhouse')))
    refuse(`DATA_DIR ${path.resolve(dataDir)} has no ClickHouse, and CLICKHOUSE_URL is not set`)
}
