import type { Log } from '../lib/log.ts'
import { createJournal } from '../live/journal.ts'
import type { JournalEvent } from '../live/status-source.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'

/** Where a journal is at. */
export type JournalPosition = { epoch: string; head: number }

/**
 * Follows the journal until the signal aborts: `begin` gets its position, and again where the journal was replaced; `events` gets what came
 * after it, in order.
 */
export const followEvents = async (
  { db, log, signal }: { db: Postgres; log: Log; signal: AbortSignal },
  begin: (position: JournalPosition) => Promise<void>,
  events: (events: readonly JournalEvent[]) => void,
): Promise<void> => {
  await using journal = createJournal({ postgres: db, log })
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  let begun = Promise.resolve()
  journal.follow({
    begin(position) {
      begun = begun.then(() => begin(position))
      begun.catch(reject)
    },
    async events(batch) {
      await begun
      if (!signal.aborted) events(batch)
    },
    viewers: () => undefined,
    deleted: () => undefined,
  })
  if (signal.aborted) return
  signal.addEventListener('abort', () => resolve(), { once: true })
  await ended
}
