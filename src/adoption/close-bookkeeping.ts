import fs from 'node:fs/promises'
import path from 'node:path'
import { readPhases, readSteps } from './bookkeeping.ts'
import { type AdoptionContext, ask, type Phase } from './step.ts'

/** Writes what was found and done to a file and drops the bookkeeping. Returns the path of the file. */
export const closeBookkeeping = async (phase: Phase, { db, dataDir }: AdoptionContext): Promise<string> => {
  const report = {
    phases: await readPhases(db),
    steps: await readSteps(db),
    findings: await db.query(
      ask(
        `SELECT kind, table_name AS "table", row_key AS key, details, done, found_at AS "foundAt" FROM adoption.finding ORDER BY id`,
      ),
    ),
  }
  const begun = report.phases.find(({ name }) => name === phase)?.startedAt ?? new Date()
  await fs.mkdir(dataDir, { recursive: true })
  // Its name follows from the beginning of the phase, so that a repetition writes the same file.
  const file = path.join(dataDir, `adoption-${phase}-${begun.toISOString().replaceAll(/[:.]/g, '-')}.json`)
  await fs.writeFile(`${file}.part`, `${JSON.stringify(report, null, 2)}\n`)
  await fs.rename(`${file}.part`, file)
  await db.query(ask('DROP SCHEMA IF EXISTS adoption CASCADE'))
  return file
}
