import fs from 'node:fs'
import path from 'node:path'
import { refuseUnadopted } from '../adoption/phases.ts'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../lib/errors.ts'
import { hasMoved, readSplitState, whyNotDm } from '../splitting/split-state.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { SessionClient } from '../stores/postgres/session-client.ts'

const isFilled = (place: string): boolean => fs.existsSync(place) && fs.readdirSync(place).length > 0

/** Why a database is none that has `dm`, the end of a sentence; null where it is one. A ConfigError where `dm` has moved away, or is to be adopted. */
const whyNoDm = async (variable: string, url: string): Promise<string | null> => {
  const client = new SessionClient({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const db: Transaction = { query: async ({ text }, values) => (await client.query(text, values?.slice())).rows }
    const state = await readSplitState(db)
    if (hasMoved(state)) throw new ConfigError(whyNotDm(state, variable)!)
    await refuseUnadopted(db, variable)
    const { rows } = await client.query(`SELECT to_regclass('dm.status_journal') IS NOT NULL AS found`)
    return rows[0].found ? null : `${variable} names a database without one`
  } finally {
    await client.end()
  }
}

/** Refuses variables that name no system, because only a start, a migration or a restore makes one: whoever changes another one changes nothing that they mean. */
export const requireSystem = async ({ dataDir, databaseUrl, dmDatabaseUrl, clickHouseUrl }: Config): Promise<void> => {
  const refuse = (what: string): never => {
    throw new ConfigError(
      `There is no system here: ${what}. Say where it is, by DATA_DIR=… and DATABASE_URL=… as the server has them, or make one with channelscope start.`,
    )
  }
  const folder = `DATA_DIR ${path.resolve(dataDir)}`
  const dmUrl = dmDatabaseUrl ?? databaseUrl
  if (databaseUrl === undefined && !isFilled(path.join(dataDir, 'postgres')))
    refuse(`${folder} has no Postgres, and DATABASE_URL is not set`)
  if (dmUrl !== undefined) {
    const reason = await whyNoDm(dmDatabaseUrl === undefined ? 'DATABASE_URL' : 'DM_DATABASE_URL', dmUrl)
    if (reason !== null) refuse(reason)
  }
  if (clickHouseUrl === undefined && !isFilled(path.join(dataDir, 'clickhouse')))
    refuse(`${folder} has no ClickHouse, and CLICKHOUSE_URL is not set`)
}
