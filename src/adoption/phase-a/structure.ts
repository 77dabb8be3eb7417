import fs from 'node:fs/promises'
import { ownPlace } from '../../lib/own-folder.ts'
import type { Postgres } from '../../stores/postgres/postgres.ts'
import { hasLegacyScores, presentTables } from '../legacy-tables.ts'
import { untilNobodyIsInTheWay } from '../run-steps.ts'
import { type AdoptionContext, ask, type Step } from '../step.ts'
import { columnTables, legacyTriggers, ownTriggers, scores, type TriggerOf } from './triggers.ts'

const files = ['basics', 'claims', 'sessions', 'rest']

/** Runs one statement that changes a table that others use: it gives up its place in the queue after 200 ms, so that nobody waits behind it. */
export const changeTable = ({ db, signal }: { db: Postgres; signal: AbortSignal }, sql: string): Promise<void> =>
  untilNobodyIsInTheWay(signal, () =>
    db.transaction(async (tx) => {
      await tx.query(ask(`SET LOCAL lock_timeout = '200ms'`))
      await tx.query(ask(sql))
    }),
  )

const has = async (db: Postgres, sql: string, values: readonly unknown[]): Promise<boolean> =>
  (await db.query(ask(sql), values)).length > 0

const hasTrigger = (db: Postgres, { name, table }: TriggerOf): Promise<boolean> =>
  has(db, 'SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($2) AND tgname = $1', [name, table])

/** Makes an index without blocking writers; one that a kill left half-made is made again. */
const makeIndex = async ({ db }: { db: Postgres }, name: string, on: string, unique = ''): Promise<void> => {
  const [found] = await db.query(
    ask<{
      isValid: boolean
      schema: string
    }>(`SELECT i.indisvalid AS "isValid", n.nspname AS schema FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = $1`),
    [name],
  )
  if (found?.isValid) return
  if (found) await db.query(ask(`DROP INDEX CONCURRENTLY IF EXISTS ${found.schema}.${name}`))
  await db.query(ask(`CREATE ${unique} INDEX CONCURRENTLY ${name} ON ${on}`))
}

const run = async (context: AdoptionContext): Promise<void> => {
  const { db } = context
  const present = await presentTables(db)
  for (const table of columnTables)
    if (present.has(table))
      await changeTable(context, `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS channel_id bigint`)
  const texts = await Promise.all(files.map((name) => fs.readFile(ownPlace(`src/adoption/sql/${name}.sql`), 'utf8')))
  // A system may lack some of the tables.
  await changeTable(context, `SET LOCAL check_function_bodies = off; ${texts.join('\n')}`)
  const withScores = await hasLegacyScores(db)
  for (const trigger of [...legacyTriggers, ...ownTriggers])
    if (!trigger.needs.every((table) => (table === scores ? withScores : present.has(table)))) continue
    else if (!(await hasTrigger(db, trigger))) await changeTable(context, trigger.sql)
  if (withScores) {
    await makeIndex(context, 'adoption_trust_scores_channel', 'public.streamer_trust_scores (channel_id)', 'UNIQUE')
    await makeIndex(context, 'idx_trust_scores_score', 'public.streamer_trust_scores (score DESC, channel_id DESC)')
  }
  // To find the rows of a channel: for the triggers, and for the foreign keys.
  for (const table of columnTables)
    if (present.has(table) && table !== 'public.kick_chat_messages')
      await makeIndex(context, `adoption_${table.split('.')[1]}_channel`, `${table} (channel_id)`)
}

/** Adds the columns, and the triggers that keep old and new tables in step from then on. */
export const structureStep: Step = {
  name: 'structure',
  phase: 'phase-a',
  title: 'Add channel_id to the old tables, and the triggers that keep old and new in step',
  isRepeated: true,
  async estimate({ db }) {
    const [row] = await db.query(
      ask<{ rows: number }>(
        `SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS rows FROM pg_class WHERE oid IN (SELECT to_regclass(name) FROM unnest($1::text[]) AS t(name))`,
      ),
      [columnTables.filter((table) => table !== 'public.kick_chat_messages')],
    )
    return { rows: 0, seconds: 0.2 + row!.rows / 2_000_000 }
  },
  async run(context) {
    await run(context)
    await context.batches(async () => ({ position: null, rows: 0, done: true }))
  },
}
