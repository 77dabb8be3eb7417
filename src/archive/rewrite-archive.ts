import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { sleep } from '../lib/backoff.ts'
import { bigint, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { archivedColumns, partOrder, rowHash } from './chat-table.ts'
import { encodeManifest, type Manifest } from './manifest.ts'
import { type ArchivedObject, type ArchiveStores, fetchObject } from './read-archive.ts'
import {
  announceRewrite,
  finishRewrite,
  type LedgerWindow,
  leaseForRewrite,
  ledgerWindows,
  type RewriteLease,
  releaseRewrite,
  renewRewrite,
} from './rewrite-log.ts'
import { manifestKey, windowPrefix } from './window.ts'

export type RewriteOptions = {
  db: Postgres
  stores: ArchiveStores
  env: string
  /** The rows to remove, as a condition on rows of chat, and the columns that it needs. */
  removed: { condition: string; columns: readonly string[] }
  /** A UUID of this rewrite, the same after a restart. */
  holder: string
  /** Windows from this one on. */
  from: Date
  /** Called before each object is read, and while it waits; throws to end the rewrite. */
  onWait: () => Promise<void>
  /** Called inside the transaction that replaces the manifest of a window. */
  onRemoved: (tx: Transaction, rows: number) => Promise<void>
  /** Called when everything before an instant is rewritten. */
  onWindow: (through: Date) => Promise<void>
  signal: AbortSignal
  leaseSeconds?: number
}

type ScratchOptions = Pick<RewriteOptions, 'stores' | 'removed' | 'holder' | 'signal'>
type Listed = Manifest['objects'][number]
/** What becomes of an object: it stays, or is replaced by another one, or by none where no row is left. */
type Rewritten = { kept: Listed | null; body: Buffer | null; rows: number }

const pageSize = 100
const waitMs = 500

/** Rows of an object are looked at in memory, so that a killed process leaves none of them on the disk. */
const scratchOf = ({ holder }: ScratchOptions): string => `archive_rewrite_${holder.replaceAll('-', '')}`

const withScratch = async <T>(
  options: ScratchOptions,
  columns: readonly string[],
  object: ArchivedObject,
  work: (table: string) => Promise<T>,
): Promise<T> => {
  const { clickHouse } = options.stores
  const table = scratchOf(options)
  const drop = () => clickHouse.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  await drop()
  await clickHouse.command(`CREATE TABLE ${table} AS kick_chat_message ENGINE = Memory`)
  try {
    const { sha256, rows, body } = object
    await clickHouse.insertBatch({ table, columns, format: 'Parquet', body, token: `${table} ${sha256}`, rows })
    return await work(table)
  } finally {
    await drop()
  }
}

const countOf = (table: string, condition: string) =>
  namedQuery({
    name: 'chat_archive_rewrite_count',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows, toUInt32(countIf(${condition})) AS matches FROM ${table}`,
    row: { rows: number, matches: number },
  })

const keptOf = (table: string, condition: string) =>
  namedQuery({
    name: 'chat_archive_rewrite_kept',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows, sum(${rowHash}) AS hash FROM ${table} WHERE NOT (${condition})`,
    row: { rows: number, hash: bigint },
  })

const rowsOf = (table: string, condition: string) =>
  namedQuery({
    name: 'chat_archive_rewrite_rows',
    pool: 'heavy',
    sql: `SELECT ${archivedColumns.join(', ')}, inserted_at FROM ${table} WHERE NOT (${condition}) ORDER BY ${partOrder}`,
    row: {},
  })

/** A new key for new bytes: who reads the old manifest finds the old objects until the new one counts. */
const keyOf = ({ key }: Listed, sha256: string): string =>
  `${key.replace(/(-[0-9a-f]{16})?\.parquet$/, '')}-${sha256.slice(0, 16)}.parquet`

/** The rows of an object, and how many of them are to be removed; only the columns that say so are read. */
export const countRows = (
  options: ScratchOptions,
  object: ArchivedObject,
): Promise<{ rows: number; matches: number }> => {
  const { stores, removed, signal } = options
  return withScratch(options, removed.columns, object, async (table) => {
    const [counted] = await stores.clickHouse.query(countOf(table, removed.condition), {}, { signal })
    return counted!
  })
}

const rewriteObject = async (options: RewriteOptions, listed: Listed): Promise<Rewritten> => {
  const { stores, removed, signal } = options
  const { clickHouse } = stores
  const object = await fetchObject(stores, listed)
  if (typeof object === 'string') throw new Error(`An archive can not be searched: ${object}.`)
  const { condition } = removed
  const found = await countRows(options, object)
  if (found.matches === 0) return { kept: listed, body: null, rows: 0 }
  if (found.matches === found.rows) return { kept: null, body: null, rows: found.matches }
  return withScratch(options, [...archivedColumns, 'inserted_at'], object, async (table) => {
    const [left] = await clickHouse.query(keptOf(table, condition), {}, { signal })
    const body = await buffer(await clickHouse.stream(rowsOf(table, condition), {}, 'Parquet', { signal }))
    const sha256 = hash('sha256', body)
    const kept = {
      key: keyOf(listed, sha256),
      rows: left!.rows,
      bytes: body.length,
      sha256,
      rowsHash: String(left!.hash),
    }
    return { kept, body, rows: found.matches }
  })
}

/** Rewrites what is archived of a leased window; returns its manifest then. */
const rewriteArchived = async (
  options: RewriteOptions,
  window: LedgerWindow,
  lease: RewriteLease,
  manifest: Manifest,
): Promise<Manifest> => {
  const { db, stores, env, onWait, onRemoved, signal, leaseSeconds = 30 } = options
  const { objects } = stores
  const kept: Listed[] = []
  let rows = 0
  for (const listed of manifest.objects) {
    await onWait()
    await renewRewrite(db, lease, leaseSeconds)
    const rewritten = await rewriteObject(options, listed)
    rows += rewritten.rows
    if (rewritten.kept) kept.push(rewritten.kept)
    if (rewritten.body) await objects.put(rewritten.kept!.key, rewritten.body, rewritten.kept!.sha256, signal)
  }
  if (rows === 0) return manifest
  const next: Manifest = { ...manifest, rows: manifest.rows - rows, objects: kept }
  await renewRewrite(db, lease, leaseSeconds)
  await announceRewrite(db, lease, next)
  const body = encodeManifest(next)
  await objects.put(manifestKey(env, window), body, hash('sha256', body), signal)
  await finishRewrite(db, lease, next, (tx) => onRemoved(tx, rows))
  return next
}

/** Leases a window, waiting for an exporter that has it. */
const leaseWindow = async (options: RewriteOptions, window: LedgerWindow): Promise<RewriteLease> => {
  const { db, holder, onWait, signal, leaseSeconds = 30 } = options
  for (;;) {
    signal.throwIfAborted()
    const lease = await leaseForRewrite(db, window.id, holder, leaseSeconds)
    if (lease) return lease
    await onWait()
    await sleep(waitMs, signal)
  }
}

const rewriteWindow = async (options: RewriteOptions, window: LedgerWindow): Promise<void> => {
  const { db, stores, env, signal } = options
  const { objects } = stores
  const lease = await leaseWindow(options, window)
  const manifest = lease.manifest && (await rewriteArchived(options, window, lease, lease.manifest))
  // What no manifest names: replaced objects, and the rest of exports that were interrupted. An export that is repeated writes its own again.
  const named = new Set(manifest ? [manifestKey(env, window), ...manifest.objects.map(({ key }) => key)] : [])
  for (const key of await objects.list(windowPrefix(env, window), signal))
    if (!named.has(key)) await objects.remove(key, signal)
  await releaseRewrite(db, lease)
}

/**
 * Removes rows from the archives of an environment: only objects that hold some are replaced, and all others stay as they are. At every
 * moment the ledger names a whole archive, old or new. Repeating it changes nothing, wherever it was interrupted.
 */
export const rewriteArchives = async (options: RewriteOptions): Promise<void> => {
  const { db, env, onWindow } = options
  for (let from = options.from; ; ) {
    const windows = await ledgerWindows(db, env, from, pageSize)
    for (const window of windows) {
      await rewriteWindow(options, window)
      await onWindow(window.to)
    }
    const last = windows.at(-1)
    if (!last || windows.length < pageSize) return
    from = last.to
  }
}
