import { jsonRows } from '../lib/json-rows.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { ask, type Finding, type FindingSummary, type Phase } from './step.ts'

/** The schema is made by the first command that changes something and dropped at the end of Phase B and of a rollback. */
const schema = ask(`
CREATE SCHEMA IF NOT EXISTS adoption;
CREATE TABLE IF NOT EXISTS adoption.phase (
  name text PRIMARY KEY, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz);
CREATE TABLE IF NOT EXISTS adoption.step (
  name text PRIMARY KEY, phase text NOT NULL, started_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
  position jsonb, rows_done bigint NOT NULL DEFAULT 0, rows_total bigint NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS adoption.finding (
  id bigserial PRIMARY KEY, kind text NOT NULL, table_name text NOT NULL, row_key text NOT NULL, details jsonb NOT NULL DEFAULT '{}',
  done text NOT NULL, found_at timestamptz NOT NULL DEFAULT now(), UNIQUE (kind, table_name, row_key));
CREATE TABLE IF NOT EXISTS adoption.compared (
  table_name text, day date, rows bigint NOT NULL, checksum text NOT NULL, stored bigint NOT NULL, told_differently bigint NOT NULL, kept_aside bigint NOT NULL,
  PRIMARY KEY (table_name, day));
CREATE TABLE IF NOT EXISTS adoption.place (history text NOT NULL, environment text NOT NULL, tier text NOT NULL);
CREATE TABLE IF NOT EXISTS adoption.last_write (
  table_name text, column_name text, last_at timestamptz NOT NULL, PRIMARY KEY (table_name, column_name));`)

/** How far a phase has come. */
export type PhaseState = { name: Phase; startedAt: Date; finishedAt: Date | null }

/** How far a step has come. */
export type StepState = {
  name: string
  phase: Phase
  startedAt: Date
  finishedAt: Date | null
  position: unknown
  rowsDone: number
  rowsTotal: number
}

const hasSchema = ask<{ has: boolean }>(`SELECT to_regclass('adoption.phase') IS NOT NULL AS has`)

/** Makes the tables of the bookkeeping where they are missing. */
export const makeBookkeeping = async (db: Transaction): Promise<void> => {
  await db.query(schema)
}

/** The phases that were begun; none where nothing was ever adopted here. */
export const readPhases = async (db: Transaction): Promise<PhaseState[]> => {
  if (!(await db.query(hasSchema))[0]!.has) return []
  return db.query(
    ask<PhaseState>(
      `SELECT name, started_at AS "startedAt", finished_at AS "finishedAt" FROM adoption.phase ORDER BY started_at`,
    ),
  )
}

/** The steps that were begun. */
export const readSteps = async (db: Transaction): Promise<StepState[]> => {
  if (!(await db.query(hasSchema))[0]!.has) return []
  return db.query(
    ask<StepState>(`SELECT name, phase, started_at AS "startedAt", finished_at AS "finishedAt", position,
      rows_done::float8 AS "rowsDone", rows_total::float8 AS "rowsTotal" FROM adoption.step ORDER BY started_at, name`),
  )
}

/** Notes that a phase has begun, or goes on. */
export const beginPhase = async (db: Transaction, phase: Phase): Promise<void> => {
  await db.query(ask(`INSERT INTO adoption.phase (name) VALUES ($1) ON CONFLICT DO NOTHING`), [phase])
}

/** Notes that a phase is over. */
export const endPhase = async (db: Transaction, phase: Phase): Promise<void> => {
  await db.query(ask(`UPDATE adoption.phase SET finished_at = now() WHERE name = $1 AND finished_at IS NULL`), [phase])
}

/** Notes that a step begins, or goes on, and what it has to do; one that is repeated begins again. */
export const beginStep = async (
  db: Transaction,
  { name, phase }: { name: string; phase: Phase },
  { rows, isRepeated }: { rows: number; isRepeated: boolean },
): Promise<void> => {
  await db.query(
    ask(`INSERT INTO adoption.step AS s (name, phase, rows_total) VALUES ($1, $2, $3)
      ON CONFLICT (name) DO UPDATE SET rows_total = greatest(s.rows_done, EXCLUDED.rows_total),
        finished_at = CASE WHEN $4 THEN NULL ELSE s.finished_at END, position = CASE WHEN $4 THEN NULL ELSE s.position END,
        rows_done = CASE WHEN $4 THEN 0 ELSE s.rows_done END`),
    [name, phase, rows, isRepeated],
  )
}

/** Saves how far a step has come, in the transaction of its batch. */
export const savePosition = async (tx: Transaction, name: string, position: unknown, rows: number): Promise<void> => {
  await tx.query(ask(`UPDATE adoption.step SET position = $2, rows_done = rows_done + $3 WHERE name = $1`), [
    name,
    JSON.stringify(position),
    rows,
  ])
}

/** Notes that a step is done. */
export const endStep = async (db: Transaction, name: string): Promise<void> => {
  await db.query(ask(`UPDATE adoption.step SET finished_at = now() WHERE name = $1`), [name])
}

/** Writes findings down; one that is known already is written over. */
export const writeFindings = async (tx: Transaction, findings: readonly Finding[]): Promise<void> => {
  if (findings.length === 0) return
  await tx.query(
    ask(`INSERT INTO adoption.finding (kind, table_name, row_key, details, done)
      SELECT DISTINCT ON (v.kind, v."table", v.key) v.kind, v."table", v.key, v.details, v.done
      FROM json_to_recordset($1) AS v(kind text, "table" text, key text, details jsonb, done text)
      ON CONFLICT (kind, table_name, row_key) DO UPDATE SET details = EXCLUDED.details, done = EXCLUDED.done`),
    [jsonRows(findings)],
  )
}

/** The findings by kind, table and what was done, with three examples of each. */
export const summarizeFindings = async (db: Transaction): Promise<FindingSummary[]> => {
  if (!(await db.query(hasSchema))[0]!.has) return []
  return db.query(
    ask<FindingSummary>(`SELECT kind, table_name AS "table", done, count(*)::int AS count,
        (array_agg(row_key || ' ' || details::text ORDER BY id))[1:3] AS examples
      FROM adoption.finding GROUP BY kind, table_name, done ORDER BY kind, table_name, done`),
  )
}
