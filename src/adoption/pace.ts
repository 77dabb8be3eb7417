import { setTimeout as delay } from 'node:timers/promises'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { ask } from './step.ts'

/** About how many rows tables have, as the database last counted; tables that are small or were never counted are counted now. */
export const countRows = async (db: Transaction, tables: readonly string[]): Promise<Map<string, number>> => {
  const told = await db.query(
    ask<{
      name: string
      rows: number
      bytes: number
    }>(`SELECT t.name, c.reltuples::float8 AS rows, pg_relation_size(c.oid)::float8 AS bytes
      FROM unnest($1::text[]) AS t(name) JOIN pg_class c ON c.oid = to_regclass(t.name)`),
    [tables],
  )
  const counts = new Map<string, number>()
  for (const { name, rows, bytes } of told) {
    if (rows > 100_000) counts.set(name, rows)
    else if (bytes > 500_000_000) counts.set(name, Math.max(rows, bytes / 200))
    else {
      const [row] = await db.query(ask<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${name}`))
      counts.set(name, row!.count)
    }
  }
  return counts
}

class Measured extends Error {}

// Rows, an index and calls of functions, as in the steps.
const sample = `CREATE TEMPORARY TABLE adoption_sample (id bigserial PRIMARY KEY, name text UNIQUE, at timestamptz) ON COMMIT DROP;
DO $$ BEGIN
  FOR n IN 1..4000 LOOP
    BEGIN
      INSERT INTO adoption_sample (name, at) VALUES ('name-' || n, now()) ON CONFLICT DO NOTHING;
      PERFORM FROM adoption_sample WHERE name = lower(btrim('name-' || n / 2)) AND name ~ '^[^[:space:]/?#@]{1,100}$';
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
  END LOOP;
END $$`
/**
 * How many seconds the sample takes where the steps take theirs. Beside the writers of a large system it took 0.17 s for that on a machine with nothing
 * else to do, and 0.08 s on a busy one. A number between them tells both within a factor of two.
 */
const sampleSeconds = 0.13

/** A shared machine is busy at one moment and idle at the next, so that several moments are measured. */
const samples = 6
const pauseMs = 300

/** How much slower than the machine of our measurements the database is now. It is measured in transactions that are rolled back. */
export const measureSlowness = async (db: Postgres): Promise<number> => {
  let seconds = 0
  for (let n = 0; n < samples; n++) {
    if (n > 0) await delay(pauseMs)
    try {
      await db.transaction(async (tx) => {
        const startedAt = performance.now()
        await tx.query(ask(sample))
        seconds += (performance.now() - startedAt) / 1_000
        throw new Measured()
      })
    } catch (error) {
      if (!(error instanceof Measured)) throw error
    }
  }
  return seconds / samples / sampleSeconds
}

/** SQL for the next `$2` distinct values of an indexed column behind `$1`, each found by one step in the index. */
export const distinctBehind = (table: string, column: string): string => `
  WITH RECURSIVE found AS (
    (SELECT ${column} AS id, 1 AS n FROM ${table} WHERE ${column} > $1 ORDER BY ${column} LIMIT 1)
    UNION ALL
    SELECT (SELECT t.${column} FROM ${table} t WHERE t.${column} > f.id ORDER BY t.${column} LIMIT 1), f.n + 1
    FROM found f WHERE f.id IS NOT NULL AND f.n < $2)
  SELECT id FROM found WHERE id IS NOT NULL`
