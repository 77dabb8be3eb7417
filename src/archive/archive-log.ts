import {
  createLeaseHolder,
  isOrphanedLease,
  type LeaseRequest,
  leaseRequestValues,
} from '../stores/postgres/lease-holder.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type Manifest, readManifest } from './manifest.ts'
import type { PartPlan } from './part-plan.ts'
import type { Window } from './window.ts'

/** The right to export a window, until the lease runs out or another exporter takes it. */
export type WindowLease = { id: bigint; token: bigint; plan: PartPlan }

/** Another exporter has taken the window over. */
export class WindowLeaseLost extends Error {
  constructor(window: Window) {
    super(`The window ${window.from.toISOString()} was taken over by another exporter.`)
    this.name = 'WindowLeaseLost'
  }
}

const beginWatermark = statement(
  'chat_watermark_begin',
  'INSERT INTO dm.chat_export_watermark (env) VALUES ($1) ON CONFLICT DO NOTHING',
)
const selectWatermark = statement(
  'chat_watermark',
  sql`SELECT ${select('ChatExportWatermark', ['lastExportedAt'])} FROM dm.chat_export_watermark WHERE env = $1`,
)
const advance = statement(
  'chat_watermark_advance',
  'UPDATE dm.chat_export_watermark SET last_exported_at = $3 WHERE env = $1 AND last_exported_at = $2 RETURNING env',
)

// A plan is set only once, so that a repeated export writes the same objects as the first one.
const lease = statement(
  'chat_archive_lease',
  sql`INSERT INTO dm.chat_archive_log AS l (env, window_from, window_to, plan, lease_token, leased_until, lease_id)
   VALUES ($1, $2, $3, $4, 1, now() + make_interval(secs => $5), $6)
   ON CONFLICT (env, window_from) DO UPDATE
     SET lease_token = l.lease_token + 1, leased_until = excluded.leased_until, plan = coalesce(l.plan, excluded.plan), lease_id = excluded.lease_id
     WHERE NOT l.success AND (l.leased_until IS NULL OR l.leased_until < now() OR ${isOrphanedLease('l.lease_id', 6)})
   RETURNING ${expressions<WindowLease>({ id: 'id', token: 'lease_token', plan: 'plan' })}`,
)
const renew = statement(
  'chat_archive_renew',
  `UPDATE dm.chat_archive_log SET leased_until = now() + make_interval(secs => $3)
   WHERE id = $1 AND lease_token = $2 AND NOT success RETURNING id`,
)
const release = statement(
  'chat_archive_release',
  `UPDATE dm.chat_archive_log SET leased_until = NULL, error = left($3, 500)
   WHERE id = $1 AND lease_token = $2 AND NOT success`,
)
const finish = statement(
  'chat_archive_finish',
  `UPDATE dm.chat_archive_log
   SET success = true, rows_exported = $3, files_written = $4, manifest = $5, next_manifest = NULL, error = NULL, leased_until = NULL
   WHERE id = $1 AND lease_token = $2 AND NOT success RETURNING id`,
)
const reopen = statement(
  'chat_archive_reopen',
  `UPDATE dm.chat_archive_log SET success = false, plan = NULL, manifest = NULL, next_manifest = NULL, leased_until = NULL
   WHERE env = $1 AND window_from >= $2 AND success`,
)
const selectArchives = statement(
  'chat_archive_between',
  sql`SELECT ${expressions<Window & { manifest: unknown; next: unknown }>({
    from: 'window_from',
    to: 'window_to',
    manifest: 'manifest',
    next: 'next_manifest',
  })}
   FROM dm.chat_archive_log
   WHERE env = $1 AND success AND window_to > $2 AND window_from < $3 ORDER BY window_from LIMIT $4`,
)

/** The arrival up to which everything is archived; 1970 when nothing is, null when no export ever ran. */
export const readWatermark = async (db: Transaction, env: string): Promise<Date | null> =>
  (await db.query(selectWatermark, [env]))[0]?.lastExportedAt ?? null

/** The same; makes the row of the watermark if it is absent. */
export const openWatermark = async (db: Transaction, env: string): Promise<Date> => {
  await db.query(beginWatermark, [env])
  return (await readWatermark(db, env))!
}

/** Moves the watermark if it still is at `from`; returns whether it did. */
export const advanceWatermark = async (db: Transaction, env: string, from: Date, to: Date): Promise<boolean> =>
  (await db.query(advance, [env, from, to])).length > 0

/** Leases a window and records its plan; null when it is archived or another exporter has it. An orphaned lease is taken back. */
export const leaseWindow = async (
  db: Transaction,
  env: string,
  { from, to }: Window,
  plan: PartPlan,
  leaseSeconds: number,
  request: LeaseRequest = createLeaseHolder().next(),
): Promise<WindowLease | null> => {
  const values = [env, from, to, JSON.stringify(plan), leaseSeconds, ...leaseRequestValues(request)]
  return (await db.query(lease, values))[0] ?? null
}

/** Extends a lease; throws WindowLeaseLost when another exporter has it. */
export const renewWindowLease = async (
  db: Transaction,
  { id, token }: WindowLease,
  window: Window,
  leaseSeconds: number,
): Promise<void> => {
  if ((await db.query(renew, [id, token, leaseSeconds])).length === 0) throw new WindowLeaseLost(window)
}

/** Gives a window back and records the reason. */
export const releaseWindowLease = async (
  db: Transaction,
  { id, token }: WindowLease,
  reason: string,
): Promise<void> => {
  await db.query(release, [id, token, reason])
}

/** Marks the window archived and moves the watermark past it, both or neither; throws WindowLeaseLost when another exporter has it. */
export const finishWindow = (
  db: Postgres,
  env: string,
  window: Window,
  { id, token }: WindowLease,
  manifest: Manifest,
): Promise<void> =>
  db.transaction(async (tx) => {
    const { rows, objects } = manifest
    const done = await tx.query(finish, [id, token, rows, objects.length, JSON.stringify(manifest)])
    if (done.length === 0 || !(await advanceWatermark(tx, env, window.from, window.to)))
      throw new WindowLeaseLost(window)
  })

/** Moves the watermark back and reopens the windows beyond it, both or neither; their objects are written again. */
export const reopenWindows = (db: Postgres, env: string, watermark: Date, back: Date): Promise<void> =>
  db.transaction(async (tx) => {
    if (await advanceWatermark(tx, env, watermark, back)) await tx.query(reopen, [env, back])
  })

/** An archived window as dm.chat_archive_log has it; `next` is what an erasure is about to make of it, null when none is at it. */
export type Archive = Window & { manifest: Manifest; next: Manifest | null }

/** The archived windows that overlap a range, oldest first, at most `limit`. */
export const archivesBetween = async (
  db: Transaction,
  env: string,
  range: Window,
  limit: number,
): Promise<Archive[]> => {
  const rows = await db.query(selectArchives, [env, range.from, range.to, limit])
  return rows.map(({ from, to, manifest, next }) => {
    const known = readManifest(manifest)
    if (!known) throw new TypeError(`dm.chat_archive_log has no readable manifest for ${from.toISOString()}.`)
    return { from, to, manifest: known, next: readManifest(next) }
  })
}
