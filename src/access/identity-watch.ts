import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { select } from '../stores/postgres/model.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Identity } from './identity.ts'

/** Watches connected callers, whose key or token can expire or be revoked meanwhile. */
export type IdentityWatch = {
  /** Calls `end` once, with a sentence, when the identity is not valid any more; returns a function that stops watching. */
  watch(identity: Identity, end: (reason: string) => void): () => void
  /** Ends all callers with this key. */
  revoked(keyId: string): void
  /** Ends callers whose identity has expired, then asks the database once for the keys of all others. */
  check(): Promise<void>
  /** Stops watching without ending a caller. */
  [Symbol.asyncDispose](): Promise<void>
}

type IdentityWatchOptions = {
  db: Postgres
  clock: Clock
  log: Log
  /** How often keys are checked while any is watched. */
  everyMs?: number
}

/** Callers with the same subject and expiry. */
type Group = { keyId: string | null; expiresAt: number; ends: Set<(reason: string) => void> }

const inForce = statement(
  'api_keys_in_force',
  sql`SELECT ${select('ApiKey', ['id'])} FROM public.api_keys WHERE id = ANY ($1::text[]) AND revoked_at IS NULL`,
)

const expired = 'The key or token has expired.'
const revoked = 'The key was revoked.'

// The longest timer, so that a step of the clock delays an end by at most as long.
const longestSleepMs = 60_000

/** The subject of an API key. */
export const keySubject = (id: string): string => `key:${id}`

/** For who can not be invalid later, as nearly all that are connected. */
const nothingToStop = (): void => undefined

const keyIdOf = (subject: string | null): string | null => (subject?.startsWith('key:') ? subject.slice(4) : null)

/** Uses one timer for the next expiry and one for revoked keys, however many callers there are. */
export const createIdentityWatch = (options: IdentityWatchOptions): IdentityWatch => {
  const { db, clock, log, everyMs = 2_000 } = options
  const groups = new Map<string, Group>()
  let expiry: NodeJS.Timeout | undefined
  let nextExpiry = Number.POSITIVE_INFINITY
  let recheck: NodeJS.Timeout | undefined
  let checking: Promise<void> | null = null
  let silent = false
  let stopped = false

  const endGroup = (name: string, { ends }: Group, reason: string): void => {
    groups.delete(name)
    for (const end of ends) end(reason)
  }

  const armExpiry = (at: number): void => {
    clearTimeout(expiry)
    nextExpiry = at
    if (at === Number.POSITIVE_INFINITY) return
    expiry = setTimeout(endExpired, Math.min(Math.max(at - clock(), 1), longestSleepMs)).unref()
  }

  const endExpired = (): void => {
    const now = clock()
    let next = Number.POSITIVE_INFINITY
    for (const [name, group] of groups) {
      if (group.expiresAt <= now) endGroup(name, group, expired)
      else if (group.expiresAt < next) next = group.expiresAt
    }
    armExpiry(next)
  }

  const endRevoked = async (): Promise<void> => {
    const keyIds = new Set<string>()
    for (const { keyId } of groups.values()) if (keyId !== null) keyIds.add(keyId)
    if (keyIds.size === 0) return
    try {
      const rows = await db.query(inForce, [[...keyIds]])
      const valid = new Set(rows.map(({ id }) => id))
      // Only keys that were in the question: others have come meanwhile.
      for (const [name, group] of groups)
        if (group.keyId !== null && keyIds.has(group.keyId) && !valid.has(group.keyId)) endGroup(name, group, revoked)
      silent = false
    } catch (error) {
      if (!silent) log.warn({ err: error }, 'keys of open connections can not be checked now')
      silent = true
    }
  }

  const armRecheck = (): void => {
    if (recheck !== undefined || stopped) return
    recheck = setTimeout(async () => {
      await checkNow()
      recheck = undefined
      if (groups.values().some(({ keyId }) => keyId !== null)) armRecheck()
    }, everyMs).unref()
  }

  const checkNow = (): Promise<void> => {
    endExpired()
    checking ??= endRevoked().finally(() => {
      checking = null
    })
    return checking
  }

  return {
    watch({ subject, expiresAt }, end) {
      const keyId = keyIdOf(subject)
      const at = expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
      if (keyId === null && at === Number.POSITIVE_INFINITY) return nothingToStop
      const name = `${subject} ${at}`
      const group = groups.get(name) ?? { keyId, expiresAt: at, ends: new Set() }
      // Two callers may pass the same function, and each needs its own entry.
      const one = (reason: string) => end(reason)
      group.ends.add(one)
      groups.set(name, group)
      if (at < nextExpiry) armExpiry(at)
      if (keyId !== null) armRecheck()
      return () => {
        group.ends.delete(one)
        if (group.ends.size === 0 && groups.get(name) === group) groups.delete(name)
      }
    },
    revoked(keyId) {
      for (const [name, group] of groups) if (group.keyId === keyId) endGroup(name, group, revoked)
    },
    check: checkNow,
    async [Symbol.asyncDispose]() {
      stopped = true
      groups.clear()
      clearTimeout(expiry)
      clearTimeout(recheck)
      await checking
    },
  }
}
