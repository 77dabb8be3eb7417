import { hash } from 'node:crypto'
import { newUlid } from '../lib/ids.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import type { Archive } from './archive-log.ts'
import { archivedColumns, contentOf, createChatTable } from './chat-table.ts'
import { decodeManifest, type Manifest } from './manifest.ts'
import { manifestKey } from './window.ts'

export type ArchiveStores = { clickHouse: ClickHouse; objects: ObjectStore }

/** One object of a manifest with its bytes. */
export type ArchivedObject = Manifest['objects'][number] & { body: Buffer }

/** Stores the rows of an object; repeating it for the same table changes nothing. */
export const insertObject = (clickHouse: ClickHouse, table: string, { key, sha256, rows, body }: ArchivedObject) =>
  clickHouse.insertBatch({
    table,
    columns: archivedColumns,
    format: 'Parquet',
    body,
    token: `chat archive ${key} ${sha256}`,
    rows,
  })

/**
 * What is wrong with the stored manifest of a window, a sentence; null when it equals that of dm.chat_archive_log, or the one that an erasure
 * is about to put there.
 */
export const manifestProblem = async (
  { objects }: ArchiveStores,
  env: string,
  archive: Archive,
): Promise<string | null> => {
  const key = manifestKey(env, archive)
  const bytes = await objects.get(key)
  if (!bytes) return `${key} is missing`
  const kept = decodeManifest(bytes)
  if (!kept) return `${key} is not a manifest`
  const text = JSON.stringify(kept)
  const isRight = [archive.manifest, archive.next].some((manifest) => text === JSON.stringify(manifest))
  return isRight ? null : `${key} differs from the ledger`
}

/** An object with its bytes, or what is wrong with them, a sentence. */
export const fetchObject = async (
  { objects }: ArchiveStores,
  object: Manifest['objects'][number],
): Promise<ArchivedObject | string> => {
  const { key, bytes, sha256 } = object
  const body = await objects.get(key)
  if (!body) return `${key} is missing`
  if (body.length !== bytes) return `${key} has ${body.length} bytes instead of ${bytes}`
  return hash('sha256', body) === sha256 ? { ...object, body } : `${key} has other bytes than were archived`
}

/** What ClickHouse finds wrong with the rows of an object, a sentence; null when they are those that were archived. */
export const rowsProblem = async ({ clickHouse }: ArchiveStores, object: ArchivedObject): Promise<string | null> => {
  const table = `chat_archive_check_${newUlid().toLowerCase()}`
  await clickHouse.command(createChatTable(table))
  try {
    await insertObject(clickHouse, table, object)
    const [content] = await clickHouse.query(contentOf(table), {})
    const { rows, hash: rowsHash } = content!
    if (rows !== object.rows) return `${object.key} has ${rows} rows instead of ${object.rows}`
    return String(rowsHash) === object.rowsHash ? null : `${object.key} has other rows than were archived`
  } finally {
    await clickHouse.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  }
}
