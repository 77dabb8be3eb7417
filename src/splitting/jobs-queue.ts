import { getConstructionPlans } from 'pg-boss'
import type { Connection } from '../stores/postgres/tables.ts'
import { queueSchema } from '../workers/job-scope.ts'

const schema = queueSchema.tier

/** What is queued and when it is due, each after what it names. */
const tables = ['queue', 'schedule', 'subscription', 'job', 'job_dependency']

/** The version of the queue's tables; null where no node ever ran jobs. */
const versionOf = async (db: Connection): Promise<number | null> => {
  const { rows: found } = await db.query(`SELECT to_regclass('${schema}.version') IS NOT NULL AS found`)
  if (!found[0].found) return null
  const { rows } = await db.query<{ version: number }>(`SELECT version FROM ${schema}.version`)
  return rows[0]?.version ?? null
}

/** Has the new place tables for the queue of jobs, if the old one has. */
export const prepareJobs = async (source: Connection, target: Connection): Promise<void> => {
  if ((await versionOf(source)) === null || (await versionOf(target)) !== null) return
  await target.query(getConstructionPlans(schema, { createSchema: false }))
}

/** The tables of the queue of jobs that anybody writes, as SQL. */
export const queueTables = async (db: Connection): Promise<string[]> => {
  const { rows } = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = '${schema}' AND c.relkind IN ('r', 'p') ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

const columnsOf = async (db: Connection, table: string): Promise<string> => {
  const { rows } = await db.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = '${schema}.${table}'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
  )
  return rows[0]!.columns
}

/**
 * Has the new place queue what the old one queues: runs that wait or are under way, runs that have ended, schedules, and until when these were
 * looked at, so that a run that was due meanwhile is made up for once. Only while nobody writes. A queue of another version, or none, is left to the
 * first node that runs jobs. Returns how many runs go along.
 */
export const copyJobs = async (source: Connection, target: Connection): Promise<number> => {
  const version = await versionOf(source)
  if (version === null || version !== (await versionOf(target))) return 0
  let runs = 0
  await target.query('BEGIN')
  try {
    for (const table of tables.toReversed()) await target.query(`DELETE FROM ${schema}.${table}`)
    for (const table of tables) {
      const columns = await columnsOf(source, table)
      const { rows } = await source.query<{ all: string | null; count: string }>(
        `SELECT json_agg(t)::text AS all, count(*)::text AS count FROM (SELECT ${columns} FROM ${schema}.${table}) t`,
      )
      if (table === 'job') runs = Number(rows[0]!.count)
      await target.query(
        `INSERT INTO ${schema}.${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(null::${schema}.${table}, $1::json)`,
        [rows[0]!.all ?? '[]'],
      )
    }
    const { rows } = await source.query(`SELECT cron_on::text AS "cronOn" FROM ${schema}.version`)
    await target.query(`UPDATE ${schema}.version SET cron_on = $1::timestamptz`, [rows[0].cronOn])
    await target.query('COMMIT')
  } catch (error) {
    await target.query('ROLLBACK')
    throw error
  }
  return runs
}
