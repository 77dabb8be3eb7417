import { randomUUID } from 'node:crypto'
import { madeBeforeBaseline } from '../made-before-baseline.ts'
import { expressions } from './model.ts'
import type { Transaction } from './postgres.ts'
import { type Statement, sql, statement } from './statement.ts'

/** The two halves of the data model: each may have a database of its own. */
export type Side = 'dm' | 'public'

/** Where a migration is recorded, by its folder's name. What crosses from one side to the other changes a table of `public`. */
const ledgerOf = (migration: string): Side => (migration.includes('_dm_') ? 'dm' : 'public')

/** Whether a migration changes one side only; the others are for a database that has both. */
export const belongsTo = (side: Side, migration: string): boolean => migration.includes(`_${side}_`)

/** What a ledger says of a migration. */
type Applied = { name: string; checksum: string; isFinished: boolean }

const each = <T>(make: (side: Side) => T): Record<Side, T> => ({ dm: make('dm'), public: make('public') })

// The shape of Prisma's own table: its commands read the one in `public`.
const shape = `(
  id                  varchar(36) PRIMARY KEY NOT NULL,
  checksum            varchar(64) NOT NULL,
  finished_at         timestamptz,
  migration_name      varchar(255) NOT NULL,
  logs                text,
  rolled_back_at      timestamptz,
  started_at          timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`

const make = each((side) =>
  statement(
    `migrations_make_ledger_${side}`,
    `${side === 'dm' ? 'CREATE SCHEMA IF NOT EXISTS dm; ' : ''}CREATE TABLE IF NOT EXISTS ${side}._prisma_migrations ${shape}`,
  ),
)

// By the catalogue, because a name in a schema that one may not use is an error.
const findLedgers = statement(
  'migrations_find_ledgers',
  sql`SELECT ${expressions<{ side: string; isReadable: boolean; isWritable: boolean }>({
    side: 'n.nspname::text',
    isReadable: `has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`,
    isWritable: `has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT')`,
  })}
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relname = '_prisma_migrations' AND n.nspname IN ('dm', 'public')`,
)

const hasChannels = statement(
  'migrations_has_channels',
  sql`SELECT ${expressions<{ present: boolean }>({ present: `to_regclass('dm.streamer_channel') IS NOT NULL` })}`,
)

const applied = each((side) =>
  statement(
    `migrations_applied_${side}`,
    sql`SELECT ${expressions<Applied>({
      name: 'migration_name::text',
      checksum: 'checksum::text',
      isFinished: 'finished_at IS NOT NULL',
    })} FROM ${side}._prisma_migrations WHERE rolled_back_at IS NULL`,
  ),
)

const finished = each((side) =>
  statement(
    `migrations_finished_${side}`,
    sql`SELECT ${expressions<{ count: number }>({ count: 'count(DISTINCT migration_name)::integer' })} FROM ${side}._prisma_migrations
     WHERE migration_name = ANY ($1) AND finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  ),
)

const record = each((side) =>
  statement(
    `migrations_record_${side}`,
    `INSERT INTO ${side}._prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, $5, 1)`,
  ),
)

const columns = 'id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count'

const differing = (from: Side, to: Side, condition: string) =>
  `FROM ${from}._prisma_migrations source LEFT JOIN ${to}._prisma_migrations target USING (id)
   WHERE source.migration_name = ANY ($1) AND (target.migration_name IS NULL${condition})`

// Prisma's commands write to the ledger in `public` only: what it says of a row that both have is what happened last.
const changedByPrisma = ` OR (source.checksum, source.finished_at, source.rolled_back_at)
  IS DISTINCT FROM (target.checksum, target.finished_at, target.rolled_back_at)`

const countDiffering = (from: Side, to: Side, condition: string) =>
  statement(
    `migrations_differing_${from}`,
    sql`SELECT ${expressions<{ count: number }>({ count: 'count(*)::integer' })} ${differing(from, to, condition)}`,
  )

const copyRows = (from: Side, to: Side, condition: string) =>
  statement(
    `migrations_copy_${from}`,
    `INSERT INTO ${to}._prisma_migrations (${columns})
     SELECT ${columns} FROM ${from}._prisma_migrations WHERE id IN (SELECT id ${differing(from, to, condition)})
     ON CONFLICT (id) DO UPDATE SET (checksum, finished_at, rolled_back_at, logs)
       = (EXCLUDED.checksum, EXCLUDED.finished_at, EXCLUDED.rolled_back_at, EXCLUDED.logs)`,
  )

const toDm = {
  count: countDiffering('public', 'dm', changedByPrisma),
  copy: copyRows('public', 'dm', changedByPrisma),
}
const toPublic = { count: countDiffering('dm', 'public', ''), copy: copyRows('dm', 'public', '') }

type Copy = { count: Statement<{ count: number }>; copy: Statement }

const rowsOf = async (
  db: Transaction,
  sides: readonly Side[],
  ledger: (side: Side) => Side | undefined,
): Promise<Map<string, Applied>> => {
  const known = new Map<string, Applied>()
  for (const side of sides) {
    const from = ledger(side)
    if (from === undefined) continue
    for (const row of await db.query(applied[from])) if (ledgerOf(row.name) === side) known.set(row.name, row)
  }
  return known
}

/** What was applied to a database, by name; makes no ledger, and changes nothing. */
export const readApplied = async (db: Transaction, sides: readonly Side[]): Promise<ReadonlyMap<string, Applied>> => {
  const ledgers = await db.query(findLedgers)
  const isReadable = (side: Side) => ledgers.some((known) => known.side === side && known.isReadable)
  // A version with one ledger kept that of `dm` in `public`.
  return rowsOf(db, sides, (side) => (isReadable(side) ? side : isReadable('public') ? 'public' : undefined))
}

/** The migrations that a database knows, of the sides that it has. */
export type Ledgers = {
  /** What was applied and not rolled back, by name. */
  applied(): Promise<Map<string, Applied>>
  /** Records in the transaction of the caller that a migration was applied; `dm` also where Prisma's commands look. */
  record(migration: { name: string; checksum: string }, startedAt: Date): Promise<void>
}

/**
 * Opens the ledgers of these sides, and makes those that are missing. Where one database has both, they are brought to say the
 * same of `dm`: so a database that a version with one ledger made gets that of `dm` from it, and a copy of `dm` that was
 * restored beside a new `public` is known to Prisma's commands. Run it in a transaction; `dmMigrations` are the names that may
 * be in both.
 */
export const openLedgers = async (
  db: Transaction,
  sides: readonly Side[],
  dmMigrations: readonly string[],
): Promise<Ledgers> => {
  const before = await db.query(findLedgers)
  const missing = sides.filter((side) => !before.some((known) => known.side === side))
  for (const side of missing) await db.query(make[side])
  const ledgers = missing.length > 0 ? await db.query(findLedgers) : before
  const isWritable = (side: Side) => ledgers.some((known) => known.side === side && known.isWritable)
  // Nothing is written where nothing differs: the login of the service may not write here.
  const bring = async ({ count, copy }: Copy, to: Side) => {
    if (isWritable(to) && (await db.query(count, [dmMigrations]))[0]!.count > 0) await db.query(copy, [dmMigrations])
  }
  if (ledgers.filter(({ isReadable }) => isReadable).length === 2) {
    await bring(toPublic, 'public')
    // Where `dm` was moved elsewhere, the ledger of Prisma still speaks of it.
    if ((await db.query(hasChannels))[0]!.present) await bring(toDm, 'dm')
  }
  return {
    applied: () => rowsOf(db, sides, (side) => side),
    async record({ name, checksum }, startedAt) {
      const values = [randomUUID(), checksum, name, startedAt, new Date()]
      const own = ledgerOf(name)
      await db.query(record[own], values)
      if (own === 'dm' && isWritable('public')) await db.query(record.public, values)
    },
  }
}

/** How many of these migrations a database has not got, or not to their end. */
export const countMissing = async (db: Transaction, names: readonly string[]): Promise<number> => {
  let missing = 0
  for (const side of ['dm', 'public'] as const) {
    const own = names.filter((name) => ledgerOf(name) === side)
    if (own.length > 0) missing += own.length - (await db.query(finished[side], [own]))[0]!.count
  }
  return missing
}

/** What versions from before the baselines applied first, to `dm` and to `public`, and recorded in `public`. */
const firstOfBefore = ['20261122090000_dm_channels', '20261122090200_public_streamers']

/** Changes nothing; a database that a version from before the baselines made is a ConfigError. */
export const requireBaseline = async (db: Transaction, name: string): Promise<void> => {
  const ledgers = await db.query(findLedgers)
  if (!ledgers.some(({ side, isReadable }) => side === 'public' && isReadable)) return
  if ((await db.query(finished.public, [firstOfBefore]))[0]!.count > 0) throw madeBeforeBaseline(name)
}
