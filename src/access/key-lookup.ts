import { setTimeout as delay } from 'node:timers/promises'
import type { Steady } from '../lib/clock.ts'
import { unavailable } from '../lib/errors.ts'
import { expressions, select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { narrowed, sql, statement } from '../stores/postgres/statement.ts'
import type { Role } from './identity.ts'

/** A stored key that is not revoked; it may have expired. */
type KnownKey = { id: string; name: string; role: Role; expiresAt: Date | null }

/** Finds keys by their digests. */
export type KeyLookup = {
  /**
   * The key, or null where there is none in force: as the database said at most `freshMs` ago, or, where it does not answer,
   * at most `graceMs` ago for a key that it knew. UNAVAILABLE where nobody can say.
   */
  find(digest: Buffer): Promise<KnownKey | null>
  /** Forgets a key, so that the database is asked again. */
  forget(id: string): void
}

export type KeyLookupOptions = {
  db: Postgres
  now: Steady
  freshMs?: number
  graceMs?: number
  /** How long a caller whose key is known waits for a database that does not answer. */
  patienceMs?: number
  /** How many keys, and how many texts that are none, are remembered. */
  maxEntries?: number
}

type Entry = { key: KnownKey | null; at: number }
type Waiting = { digest: Buffer; settle: PromiseWithResolvers<KnownKey | null> }

const readKeys = statement(
  'api_keys_by_digest',
  sql`SELECT ${narrowed<KnownKey>(select('ApiKey', ['id', 'name', 'role', 'expiresAt']))},
     ${expressions<{ digest: Buffer }>({ digest: 'digest' })}
   FROM public.api_keys WHERE digest = ANY ($1::bytea[]) AND revoked_at IS NULL`,
)

const maxBatch = 500
const maxWaiting = 10_000

const remember = (entries: Map<string, Entry>, name: string, entry: Entry, maxEntries: number): void => {
  entries.delete(name)
  entries.set(name, entry)
  if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
}

/**
 * A lookup that remembers for a moment. It has one statement under way at a time, for everything that was asked meanwhile: a
 * flood of invented keys takes one connection, and never the place of keys that exist.
 */
export const createKeyLookup = (options: KeyLookupOptions): KeyLookup => {
  const { db, now, freshMs = 2_000, graceMs = 60_000, patienceMs = 1_000, maxEntries = 10_000 } = options
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
        const key = row ? { id: row.id, name: row.name, role: row.role, expiresAt: row.expiresAt } : null
        // What was revoked since the statement began may have been read before that.
        if (key === null) {
          known.delete(name)
          remember(unknown, name, { key, at }, maxEntries)
        } else if (forgotten === before) {
          unknown.delete(name)
          remember(known, name, { key, at }, maxEntries)
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
    async find(digest) {
      const name = digest.toString('base64')
      const entry = known.get(name) ?? unknown.get(name)
      if (entry && isWithin(entry.at, freshMs)) return entry.key
      const answer = ask(name, digest)
      if (!entry?.key || !isWithin(entry.at, graceMs)) return answer
      const patience = new AbortController()
      const late = delay(patienceMs, entry.key, { signal: patience.signal }).catch(() => entry.key)
      return Promise.race([answer, late]).finally(() => patience.abort())
    },
    forget(id) {
      forgotten++
      for (const [name, { key }] of known) if (key?.id === id) known.delete(name)
      // Who asks from now on must not get an answer that was read before.
      underWay.clear()
    },
  }
}
