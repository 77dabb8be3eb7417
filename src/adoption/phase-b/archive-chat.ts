import { hash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { leaseWindow, renewWindowLease, type WindowLease } from '../../archive/archive-log.ts'
import { archivedColumns, partOrder, rowHash } from '../../archive/chat-table.ts'
import { encodeManifest, type Manifest, readManifest } from '../../archive/manifest.ts'
import { type ArchivePart, partsOf, planParts } from '../../archive/part-plan.ts'
import { verifyArchive } from '../../archive/verify-archive.ts'
import { manifestKey, partKey, type Window, windowAt, windowMs } from '../../archive/window.ts'
import { ConfigError } from '../../lib/errors.ts'
import { bigint, instant, number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { Transaction } from '../../stores/postgres/postgres.ts'
import { noteRows } from '../phase-a/history.ts'
import { type AdoptionContext, ask, type Step } from '../step.ts'
import { daysOfMirror } from './bring-days.ts'
import { chatMirror, firstChat } from './chat.ts'

const range = 'env = {env:String} AND created_at >= {from:DateTime64(3)} AND created_at < {to:DateTime64(3)}'

const hours = namedQuery({
  name: 'adoption_chat_hours',
  pool: 'heavy',
  sql: `SELECT toFloat64(toUnixTimestamp(toStartOfHour(created_at))) * 1000 AS at, toUInt32(count()) AS rows FROM ${chatMirror.mirror}
    WHERE toUnixTimestamp(created_at) < {first:UInt32} GROUP BY at ORDER BY at`,
  row: { at: instant, rows: number },
})

// A message that the old system had twice has one id; it is archived once.
const once = `(SELECT * FROM ${chatMirror.mirror} WHERE ${range} ORDER BY ${partOrder} LIMIT 1 BY message_id)`

const seconds = namedQuery({
  name: 'adoption_chat_seconds',
  pool: 'heavy',
  sql: `SELECT toFloat64(toUnixTimestamp(created_at)) * 1000 AS second, toUInt32(count()) AS rows, sum(${rowHash}) AS hash,
      toFloat64(toUnixTimestamp(min(created_at))) * 1000 AS firstSent, toFloat64(toUnixTimestamp(max(created_at))) * 1000 AS lastSent
    FROM ${once} GROUP BY created_at ORDER BY created_at`,
  row: { second: instant, rows: number, hash: bigint, firstSent: instant, lastSent: instant },
})

const rowsOfPart = namedQuery({
  name: 'adoption_chat_rows',
  pool: 'heavy',
  sql: `SELECT ${archivedColumns.join(', ')}, inserted_at FROM ${once} ORDER BY ${partOrder}`,
  row: {},
})

/** Rows of an object, as in other archives. */
const partRows = 200_000

const sha256Of = (bytes: Buffer): string => hash('sha256', bytes)

/**
 * The window of the ledger that takes an hour of chat: the hour itself, or where the ledger has it already, the latest one before that is free.
 * Nobody knows when chat of before arrived, so its window is when it was sent.
 */
const windowFor = async (db: Transaction, env: string, hour: Window): Promise<Window> => {
  const [row] = await db.query(
    ask<{ at: Date }>(`SELECT coalesce(
        (SELECT window_from FROM dm.chat_archive_log WHERE env = $1 AND plan->>'adopted' = $2),
        (SELECT max(at) FROM generate_series($3::timestamptz - interval '1000 hours', $3::timestamptz, interval '1 hour') AS free(at)
         WHERE NOT EXISTS (SELECT FROM dm.chat_archive_log l WHERE l.env = $1 AND l.window_from < free.at + interval '1 hour' AND l.window_to > free.at))) AS at`),
    [env, hour.from.toISOString(), hour.from],
  )
  return { from: row!.at, to: new Date(row!.at.getTime() + windowMs) }
}

const finish = ask<{ id: bigint }>(`UPDATE dm.chat_archive_log
  SET success = true, rows_exported = $3, files_written = $4, manifest = $5, next_manifest = NULL, error = NULL, leased_until = NULL
  WHERE id = $1 AND lease_token = $2 AND NOT success RETURNING id`)

// One adoption runs at a time, so a lease of an hour that is not finished is one that a killed process left.
const freeLease = ask(
  `UPDATE dm.chat_archive_log SET leased_until = NULL WHERE env = $1 AND plan->>'adopted' = $2 AND NOT success`,
)

const isDone = ask<{ success: boolean }>(
  `SELECT success FROM dm.chat_archive_log WHERE env = $1 AND plan->>'adopted' = $2`,
)

/** Writes an hour of chat as objects with a manifest and an entry in the ledger, as exports do. Equal rows give equal objects. */
const archiveHour = async (
  { clickHouse, db, objects, signal, tier: env }: AdoptionContext,
  hour: Window,
): Promise<void> => {
  if ((await db.query(isDone, [env, hour.from.toISOString()]))[0]?.success) return
  await db.query(freeLease, [env, hour.from.toISOString()])
  const arrivals = await clickHouse.query(seconds, { env, ...hour }, { signal })
  const window = await windowFor(db, env, hour)
  const plan = { ...planParts(hour, arrivals, partRows), adopted: hour.from.toISOString() }
  const lease: WindowLease | null = await leaseWindow(db, env, window, plan, 600)
  if (!lease)
    throw new Error(`The window ${window.from.toISOString()} of the chat archive is taken: try again in ten minutes.`)
  const written: Manifest['objects'] = []
  const parts: ArchivePart[] = partsOf(hour, lease.plan, arrivals)
  for (const [index, part] of parts.entries()) {
    const body = await buffer(
      await clickHouse.stream(rowsOfPart, { env, from: part.from, to: part.to }, 'Parquet', { signal }),
    )
    const [key, sha256] = [partKey(env, window, index), sha256Of(body)]
    await renewWindowLease(db, lease, window, 600)
    await objects.put(key, body, sha256, signal)
    written.push({ key, rows: part.rows, bytes: body.length, sha256, rowsHash: String(part.hash) })
  }
  const manifest: Manifest = {
    version: 1,
    env,
    windowFrom: window.from.toISOString(),
    windowTo: window.to.toISOString(),
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    objects: written,
  }
  const body = encodeManifest(manifest)
  await objects.put(manifestKey(env, window), body, sha256Of(body), signal)
  await db.query(finish, [lease.id, lease.token, manifest.rows, written.length, JSON.stringify(manifest)])
}

const adoptedArchives = ask<Window & { hour: string; manifest: unknown; next: unknown }>(
  `SELECT window_from AS "from", window_to AS "to", plan->>'adopted' AS hour, manifest, next_manifest AS next
   FROM dm.chat_archive_log WHERE env = $1 AND success AND plan ? 'adopted' ORDER BY window_from`,
)

/** Reads all archives of old chat back. Returns their rows by day, in seconds since 1970; throws where one is not what was archived. */
export const verifyOldChat = async (context: AdoptionContext): Promise<Map<number, number>> => {
  const { db, tier: env, signal } = context
  const days = new Map<number, number>()
  for (const { from, to, hour, manifest, next } of await db.query(adoptedArchives, [env])) {
    signal.throwIfAborted()
    const archive = { from, to, manifest: readManifest(manifest)!, next: next === null ? null : readManifest(next) }
    const { rows, problems } = await verifyArchive(context, env, archive)
    if (problems.length > 0) throw new ConfigError(`The archive of chat of ${hour} is not whole: ${problems[0]}.`)
    const day = Math.floor(Date.parse(hour) / 86_400_000) * 86_400
    days.set(day, (days.get(day) ?? 0) + rows)
  }
  return days
}

const oldHours = async (context: AdoptionContext): Promise<{ at: Date; rows: number }[]> =>
  (await daysOfMirror(context.clickHouse, chatMirror)).length === 0
    ? []
    : context.clickHouse.query(hours, { first: Math.max(0, firstChat(context)) })

/** Archives chat that is older than the retention: a table would forget it. */
export const archiveStep: Step = {
  name: 'chat-archive',
  phase: 'phase-b',
  title: 'Archive chat that is older than the retention',
  isRepeated: true,
  async estimate(context) {
    const found = await oldHours(context)
    const rows = found.reduce((sum, hour) => sum + hour.rows, 0)
    return { rows, seconds: found.length * 0.1 + rows * 0.000_005 }
  },
  async run(context) {
    for (const { at, rows } of await oldHours(context)) {
      context.signal.throwIfAborted()
      await archiveHour(context, windowAt(at))
      await noteRows(context, { through: at.toISOString() }, rows)
    }
    await noteRows(context, null, 0)
  },
}
