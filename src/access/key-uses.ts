import type { Steady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

const update = statement(
  'api_keys_used',
  `UPDATE public.api_keys SET last_used_at = now()
   WHERE id = ANY ($1::text[]) AND (last_used_at IS NULL OR last_used_at < now() - interval '30 seconds')`,
)

const everyMs = 60_000

/** Stores when keys were last used, by one statement at a time for all that were used meanwhile; a failed write is not repeated. */
export const createKeyUses = ({ db, now, log }: { db: Postgres; now: Steady; log: Log }) => {
  const notedAt = new Map<string, number>()
  let used: string[] = []
  let writing: Promise<void> | null = null

  const writeAll = async (): Promise<void> => {
    while (used.length > 0) {
      const ids = used
      used = []
      for (const [id, at] of notedAt) if (now() - at >= everyMs) notedAt.delete(id)
      await db
        .query(update, [ids])
        .catch((error: unknown) => log.warn({ err: error }, 'the use of keys was not stored'))
    }
    writing = null
  }

  return {
    /** Returns at once. At most one instant a minute is written for each key. */
    note(id: string): void {
      const age = now() - (notedAt.get(id) ?? Number.NEGATIVE_INFINITY)
      if (age < everyMs) return
      notedAt.set(id, now())
      used.push(id)
      writing ??= writeAll()
    },
    /** Waits for what is being written. */
    async [Symbol.asyncDispose](): Promise<void> {
      await writing
    },
  }
}
