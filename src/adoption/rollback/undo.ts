import { hasLegacyScores, type LegacyTable, presentTables } from '../legacy-tables.ts'
import { requireOwnDm } from '../own-dm.ts'
import { changeTable } from '../phase-a/structure.ts'
import { columnTables, legacyTriggers, ownTriggers } from '../phase-a/triggers.ts'
import { type AdoptionContext, ask, type Step } from '../step.ts'
import { ownPublicTables } from './write-back.ts'

const step = (name: string, title: string, undo: (context: AdoptionContext) => Promise<void>): Step => ({
  name,
  phase: 'rollback',
  title,
  estimate: async () => ({ rows: 0, seconds: 1 }),
  async run(context) {
    await undo(context)
    await context.batches(async () => ({ position: null, rows: 0, done: true }))
  },
})

/** Ends the overlap: from here on neither side hears of the other. */
export const dropTriggersStep = step('drop-triggers', 'Drop the triggers', async (context) => {
  for (const { name, table } of [...ownTriggers, ...legacyTriggers]) {
    const [found] = await context.db.query(
      ask('SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($2) AND tgname = $1'),
      [name, table],
    )
    if (found) await changeTable(context, `DROP TRIGGER IF EXISTS ${name} ON ${table}`)
  }
})

// Scores that we computed stay; those of before are as they were written.
const scores = `
  UPDATE public.streamer_trust_scores SET factors = CASE WHEN algorithm = 'legacy' THEN coalesce(legacy_factors, '{}')
    ELSE coalesce((SELECT jsonb_object_agg(f ->> 'name', f -> 'value') FROM jsonb_array_elements(CASE WHEN jsonb_typeof(factors) = 'array' THEN factors ELSE '[]' END) f
      WHERE jsonb_typeof(f) = 'object' AND f ->> 'name' IS NOT NULL), '{}') END;
  ALTER TABLE public.streamer_trust_scores DROP COLUMN channel_id, DROP COLUMN algorithm, DROP COLUMN legacy_factors,
    ALTER COLUMN score TYPE numeric(5,2) USING round(score::numeric, 2), ALTER COLUMN computed_at DROP DEFAULT;
  DROP INDEX IF EXISTS public.idx_trust_scores_score;
  UPDATE public.streamer_trust_scores t SET score = (f.details ->> 'score')::numeric FROM adoption.finding f
  WHERE f.kind = 'score-out-of-range' AND f.row_key = t.platform || ':' || t.platform_user_id AND t.score IN (0, 100);
  UPDATE public.streamer_trust_scores t SET computed_at = (f.details ->> 'computedAt')::timestamptz FROM adoption.finding f
  WHERE f.kind = 'score-of-the-future' AND f.row_key = t.platform || ':' || t.platform_user_id`

/** The columns that the old tables had before Phase A, of those that it adds. */
const hadColumns = ask<{ name: string }>(
  `SELECT jsonb_array_elements_text(coalesce(position -> 'hadColumns', '[]')) AS name FROM adoption.step WHERE name = 'migrations'`,
)

/** Drops what Phase A added to the old tables. */
export const dropColumnsStep = step('drop-columns', 'Drop what was added to the old tables', async (context) => {
  const present = await presentTables(context.db)
  const had = (await context.db.query(hadColumns)).map(({ name }) => name)
  // Its index and its foreign key go with it.
  for (const table of columnTables as readonly LegacyTable[])
    if (present.has(table) && !had.includes(`${table}.channel_id`))
      await changeTable(context, `ALTER TABLE ${table} DROP COLUMN IF EXISTS channel_id`)
  const [row] = await context.db.query(
    ask(
      `SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('public.streamer_trust_scores') AND attname = 'legacy_factors' AND NOT attisdropped`,
    ),
  )
  const hadAny = had.some((name) => name.startsWith('public.streamer_trust_scores.'))
  if (row && !hadAny && (await hasLegacyScores(context.db))) await changeTable(context, scores)
})

/** Drops what Phase A made. What existed before under the same name stays. */
export const dropTablesStep = step('drop-tables', 'Drop what was made beside the old tables', async (context) => {
  const { db } = context
  await requireOwnDm(db)
  for (const table of ownPublicTables) await changeTable(context, `DROP TABLE IF EXISTS public.${table}`)
  // Where the old system had no scores, the table is ours.
  if (!(await hasLegacyScores(db))) await changeTable(context, 'DROP TABLE IF EXISTS public.streamer_trust_scores')
  for (const name of ['fold_case', 'redact_audit_of'])
    await changeTable(context, `DROP FUNCTION IF EXISTS public.${name}(text)`)
  for (const schema of ['dm', 'dm_jobs', 'public_jobs'])
    await changeTable(context, `DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  const [ledger] = await db.query(ask(`SELECT 1 WHERE to_regclass('public._prisma_migrations') IS NOT NULL`))
  if (ledger) {
    await db.query(ask(`DELETE FROM public._prisma_migrations WHERE migration_name ~ '^2026[0-9]{10}_'`))
    const [left] = await db.query(ask('SELECT 1 FROM public._prisma_migrations LIMIT 1'))
    if (!left) await changeTable(context, 'DROP TABLE IF EXISTS public._prisma_migrations')
  }
  const [made] = await db.query(
    ask<{
      trgm: boolean
      pgboss: boolean
    }>(`SELECT coalesce((position ->> 'madeTrgm')::boolean, false) AS trgm, coalesce((position ->> 'madePgboss')::boolean, false) AS pgboss
      FROM adoption.step WHERE name = 'migrations'`),
  )
  if (made?.trgm) await changeTable(context, 'DROP EXTENSION IF EXISTS pg_trgm')
  const [boss] = await db.query(
    ask(
      `SELECT 1 FROM pg_namespace n WHERE nspname = 'pgboss' AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = n.oid)`,
    ),
  )
  if (made?.pgboss && boss) await changeTable(context, 'DROP SCHEMA IF EXISTS pgboss')
})
