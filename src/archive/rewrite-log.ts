import { expressions } from '../stores/postgres/model.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { type Manifest, readManifest } from './manifest.ts'
import type { Window } from './window.ts'

/** A window of the ledger, archived or not. */
export type LedgerWindow = Window & { id: bigint; success: boolean }

/** The right to rewrite a window; `manifest` is what it consists of now, null when it is not archived. */
export type RewriteLease = { id: bigint; token: bigint; manifest: Manifest | null }

/** Another process has taken the window over. */
class RewriteLeaseLost extends Error {
  constructor() {
    super('An archived hour was taken over by another process.')
    this.name = 'RewriteLeaseLost'
  }
}

const selectWindows = statement(
  'chat_archive_windows',
  sql`SELECT ${expressions<LedgerWindow>({ id: 'id', from: 'window_from', to: 'window_to', success: 'success' })}
   FROM dm.chat_archive_log WHERE env = $1 AND window_from >= $2 ORDER BY window_from LIMIT $3`,
)
// Whoever rewrites takes its own lease back after a crash. An exporter leases only what is not archived, and notices that its lease is gone.
const lease = statement(
  'chat_archive_rewrite_lease',
  sql`UPDATE dm.chat_archive_log SET lease_token = lease_token + 1, leased_until = now() + make_interval(secs => $3), lease_id = $2
   WHERE id = $1 AND (leased_until IS NULL OR leased_until < now() OR lease_id = $2)
   RETURNING ${expressions<{ id: bigint; token: bigint; manifest: unknown; success: boolean }>({
     id: 'id',
     token: 'lease_token',
     manifest: 'manifest',
     success: 'success',
   })}`,
)
const renew = statement(
  'chat_archive_rewrite_renew',
  `UPDATE dm.chat_archive_log SET leased_until = now() + make_interval(secs => $3) WHERE id = $1 AND lease_token = $2 RETURNING id`,
)
const announce = statement(
  'chat_archive_rewrite_announce',
  'UPDATE dm.chat_archive_log SET next_manifest = $3 WHERE id = $1 AND lease_token = $2 AND success RETURNING id',
)
const replace = statement(
  'chat_archive_rewrite',
  `UPDATE dm.chat_archive_log SET manifest = next_manifest, next_manifest = NULL, rows_exported = $3, files_written = $4
   WHERE id = $1 AND lease_token = $2 AND success AND next_manifest IS NOT NULL RETURNING id`,
)
const release = statement(
  'chat_archive_rewrite_release',
  'UPDATE dm.chat_archive_log SET leased_until = NULL WHERE id = $1 AND lease_token = $2',
)

const held = (rows: readonly unknown[]): void => {
  if (rows.length === 0) throw new RewriteLeaseLost()
}

/** Windows of the ledger from an instant on, oldest first, at most `limit`. */
export const ledgerWindows = (db: Transaction, env: string, from: Date, limit: number): Promise<LedgerWindow[]> =>
  db.query(selectWindows, [env, from, limit])

/** Leases a window for `holder`, a UUID; null while somebody else has it. */
export const leaseForRewrite = async (
  db: Transaction,
  id: bigint,
  holder: string,
  leaseSeconds: number,
): Promise<RewriteLease | null> => {
  const [row] = await db.query(lease, [id, holder, leaseSeconds])
  if (!row) return null
  const manifest = row.success ? readManifest(row.manifest) : null
  if (row.success && !manifest)
    throw new TypeError('dm.chat_archive_log has no readable manifest for an archived hour.')
  return { id: row.id, token: row.token, manifest }
}

/** Extends a lease; throws RewriteLeaseLost when it is gone. */
export const renewRewrite = async (db: Transaction, { id, token }: RewriteLease, leaseSeconds: number): Promise<void> =>
  held(await db.query(renew, [id, token, leaseSeconds]))

/** Says what the window will consist of: from now on both manifests are right. */
export const announceRewrite = async (db: Transaction, { id, token }: RewriteLease, next: Manifest): Promise<void> =>
  held(await db.query(announce, [id, token, JSON.stringify(next)]))

/** Makes the announced manifest the only one, together with what `work` does. */
export const finishRewrite = (
  db: Postgres,
  { id, token }: RewriteLease,
  next: Manifest,
  work: (tx: Transaction) => Promise<void>,
): Promise<void> =>
  db.transaction(async (tx) => {
    held(await tx.query(replace, [id, token, next.rows, next.objects.length]))
    await work(tx)
  })

/** Gives a window back. */
export const releaseRewrite = async (db: Transaction, { id, token }: RewriteLease): Promise<void> => {
  await db.query(release, [id, token])
}
