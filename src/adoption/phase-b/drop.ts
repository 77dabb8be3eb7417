import fs from 'node:fs/promises'
import { ownPlace } from '../../lib/own-folder.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import { columnsOfTables, legacyTables as overlapTables } from '../clickhouse/legacy-tables.ts'
import { dropOverlapTables, endOverlapColumns } from '../clickhouse/overlap.ts'
import { endFillOfOverlap, endRetentionOfOverlap } from '../clickhouse/take-over.ts'
import { hasLegacyScores, type LegacyTable, legacyTables, presentTables } from '../legacy-tables.ts'
import { clickHouseMigrations } from '../phase-a/history.ts'
import { changeTable } from '../phase-a/structure.ts'
import { ownTriggers } from '../phase-a/triggers.ts'
import { splitStatements } from '../split-statements.ts'
import { ask, type Step, type StepContext } from '../step.ts'
import { mirrors } from './mirrors.ts'

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
    for (const { mirror } of mirrors) await clickHouse.command(`DROP TABLE IF EXISTS ${mirror} SYNC`)
    const columns = await columnsOfTables(
      clickHouse,
      overlapTables.map(({ name }) => name),
    )
    // Nothing was taken over where none of ours has a column of theirs.
    if (overlapTables.some(({ name, overlap }) => columns.get(name)?.includes(overlap))) {
      const options = { directory: clickHouseMigrations, settings: { retentionDays } }
      await endFillOfOverlap(clickHouse, options)
      await endRetentionOfOverlap(clickHouse, options)
      await endOverlapColumns(clickHouse)
    }
    await dropOverlapTables(clickHouse)
    await done(context)
  },
}

const withoutComment = (text: string) => text.replace(/^(?:\s*--[^\n]*\n)+/, '').trimStart()

const aboutScores =
  /^(CREATE TABLE|COMMENT ON TABLE|COMMENT ON COLUMN|CREATE INDEX \w+ ON) public\.streamer_trust_scores[ .(]/

const scoresOfEmptyInstall = async (): Promise<string> => {
  const file = ownPlace('prisma/migrations/20261129000100_public_baseline/migration.sql')
  return splitStatements(await fs.readFile(file, 'utf8'))
    .filter((text) => aboutScores.test(withoutComment(text)))
    .join('\n')
}

// Postgres 18 gives NOT NULL a name, which the table that is made next has to have.
const giveNamesFree = `DO $$ DECLARE taken text; BEGIN
  FOR taken IN SELECT conname FROM pg_constraint WHERE conrelid = 'public.adoption_scores'::regclass AND contype = 'n' LOOP
    EXECUTE format('ALTER TABLE public.adoption_scores RENAME CONSTRAINT %I TO %I', taken, 'adoption_' || taken);
  END LOOP;
END $$`

/** Gives the current scores the table that an empty install has; a score whose channel nobody knows was reported in Phase A. */
const replaceScores = async (context: StepContext): Promise<void> => {
  if (!(await hasLegacyScores(context.db))) return
  await changeTable(
    context,
    `ALTER TABLE public.streamer_trust_scores RENAME TO adoption_scores;
     ALTER TABLE public.adoption_scores DROP CONSTRAINT IF EXISTS streamer_trust_scores_pkey;
     DROP INDEX IF EXISTS public.idx_trust_scores_score;
     ${giveNamesFree};
     ${await scoresOfEmptyInstall()}
     INSERT INTO public.streamer_trust_scores (channel_id, score, algorithm, factors, computed_at)
     SELECT channel_id, score, algorithm, factors, computed_at FROM public.adoption_scores WHERE channel_id IS NOT NULL;
     DROP TABLE public.adoption_scores;`,
  )
}

// A channel is not a streamer's, and other environments count on its history.
const offendingBranch = /\bDELETE\s+FROM\s+(?:public\.)?streamer_trust_score_history\b/i

/** A function's definition without the statements that delete the history of channels. */
const withoutBranch = (definition: string): string => {
  const statements = definition.split(';')
  const rest = statements.pop()!
  const kept = statements.map((statement) => {
    const at = statement.search(offendingBranch)
    return at < 0 ? `${statement};` : statement.slice(0, at).trimEnd()
  })
  return kept.join('') + rest
}

const cascadeOfBefore = ask<{ made: string }>(
  `SELECT pg_get_functiondef(oid) AS made FROM pg_proc WHERE oid = to_regprocedure('public.delete_streamer_cascade(integer)')`,
)

/** Takes the branch out of the deletion of a streamer that deletes the history of channels. */
const mendCascade = async (context: StepContext): Promise<void> => {
  const [cascade] = await context.db.query(cascadeOfBefore)
  const mended = cascade && withoutBranch(cascade.made)
  if (mended !== undefined && mended !== cascade!.made) await changeTable(context, mended)
}

const othersDeliveries = ask<{ rows: number }>(
  `SELECT count(*)::float8 AS rows FROM webhooks.incoming WHERE source <> 'kick'`,
)

/** The schemas of before that nothing is left in, and that are this login's. */
const emptySchemas = ask<{
  name: string
}>(`SELECT n.nspname AS name FROM pg_namespace n WHERE n.nspname IN ('scrape', 'webhooks') AND pg_has_role(n.nspowner, 'USAGE')
  AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid) AND NOT EXISTS (SELECT FROM pg_proc p WHERE p.pronamespace = n.oid)`)

const deliveries = 'webhooks.incoming'

/** How many deliveries of others the table of deliveries has: with any, it stays. */
const countOthers = async (db: Transaction): Promise<number> =>
  (await presentTables(db)).has(deliveries) ? (await db.query(othersDeliveries))[0]!.rows : 0

/** The tables of Postgres that are dropped. */
export const tablesToDrop = async (db: Transaction): Promise<LegacyTable[]> => {
  const present = await presentTables(db)
  const others = await countOthers(db)
  return legacyTables.filter((table) => present.has(table) && (table !== deliveries || others === 0))
}

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
    const rows = await countOthers(db)
    if (rows > 0) {
      for (const trigger of ['adoption_sync', 'adoption_wrote'])
        await changeTable(context, `DROP TRIGGER IF EXISTS ${trigger} ON ${deliveries}`)
      await db.query(ask(`DELETE FROM ${deliveries} WHERE source = 'kick'`))
      await db.transaction((tx) =>
        find(tx, [
          {
            kind: 'deliveries-of-others',
            table: deliveries,
            key: 'source',
            details: { rows },
            done: 'not ours: the table stays with them alone',
          },
        ]),
      )
    }
    for (const table of await tablesToDrop(db)) await changeTable(context, `DROP TABLE IF EXISTS ${table}`)
    await mendCascade(context)
    await changeTable(context, 'DROP FUNCTION IF EXISTS dm.kick_user_id_to_channel_id(text)')
    for (const { name } of await db.query(emptySchemas)) await changeTable(context, `DROP SCHEMA IF EXISTS ${name}`)
    await done(context)
  },
}
