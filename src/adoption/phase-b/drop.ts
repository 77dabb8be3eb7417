import fs from 'node:fs/promises'
import { columnsOfTables, legacyProbes } from '../clickhouse/legacy-tables.ts'
import { dropOverlapTables, endOverlapColumns } from '../clickhouse/overlap.ts'
import { endFillOfOverlap } from '../clickhouse/take-over.ts'
import { hasLegacyScores, type LegacyTable, legacyTables, presentTables } from '../legacy-tables.ts'
import { clickHouseMigrations } from '../phase-a/history.ts'
import { changeTable } from '../phase-a/structure.ts'
import { ownTriggers } from '../phase-a/triggers.ts'
import { splitStatements } from '../split-statements.ts'
import { ask, type Step, type StepContext } from '../step.ts'
import { mirrors } from './bring-telemetry.ts'
import { oldChat } from './chat.ts'

const small = async () => ({ rows: 0, seconds: 1 })

const done = ({ batches }: StepContext) => batches(async () => ({ position: null, rows: 0, done: true }))

/** Leaves ClickHouse as an empty install has it, with all rows. */
export const dropHistoryStep: Step = {
  name: 'drop-history',
  phase: 'phase-b',
  title: 'Drop the tables of ClickHouse from before',
  estimate: small,
  async run(context) {
    const { clickHouse, retentionDays } = context
    const columns = await columnsOfTables(clickHouse, [legacyProbes.name])
    // Nothing was taken over where ours has no column of theirs.
    if (columns.get(legacyProbes.name)?.includes('slug')) {
      await endFillOfOverlap(clickHouse, { directory: clickHouseMigrations, settings: { retentionDays } })
      await endOverlapColumns(clickHouse)
    }
    await dropOverlapTables(clickHouse)
    for (const table of [...Object.values(mirrors), oldChat])
      await clickHouse.command(`DROP TABLE IF EXISTS ${table} SYNC`)
    await done(context)
  },
}

const withoutComment = (text: string) => text.replace(/^(?:\s*--[^\n]*\n)+/, '').trimStart()

const aboutScores =
  /^(CREATE TABLE|COMMENT ON TABLE|COMMENT ON COLUMN|CREATE INDEX \w+ ON) public\.streamer_trust_scores[ .(]/

const scoresOfEmptyInstall = async (): Promise<string> => {
  const file = new URL('../../../prisma/migrations/20261129000100_public_baseline/migration.sql', import.meta.url)
  return splitStatements(await fs.readFile(file, 'utf8'))
    .filter((text) => aboutScores.test(withoutComment(text)))
    .join('\n')
}

/** Gives the current scores the table that an empty install has; a score whose channel nobody knows was reported in Phase A. */
const replaceScores = async (context: StepContext): Promise<void> => {
  if (!(await hasLegacyScores(context.db))) return
  await changeTable(
    context,
    `ALTER TABLE public.streamer_trust_scores RENAME TO adoption_scores;
     ALTER TABLE public.adoption_scores DROP CONSTRAINT IF EXISTS streamer_trust_scores_pkey;
     DROP INDEX IF EXISTS public.idx_trust_scores_score;
     ${await scoresOfEmptyInstall()}
     INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at)
     SELECT channel_id, score, algorithm, factors, computed_at FROM public.adoption_scores WHERE channel_id IS NOT NULL;
     DROP TABLE public.adoption_scores;`,
  )
}

// The branch that deleted the history of a channel is gone: a channel is not a streamer's, and other environments count on it.
const cascade = `CREATE OR REPLACE FUNCTION public.delete_streamer_cascade(p_streamer_id integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.deals WHERE streamer_id = p_streamer_id;
  DELETE FROM public.streamers WHERE id = p_streamer_id;
END $$`

const hasCascade = ask<{ has: boolean }>(
  `SELECT to_regprocedure('public.delete_streamer_cascade(integer)') IS NOT NULL AS has`,
)

const othersDeliveries = ask<{ rows: number }>(
  `SELECT count(*)::float8 AS rows FROM webhooks.incoming WHERE source <> 'kick'`,
)

/** The schemas of before that nothing is left in. */
const emptySchemas = ask<{
  name: string
}>(`SELECT n.nspname AS name FROM pg_namespace n WHERE n.nspname IN ('scrape', 'webhooks')
  AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid) AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid)`)

/** Drops what is old from Postgres. Deliveries that are not of Kick are not ours: their table stays with them. */
export const dropTablesOfBeforeStep: Step = {
  name: 'drop-tables',
  phase: 'phase-b',
  title: 'Drop the tables, columns and triggers from before',
  estimate: small,
  async run(context) {
    const { db, find } = context
    for (const { name, table } of ownTriggers) await changeTable(context, `DROP TRIGGER IF EXISTS ${name} ON ${table}`)
    await replaceScores(context)
    const present = new Set<LegacyTable>(await presentTables(db))
    if (present.has('webhooks.incoming')) {
      const { rows } = (await db.query(othersDeliveries))[0]!
      if (rows > 0) {
        present.delete('webhooks.incoming')
        for (const trigger of ['adoption_sync', 'adoption_wrote'])
          await changeTable(context, `DROP TRIGGER IF EXISTS ${trigger} ON webhooks.incoming`)
        await db.query(ask(`DELETE FROM webhooks.incoming WHERE source = 'kick'`))
        await db.transaction((tx) =>
          find(tx, [
            {
              kind: 'deliveries-of-others',
              table: 'webhooks.incoming',
              key: 'source',
              details: { rows },
              done: 'not ours: the table stays with them alone',
            },
          ]),
        )
      }
    }
    for (const table of legacyTables)
      if (present.has(table)) await changeTable(context, `DROP TABLE IF EXISTS ${table}`)
    if ((await db.query(hasCascade))[0]!.has) await changeTable(context, cascade)
    await changeTable(context, 'DROP FUNCTION IF EXISTS dm.kick_user_id_to_channel_id(text)')
    for (const { name } of await db.query(emptySchemas)) await changeTable(context, `DROP SCHEMA IF EXISTS ${name}`)
    await done(context)
  },
}
