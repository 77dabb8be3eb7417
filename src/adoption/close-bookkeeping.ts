import fs from 'node:fs/promises'
import path from 'node:path'
import { makeFolders } from '../stores/make-folders.ts'
import { markAdopted } from './adopted-mark.ts'
import { readPhases, readSteps } from './bookkeeping.ts'
import { unmarkHistory } from './clickhouse/adoption-mark.ts'
import { type AdoptionContext, ask, type Phase } from './step.ts'

/** How many rows of a table were compared, on how many days. */
export type Compared = { table: string; rows: number; days: number }

const compared = ask<Compared>(
  'SELECT table_name AS "table", sum(rows)::float8 AS rows, count(*)::float8 AS days FROM adoption.compared GROUP BY 1 ORDER BY 1',
)

/** Writes what was found, compared and done to a file and drops the bookkeeping; after Phase B it notes that the database is adopted. Returns the path of the file, and what was compared. */
export const closeBookkeeping = async (
  phase: Phase,
  { db, dataDir, clickHouse }: AdoptionContext,
): Promise<{ report: string; compared: Compared[] }> => {
  const tables = await db.query(compared)
  const report = {
    phases: await readPhases(db),
    steps: await readSteps(db),
    compared: await db.query(
      ask(`SELECT table_name AS "table", day::text, rows::float8 AS rows, checksum, stored::float8 AS stored, told_differently::float8 AS "toldDifferently",
        kept_aside::float8 AS "keptAside" FROM adoption.compared ORDER BY 1, 2`),
    ),
    findings: await db.query(
      ask(
        `SELECT kind, table_name AS "table", row_key AS key, details, done, found_at AS "foundAt" FROM adoption.finding ORDER BY id`,
      ),
    ),
  }
  const begun = report.phases.find(({ name }) => name === phase)?.startedAt ?? new Date()
  await makeFolders(dataDir)
  // Its name follows from the beginning of the phase, so that a repetition writes the same file.
  const file = path.join(dataDir, `adoption-${phase}-${begun.toISOString().replaceAll(/[:.]/g, '-')}.json`)
  await fs.writeFile(`${file}.part`, `${JSON.stringify(report, null, 2)}\n`)
  await fs.rename(`${file}.part`, file)
  await unmarkHistory(clickHouse)
  await db.transaction(async (tx) => {
    if (phase === 'phase-b') await markAdopted(tx)
    await tx.query(ask('DROP SCHEMA IF EXISTS adoption CASCADE'))
  })
  return { report: file, compared: tables }
}
