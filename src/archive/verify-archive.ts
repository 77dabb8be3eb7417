import type { Archive } from './archive-log.ts'
import { type ArchiveStores, fetchObject, manifestProblem, rowsProblem } from './read-archive.ts'

/** What a window was found to be; `problems` are sentences, none when everything is as it was archived. */
export type Verdict = { objects: number; rows: number; bytes: number; problems: string[] }

/**
 * Reads a window back as it is kept: the manifest against the ledger, the bytes of every object against their SHA-256, and
 * its rows, read by ClickHouse, against the number and the hash of the rows that were in the table.
 */
export const verifyArchive = async (stores: ArchiveStores, env: string, archive: Archive): Promise<Verdict> => {
  const verdict: Verdict = { objects: 0, rows: 0, bytes: 0, problems: [] }
  const note = (problem: string | null) => {
    if (problem !== null) verdict.problems.push(problem)
  }
  note(await manifestProblem(stores, env, archive))
  for (const listed of archive.manifest.objects) {
    const object = await fetchObject(stores, listed)
    if (typeof object === 'string') {
      note(object)
      continue
    }
    note(await rowsProblem(stores, object))
    verdict.objects += 1
    verdict.rows += object.rows
    verdict.bytes += object.bytes
  }
  return verdict
}
