import type { ModelRows } from '../../prisma/generated/models.ts'
import { type Author, recordAction } from '../audit/record-action.ts'
import { newUlid } from '../lib/ids.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import { digestOf, newSecret } from './api-key-secret.ts'
import type { Role } from './identity.ts'

/** A key without its secret. */
export type ApiKey = Omit<ModelRows['ApiKey'], 'digest'> & { role: Role }

/** A key to make. */
export type NewApiKey = { name: string; role: Role; expiresAt?: Date | null }

/** The keys of this environment. Every change is recorded in the audit log in the same transaction, without the secret. */
export type ApiKeys = {
  /** Makes a key; only this answer contains its secret. */
  create(by: Author, wanted: NewApiKey): Promise<{ key: ApiKey; secret: string }>
  /** Valid keys first, then newest first; at most 1,000. */
  list(): Promise<ApiKey[]>
  /** Revokes a key for good and returns it; null when there is none. Repeating it changes nothing. */
  revoke(by: Author, id: string): Promise<ApiKey | null>
}

const columns = narrowed<ApiKey>(
  select('ApiKey', ['id', 'name', 'role', 'createdAt', 'createdBy', 'expiresAt', 'lastUsedAt', 'revokedAt']),
)

const insert = statement(
  'api_key_insert',
  sql`INSERT INTO public.api_keys (id, name, role, digest, created_by, expires_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${columns}`,
)

const listAll = statement(
  'api_keys_list',
  sql`SELECT ${columns} FROM public.api_keys
   ORDER BY (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) DESC, id DESC LIMIT 1000`,
)

const selectOne = statement('api_key_by_id', sql`SELECT ${columns} FROM public.api_keys WHERE id = $1`)

const revoke = statement(
  'api_key_revoke',
  sql`UPDATE public.api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING ${columns}`,
)

/** The keys in a database; `onRevoked` is called for each revoked key, once that is committed. */
export const createApiKeys = (db: Postgres, onRevoked: (id: string) => void = () => undefined): ApiKeys => ({
  async create(by, { name, role, expiresAt = null }) {
    const secret = newSecret()
    const id = newUlid()
    const { subject, name: caller } = by.identity
    const createdBy = subject ?? caller ?? by.identity.role
    const key = await db.transaction(async (tx) => {
      const values = [id, name, role, digestOf(secret), createdBy, expiresAt]
      const [row] = await tx.query(insert, values)
      const after = { name, role, expiresAt: expiresAt?.toISOString() ?? null }
      await recordAction(tx, 'public', by, { action: 'api-key.create', target: `api-key:${id}`, after })
      return row!
    })
    return { key, secret }
  },
  list: () => db.query(listAll),
  async revoke(by, id) {
    const key = await db.transaction(async (tx) => {
      const [row] = await tx.query(revoke, [id])
      if (!row) return (await tx.query(selectOne, [id]))[0] ?? null
      const { name, role } = row
      await recordAction(tx, 'public', by, {
        action: 'api-key.revoke',
        target: `api-key:${id}`,
        before: { name, role },
      })
      return row
    })
    if (key) onRevoked(id)
    return key
  },
})
