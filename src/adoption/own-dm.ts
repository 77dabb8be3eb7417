import { ConfigError } from '../lib/errors.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { ask } from './step.ts'

const hasDm = ask(`SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'dm' AND c.relname = 'streamer_channel'`)

/** Refuses a database that has `dm` before anything is adopted, as a ConfigError: its rows are none that a rollback may drop. */
export const requireNoDm = async (db: Transaction): Promise<void> => {
  if ((await db.query(hasDm)).length > 0)
    throw new ConfigError(
      '`dm` is in this database, and no adoption has made it: adopt a database without it, or drop the schema if nothing needs it.',
    )
}

// Phase A notes what it makes. Before it did so, the ledger tells it: the clocks of two machines differ by minutes at most.
const madeBefore =
  ask(`SELECT 1 FROM adoption.step s JOIN adoption.phase p ON p.name = 'phase-a' WHERE s.name = 'migrations'
  AND NOT coalesce((s.position ->> 'madeDm')::boolean,
    (SELECT min(started_at) FROM dm._prisma_migrations) > p.started_at - interval '5 minutes', true)`)

const hasLedger = ask(
  `SELECT 1 WHERE to_regclass('dm._prisma_migrations') IS NOT NULL AND to_regclass('adoption.step') IS NOT NULL`,
)

/** Refuses to drop a `dm` that was there before Phase A, as a ConfigError. */
export const requireOwnDm = async (db: Transaction): Promise<void> => {
  if ((await db.query(hasLedger)).length === 0 || (await db.query(madeBefore)).length === 0) return
  throw new ConfigError(
    '`dm` is older than this Phase A, so a rollback would drop what it has not made: run `channelscope adopt phase-b` to end the adoption.',
  )
}
