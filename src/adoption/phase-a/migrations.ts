import { ConfigError } from '../../lib/errors.ts'
import { ownPlace } from '../../lib/own-folder.ts'
import { nameTheTier } from '../../stores/postgres/environments.ts'
import { migratePostgres, postgresMigrations } from '../../stores/postgres/migrate.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import { hasLegacyScores } from '../legacy-tables.ts'
import { takenColumns } from '../require-adoptable.ts'
import { untilNobodyIsInTheWay } from '../run-steps.ts'
import { splitStatements } from '../split-statements.ts'
import { ask, type Step } from '../step.ts'

const directory = ownPlace('prisma/migrations')
const publicBaseline = '20261129000100_public_baseline'

/** Tables that a migration of ours makes and that a running system has under the same name; the columns that we need are there or are added. */
const known = ['streamers', 'streamer_trust_scores']

// The old key stays until Phase B, so that old writers find their conflicts; ours are found by an index that the next step makes.
const scores = `
ALTER TABLE public.streamer_trust_scores
  ADD COLUMN channel_id bigint, ADD COLUMN algorithm text NOT NULL DEFAULT 'legacy', ADD COLUMN legacy_factors jsonb,
  ALTER COLUMN score TYPE double precision, ALTER COLUMN computed_at SET DEFAULT now();`

const about = (name: string): RegExp =>
  name === 'streamers'
    ? /^(CREATE TABLE|COMMENT ON TABLE|COMMENT ON COLUMN) public\.streamers[ .(]/
    : /^(CREATE TABLE|COMMENT ON TABLE|COMMENT ON COLUMN|CREATE INDEX \w+ ON) public\.streamer_trust_scores[ .(]/

/** A migration without the statements that make what a running system has already. */
const besideLegacy = (name: string, sql: string, present: readonly string[]): string => {
  if (name !== publicBaseline) return sql
  const withoutComment = (text: string) => text.replace(/^(?:\s*--[^\n]*\n)+/, '').trimStart()
  const kept = splitStatements(sql).filter((text) => !present.some((table) => about(table).test(withoutComment(text))))
  return kept.join('\n') + (present.includes('streamer_trust_scores') ? scores : '')
}

const readPresent = async (db: Transaction): Promise<string[]> => {
  const rows = await db.query(
    ask<{ name: string }>(
      `SELECT name FROM unnest($1::text[]) AS t(name) WHERE to_regclass('public.' || name) IS NOT NULL`,
    ),
    [known],
  )
  return rows.map(({ name }) => name)
}

const missingMigrations = async (db: Transaction): Promise<string[]> => {
  const names = await postgresMigrations(directory)
  const rows = await db.query(
    ask<{ schema: string }>(
      `SELECT schema FROM unnest(ARRAY['dm', 'public']) AS t(schema) WHERE to_regclass(schema || '._prisma_migrations') IS NOT NULL`,
    ),
  )
  const applied = new Set<string>()
  for (const { schema } of rows)
    for (const { name } of await db.query(
      ask<{ name: string }>(
        `SELECT migration_name::text AS name FROM ${schema}._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
      ),
    ))
      applied.add(name)
  return names.filter((name) => !applied.has(name))
}

/** Our tables that somebody else's stand in the way of. */
const inTheWay = `SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'public' AND c.relname = ANY (ARRAY['streamer_channel_link', 'link_tickets', 'configuration', 'api_keys', 'audit_log'])
  UNION ALL SELECT n.nspname FROM pg_namespace n WHERE n.nspname = 'dm' AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = 'streamer_channel')`

/** What this step makes besides, and the columns of the old tables that were there before; of a rollback. */
type Made = { madeTrgm: boolean; madePgboss: boolean; madeDm: boolean; hadColumns: string[] }

/** Makes `dm` and our tables of `public`, by the migrations of an empty install. */
export const migrationsStep: Step = {
  name: 'migrations',
  phase: 'phase-a',
  title: 'Make the tables of an empty install beside the old ones',
  async estimate({ db }) {
    const missing = await missingMigrations(db)
    if (missing.includes(publicBaseline) && missing.some((name) => name.endsWith('_dm_baseline'))) {
      const [taken] = await db.query(ask<{ name: string }>(inTheWay))
      if (taken)
        throw new ConfigError(
          `${taken.name} is in the way of what Channelscope makes: rename or drop it, then try again.`,
        )
    }
    return { rows: missing.length, seconds: missing.length * 0.02 }
  },
  async run({ db, tier, log, signal, batches }) {
    // A rollback drops what this has made and nothing else.
    await batches<Made>(async (tx, position) => {
      const [row] = await tx.query(
        ask<{
          trgm: boolean
          pgboss: boolean
          dm: boolean
        }>(`SELECT to_regclass('dm.streamer_channel') IS NULL AS dm, NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS trgm,
          NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'pgboss') AS pgboss`),
      )
      const hadColumns = (await takenColumns(tx)).map(({ table, column }) => `${table}.${column}`)
      const made: Made = { madeTrgm: row!.trgm, madePgboss: row!.pgboss, madeDm: row!.dm, hadColumns }
      return { position: position ?? made, rows: 0, done: true }
    })
    const present = await readPresent(db)
    if (present.includes('streamer_trust_scores') && !(await hasLegacyScores(db)))
      present.splice(present.indexOf('streamer_trust_scores'), 1)
    await untilNobodyIsInTheWay(signal, () =>
      migratePostgres({
        url: db.url,
        name: 'DATABASE_URL',
        directory,
        sides: ['dm', 'public'],
        log,
        signal,
        lockTimeoutMs: 200,
        adjust: (name, sql) => besideLegacy(name, sql, present),
      }),
    )
    await nameTheTier(db, tier)
  },
}
