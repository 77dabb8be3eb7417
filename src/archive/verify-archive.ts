import type { Transaction } from '../stores/postgres/postgres.ts'
import { type Archive, archivesBetween } from './archive-log.ts'
import { type ArchiveStores, fetchObject, manifestProblem, rowsProblem } from './read-archive.ts'

/** What was read of a window; `problems` are sentences, none when everything is as it was archived. */
export type Verdict = { objects: number; rows: number; bytes: number; problems: string[] }

/**
 * Reads an archived window back and compares: its manifest with dm.chat_archive_log, the bytes of every object with their
 * SHA-256, and the rows that ClickHouse reads from it with the number and the hash of the rows that were archived.
 */
export const verifyArchive = async (stores: ArchiveStores, env: string, archive: Archive): Promise<Verdict> => {
  const verdict = { objects: 0, rows: 0, bytes: 0 }
  const problems = [await manifestProblem(stores, env, archive)]
  for (const listed of archive.manifest.objects) {
    const object = await fetchObject(stores, listed)
    if (typeof object === 'string') {
      problems.push(object)
      continue
    }
    problems.push(await rowsProblem(stores, object))
    verdict.objects += 1
    verdict.rows += object.rows
    verdict.bytes += object.bytes
  }
  return { ...verdict, problems: problems.filter((problem) => problem !== null) }
}

/** `verifyArchive`, and again where an erasure has replaced the archive while it was read. */
export const verifyStoredArchive = async (
  db: Transaction,
  stores: ArchiveStores,
  env: string,
  archive: Archive,
): Promise<Verdict> => {
  const verdict = await verifyArchive(stores, env, archive)
  if (verdict.problems.length === 0) return verdict
  const [now] = await archivesBetween(db, env, archive, 1)
  if (!now || JSON.stringify(now.manifest) === JSON.stringify(archive.manifest)) return verdict
  return verifyStoredArchive(db, stores, env, now)
}
