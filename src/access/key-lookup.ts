import { setTimeout as delay } from 'node:timers/promises'
import type { Steady } from '../lib/clock.ts'
import { unavailable } from '../lib/errors.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import type { Role } from './identity.ts'

/** A stored key; it may have expired, or have been revoked. */
type KnownKey = { id: string; name: string; role: Role; expiresAt: Date | null; revokedAt: Date | null }

/** How long a known key stays valid while the database does not answer. */
const graceMs = 60_000
/** How long a caller with a known key waits for a database that does not answer. */
const patienceMs = 1_000
/** How many keys, and how many unknown texts, are kept. */
const maxEntries = 10_000

type Entry = { key: KnownKey | null; at: number }
type Waiting = { digest: Buffer; settle: PromiseWithResolvers<KnownKey | null> }

const readKeys = statement(
  'api_keys_by_digest',
  sql`SELECT ${narrowed<KnownKey>(select('ApiKey', ['id', 'name', 'role', 'expiresAt', 'revokedAt']))},
     ${expressions<{ digest: Buffer }>({ digest: 'digest' })}
   FROM public.api_keys WHERE digest = ANY ($1::bytea[])`,
)

const maxBatch = 500
const maxWaiting = 10_000

const remember = (entries: Map<string, Entry>, name: string, entry: Entry): void => {
  entries.delete(name)
  entries.set(name, entry)
  if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
}

/**
 * Finds keys by their digests, and keeps them for `freshMs`. One statement at a time asks for all keys that came meanwhile, so a flood of
 * invented keys takes one connection. Unknown texts never displace known keys.
 */
export const createKeyLookup = ({ db, now, freshMs }: { db: Postgres; now: Steady; freshMs: number }) => {
  const known = new Map<string, Entry>()
  const unknown = new Map<string, Entry>()
  const waiting = new Map<string, Waiting>()
  const underWay = new Map<string, Waiting>()
  let forgotten = 0
  let asking = false

  const isWithin = (at: number, ms: number): boolean => now() - at < ms

  const settleBatch = async (batch: Map<string, Waiting>): Promise<void> => {
    const before = forgotten
    const digests = Array.from(batch.values(), ({ digest }) => digest)
    const at = now()
    try {
      const rows = await db.query(readKeys, [digests])
      const found = new Map(rows.map((row) => [row.digest.toString('base64'), row]))
      for (const [name, { settle }] of batch) {
        const row = found.get(name)
        const key = row
          ? { id: row.id, name: row.name, role: row.role, expiresAt: row.expiresAt, revokedAt: row.revokedAt }
          : null
        // A key that was forgotten since the statement began may be revoked, so it is not kept.
        if (key === null) {
          known.delete(name)
          remember(unknown, name, { key, at })
        } else if (forgotten === before) {
          unknown.delete(name)
          remember(known, name, { key, at })
        }
        settle.resolve(key)
      }
    } catch (error) {
      for (const [name, { settle }] of batch) {
        const entry = known.get(name)
        if (entry && isWithin(entry.at, graceMs)) settle.resolve(entry.key)
        else settle.reject(unavailable('Keys can not be looked up now.', error))
      }
    }
  }

  const askAll = async (): Promise<void> => {
    asking = true
    while (waiting.size > 0) {
      const batch = new Map([...waiting].slice(0, maxBatch))
      for (const [name, one] of batch) {
        waiting.delete(name)
        underWay.set(name, one)
      }
      await settleBatch(batch)
      underWay.clear()
    }
    asking = false
  }

  const ask = (name: string, digest: Buffer): Promise<KnownKey | null> => {
    const joined = waiting.get(name) ?? underWay.get(name)
    if (joined) return joined.settle.promise
    if (waiting.size >= maxWaiting) throw unavailable('Too many keys are being looked up now.')
    const one: Waiting = { digest, settle: Promise.withResolvers() }
    waiting.set(name, one)
    if (!asking) void askAll()
    return one.settle.promise
  }

  return {
    /**
     * The key, or null when there is none, as read at most `freshMs` ago. While the database does not answer, a known key
     * stays valid for `graceMs`; for others this is UNAVAILABLE.
     */
    async find(digest: Buffer): Promise<KnownKey | null> {
      const name = digest.toString('base64')
      const entry = known.get(name) ?? unknown.get(name)
      if (entry && isWithin(entry.at, freshMs)) return entry.key
      const answer = ask(name, digest)
      if (!entry?.key || !isWithin(entry.at, graceMs)) return answer
      const patience = new AbortController()
      const late = delay(patienceMs, entry.key, { signal: patience.signal }).catch(() => entry.key)
      return Promise.race([answer, late]).finally(() => patience.abort())
    },
    /** Forgets a key, so that the database is asked again. */
    forget(id: string): void {
      forgotten++
      for (const [name, { key }] of known) if (key?.id === id) known.delete(name)
      // Later callers must not join a question that was sent before.
      underWay.clear()
    },
  }
}
