import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { ObjectStore } from '../stores/objects/object-store.ts'
import { createLeaseHolder, type LeaseHolder } from '../stores/postgres/lease-holder.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import {
  advanceWatermark,
  finishWindow,
  leaseWindow,
  openWatermark,
  releaseWindowLease,
  renewWindowLease,
  reopenWindows,
  type WindowLease,
  WindowLeaseLost,
} from './archive-log.ts'
import { arrivalsOf, nextArrival, rowsOfPart } from './chat-table.ts'
import { encodeManifest, type Manifest } from './manifest.ts'
import { type ArchivePart, partsOf, planParts, sameParts } from './part-plan.ts'
import { manifestKey, partKey, type Window, windowAt, windowMs } from './window.ts'

export type ExportOptions = {
  db: Postgres
  clickHouse: ClickHouse
  objects: ObjectStore
  env: string
  log: Log
  /** Rows of one object. */
  partRows?: number
  /** How long a silent exporter keeps its window. */
  leaseSeconds?: number
  /** Shared by all runs of this process, so that a run takes back a lease whose answer an earlier run lost. */
  leaseHolder?: LeaseHolder
  /** Windows of one run. */
  maxWindows?: number
}

/** What a run did. `busy` when it stopped at a window that another exporter has. */
export type ExportResult = { windows: number; objects: number; rows: number; through: Date | null; busy: boolean }

/**
 * Rows of one object. An object is made in memory, because its SHA-256 has to be known before it is sent. 200,000 messages of
 * 60 random characters are 17 MB and take 0.6 s. Larger objects gain nothing: a million rows are 83 MB and take 3.8 s.
 */
const defaultPartRows = 200_000

/** A larger part is refused: a second of chat can not be that large. */
const maxObjectBytes = 1024 ** 3

const parquetMark = Buffer.from('PAR1')

const sha256Of = (bytes: Buffer): string => hash('sha256', bytes)

const readPart = async (options: ExportOptions, part: ArchivePart, signal: AbortSignal): Promise<Buffer> => {
  const { clickHouse, env } = options
  const { from, to, firstSent, lastSent } = part
  const rows = await clickHouse.stream(rowsOfPart, { env, from, to, firstSent, lastSent }, 'Parquet', { signal })
  const body = await buffer(rows)
  if (!body.subarray(-4).equals(parquetMark)) throw new Error('ClickHouse sent a part that has no end.')
  if (body.length > maxObjectBytes) throw new RangeError(`A part of ${body.length} bytes is too large for an object.`)
  return body
}

/** Writes the objects of a leased window, the manifest last. */
const writeWindow = async (
  options: ExportOptions,
  window: Window,
  lease: WindowLease,
  signal: AbortSignal,
): Promise<Manifest> => {
  const { db, clickHouse, objects, env, leaseSeconds = 120 } = options
  const readParts = async () =>
    partsOf(window, lease.plan, await clickHouse.query(arrivalsOf, { env, ...window }, { signal }))
  const parts = await readParts()
  const written: Manifest['objects'] = []
  for (const [index, part] of parts.entries()) {
    const body = await readPart(options, part, signal)
    const [key, sha256] = [partKey(env, window, index), sha256Of(body)]
    await renewWindowLease(db, lease, window, leaseSeconds)
    await objects.put(key, body, sha256, signal)
    written.push({ key, rows: part.rows, bytes: body.length, sha256, rowsHash: String(part.hash) })
  }
  // Retention may remove rows between the count and the read; nothing is ever added to a closed window.
  if (!sameParts(parts, await readParts())) throw new Error('Rows were removed while they were exported.')
  const manifest: Manifest = {
    version: 1,
    env,
    windowFrom: window.from.toISOString(),
    windowTo: window.to.toISOString(),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    objects: written,
  }
  await renewWindowLease(db, lease, window, leaseSeconds)
  const body = encodeManifest(manifest)
  await objects.put(manifestKey(env, window), body, sha256Of(body), signal)
  return manifest
}

/** Exports one window; null when another exporter has it. */
const exportWindow = async (
  options: ExportOptions & { leaseHolder: LeaseHolder },
  window: Window,
  signal: AbortSignal,
): Promise<Manifest | null> => {
  const { db, clickHouse, env, log, leaseHolder, partRows = defaultPartRows, leaseSeconds = 120 } = options
  const arrivals = await clickHouse.query(arrivalsOf, { env, ...window }, { signal })
  const request = leaseHolder.next()
  let lease: WindowLease | null = null
  try {
    lease = await leaseWindow(db, env, window, planParts(window, arrivals, partRows), leaseSeconds, request)
    if (!lease) return null
    const manifest = await writeWindow(options, window, lease, signal)
    await finishWindow(db, env, window, lease, manifest)
    return manifest
  } catch (error) {
    if (error instanceof WindowLeaseLost) return null
    // If this statement is lost too, our next run takes the lease back, or anybody once it runs out.
    if (lease)
      await releaseWindowLease(db, lease, reasonText(error)).catch((lost: unknown) =>
        log.warn({ err: reasonText(lost) }, 'the lease of a window of the chat archive could not be given back'),
      )
    throw error
  } finally {
    leaseHolder.end(request)
  }
}

/**
 * Archives every closed window that has rows, oldest first, and moves the watermark over the empty ones. A window is an hour
 * of arrival. It is closed an hour after its end, so that no insert under way can add to it. Any number of processes may run
 * this at once, and it may die anywhere: the next run writes the same objects.
 */
export const exportChat = async (options: ExportOptions, signal: AbortSignal): Promise<ExportResult> => {
  const { db, clickHouse, env, log, maxWindows = 24 * 31, leaseHolder = createLeaseHolder() } = options
  const result: ExportResult = { windows: 0, objects: 0, rows: 0, through: null, busy: false }
  while (result.windows < maxWindows) {
    signal.throwIfAborted()
    const watermark = await openWatermark(db, env)
    if (watermark.getTime() > 0) result.through = watermark
    const [next] = await clickHouse.query(nextArrival, { env, from: watermark }, { signal })
    const { closed, arrival } = next!
    // The clock of ClickHouse was set back. New rows would arrive in windows that count as archived, so these are reopened.
    if (watermark > closed) {
      log.warn({ watermark, closed }, 'the chat archive was ahead of the clock of ClickHouse and goes back to it')
      await reopenWindows(db, env, watermark, closed)
      continue
    }
    // Nothing has ever arrived, so the watermark has nowhere to move.
    if (arrival === null && watermark.getTime() === 0) break
    const window = windowAt(arrival !== null && arrival < closed ? arrival : closed)
    if (window.from > watermark) {
      await advanceWatermark(db, env, watermark, window.from)
      continue
    }
    if (window.to > closed) break
    const manifest = await exportWindow({ ...options, leaseHolder }, window, signal)
    if (!manifest) {
      // The other exporter may have finished it just now.
      const now = await openWatermark(db, env)
      if (now > watermark) continue
      result.busy = true
      break
    }
    result.windows += 1
    result.objects += manifest.objects.length
    result.rows += manifest.rows
    result.through = new Date(window.from.getTime() + windowMs)
    log.info({ window: manifest.windowFrom, rows: manifest.rows, objects: manifest.objects.length }, 'archived chat')
  }
  return result
}
