import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { belongsTo, openLedgers, requireBaseline, type Side } from './ledger.ts'
import type { Transaction } from './postgres.ts'
import { checkPostgresVersion } from './server-version.ts'
import { SessionClient } from './session-client.ts'

export type PostgresMigrationOptions = {
  /** Connection string of the database. */
  url: string
  /** How the operator knows the database. */
  name?: string
  /** Folder of migration folders, each with a migration.sql. */
  directory: string
  /** Which sides this database has; with both, also what crosses from one to the other. */
  sides: readonly Side[]
  log: Log
  /** Gives up the wait for a server or for another process that migrates. */
  signal?: AbortSignal
  /** Runs while the lock is held, before anything is changed; throws where this database must not be migrated. */
  before?: (db: Transaction) => Promise<void>
  /** The text of a migration that is run instead of its own, where a part of what it makes is there already. Its checksum stays its own. */
  adjust?: (name: string, sql: string) => string
  /** Only these are applied, by name; absent, all. */
  only?: ReadonlySet<string>
  /** How long the session may wait for a lock, in milliseconds; else for ever. */
  lockTimeoutMs?: number
  /** Runs while the lock is held, after the last migration: for what must not run twice at once beside it. */
  whileLocked?: () => Promise<void>
}

/** The lock that Prisma's own migrate takes, so that the two exclude each other. */
const migrateLock = 72_707_369

/** Reads the migrations below a folder in order of name. */
const readMigrations = async (directory: string): Promise<{ name: string; sql: string; checksum: string }[]> => {
  const entries = await fs.readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const bytes = await fs.readFile(path.join(directory, name, 'migration.sql'))
      return { name, sql: bytes.toString('utf8'), checksum: createHash('sha256').update(bytes).digest('hex') }
    }),
  )
}

/** Which migrations belong in a database that has these sides, by name. */
export const selectMigrations =
  (sides: readonly Side[]) =>
  (name: string): boolean =>
    sides.length === 2 || sides.some((side) => belongsTo(side, name))

/** The names of the migrations of a folder, in their order. */
export const postgresMigrations = async (directory: string): Promise<string[]> =>
  (await readMigrations(directory)).map(({ name }) => name)

/**
 * Applies what is missing, each migration in a transaction with its row of the ledger; returns the names applied.
 * Safe to repeat and to run from several processes at once. An edited or half-applied migration is a ConfigError,
 * and so is a database that a version from before the baselines made.
 */
export const migratePostgres = async (options: PostgresMigrationOptions): Promise<string[]> => {
  const { url, name: database = 'The database', directory, sides, log, signal, only, whileLocked } = options
  const { before, adjust = (_, sql) => sql, lockTimeoutMs = 0 } = options
  const client = new SessionClient({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    sessionSettings: { TimeZone: 'UTC' },
    application_name: 'channelscope migrate',
  })
  client.on('error', () => undefined)
  const giveUp = () => void client.end()
  try {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', giveUp)
    await client.connect()
    const db: Transaction = { query: async ({ text }, values) => (await client.query(text, values?.slice())).rows }
    const warning = await checkPostgresVersion(db, database)
    if (warning) log.warn({}, warning)
    await client.query('SELECT pg_advisory_lock($1)', [migrateLock])
    await client.query(`SET lock_timeout = ${lockTimeoutMs}`)
    await before?.(db)
    await requireBaseline(db, database)
    const migrations = await readMigrations(directory)
    await client.query('BEGIN')
    const ledgers = await openLedgers(
      db,
      sides,
      migrations.map(({ name }) => name).filter((name) => belongsTo('dm', name)),
    )
    await client.query('COMMIT')
    const known = await ledgers.applied()
    const done: string[] = []
    const own = selectMigrations(sides)
    for (const { name, sql, checksum } of migrations) {
      if (!own(name) || only?.has(name) === false) continue
      const row = known.get(name)
      if (row && !row.isFinished)
        throw new ConfigError(
          `Migration ${name} was begun and not finished: repair the database and its row in _prisma_migrations.`,
        )
      if (row && row.checksum !== checksum)
        throw new ConfigError(
          `Migration ${name} was changed after it had been applied: restore the file and add a new migration.`,
        )
      if (row) continue
      const startedAt = new Date()
      await client.query('BEGIN')
      await client.query(adjust(name, sql))
      await ledgers.record({ name, checksum }, startedAt)
      await client.query('COMMIT')
      log.info({ migration: name }, 'applied a migration')
      done.push(name)
    }
    await whileLocked?.()
    return done
  } finally {
    signal?.removeEventListener('abort', giveUp)
    // Ends the transaction and the lock with the session.
    await client.end()
  }
}
