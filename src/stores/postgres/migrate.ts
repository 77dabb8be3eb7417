import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { madeBeforeBaseline } from '../made-before-baseline.ts'
import { expressions } from './model.ts'
import type { Transaction } from './postgres.ts'
import { SessionClient } from './session-client.ts'
import { sql, statement } from './statement.ts'

export type PostgresMigrationOptions = {
  /** Connection string of the database. */
  url: string
  /** How the operator knows the database. */
  name?: string
  /** Folder of migration folders, each with a migration.sql. */
  directory: string
  /** Which of them belong in this database, by folder name. */
  select: (name: string) => boolean
  log: Log
  /** Gives up the wait for a server or for another process that migrates. */
  signal?: AbortSignal
  /** Runs while the lock is held, after the last migration: for what must not run twice at once beside it. */
  whileLocked?: () => Promise<void>
}

/** The lock that Prisma's own migrate takes, so that the two exclude each other. */
const migrateLock = 72_707_369

const ledger = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id                  varchar(36) PRIMARY KEY NOT NULL,
  checksum            varchar(64) NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

const hasLedger = statement(
  'migrations_has_ledger',
  sql`SELECT ${expressions<{ present: boolean }>({ present: `to_regclass('public._prisma_migrations') IS NOT NULL` })}`,
)

/** What versions from before the baselines applied first, to `dm` and to `public`. */
const firstOfBefore = ['20261122090000_dm_channels', '20261122090200_public_streamers']

const applied = `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM public._prisma_migrations WHERE rolled_back_at IS NULL`

const record = `INSERT INTO public._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`

type Applied = { migration_name: string; checksum: string; finished: boolean }

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

const finished = statement(
  'migrations_finished',
  sql`SELECT ${expressions<{ count: number }>({ count: 'count(DISTINCT migration_name)::integer' })} FROM public._prisma_migrations
   WHERE migration_name = ANY ($1) AND finished_at IS NOT NULL AND rolled_back_at IS NULL`,
)

/** The names of the migrations of a folder, in their order. */
export const postgresMigrations = async (directory: string): Promise<string[]> =>
  (await readMigrations(directory)).map(({ name }) => name)

/** How many of these migrations a database has not got, or not to their end. */
export const countMissing = async (db: Transaction, names: readonly string[]): Promise<number> =>
  names.length - (await db.query(finished, [names]))[0]!.count

/** Whether a database has a ledger; changes nothing. One that a version from before the baselines made is a ConfigError. */
export const requireBaseline = async (db: Transaction, name: string): Promise<boolean> => {
  const [row] = await db.query(hasLedger)
  if (!row!.present) return false
  if ((await countMissing(db, firstOfBefore)) < firstOfBefore.length) throw madeBeforeBaseline(name)
  return true
}

/**
 * Applies what is missing, each migration in a transaction with its row of Prisma's ledger; returns the names applied.
 * Safe to repeat and to run from several processes at once. An edited or half-applied migration is a ConfigError,
 * and so is a database that a version from before the baselines made.
 */
export const migratePostgres = async (options: PostgresMigrationOptions): Promise<string[]> => {
  const { url, name: database = 'The database', directory, select, log, signal, whileLocked } = options
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
    await client.query('SELECT pg_advisory_lock($1)', [migrateLock])
    const db: Transaction = { query: async ({ text }, values) => (await client.query(text, values?.slice())).rows }
    // A login that may not make tables can still find that there is nothing to do.
    if (!(await requireBaseline(db, database))) await client.query(ledger)
    const known = new Map((await client.query<Applied>(applied)).rows.map((row) => [row.migration_name, row]))
    const done: string[] = []
    for (const { name, sql, checksum } of await readMigrations(directory)) {
      if (!select(name)) continue
      const row = known.get(name)
      if (row && !row.finished)
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
      await client.query(sql)
      await client.query(record, [randomUUID(), checksum, name, startedAt])
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
