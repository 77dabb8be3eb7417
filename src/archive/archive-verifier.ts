import { setTimeout as delay } from 'node:timers/promises'
import { limitConcurrency } from '../lib/concurrency-limit.ts'
import { unavailable } from '../lib/errors.ts'
import { ObjectStoreError } from '../stores/objects/object-store.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { historyUnavailable } from '../telemetry/history-unavailable.ts'
import type { Archive } from './archive-log.ts'
import type { ArchiveStores } from './read-archive.ts'
import { type Verdict, verifyStoredArchive } from './verify-archive.ts'

/** Reads archived hours back for callers who do not wait for ever. */
export type ArchiveVerifier = {
  /**
   * Verifies an archived hour, or joins the verification that is under way; null when it takes longer than `patienceMs`, and then whoever
   * asks again gets its result. UNAVAILABLE where a store does not answer, or too many hours wait.
   */
  verify(archive: Archive, patienceMs: number): Promise<Verdict | null>
}

/** How long a result that nobody waited for is kept, in milliseconds. */
const keptMs = 10 * 60_000
const maxWaiting = 20

const ofObjects = (error: unknown): never => {
  throw error instanceof ObjectStoreError
    ? unavailable('The objects of the archive can not be read now.', error)
    : error
}

/** A verifier that reads one hour at a time, because each of its objects is in memory as a whole. */
export const createArchiveVerifier = (options: ArchiveStores & { db: Transaction; env: string }): ArchiveVerifier => {
  const { db, env } = options
  const turns = limitConcurrency({ slots: 1, maxQueued: maxWaiting }, () =>
    unavailable(`${maxWaiting} archived hours wait to be read already: try again later.`),
  )
  const known = new Map<number, Promise<Verdict>>()

  const begin = (archive: Archive): Promise<Verdict> => {
    const hour = archive.from.getTime()
    const verdict = turns
      .run(() => verifyStoredArchive(db, options, env, archive))
      .catch(historyUnavailable('check of the archive'))
      .catch(ofObjects)
    const forget = () => void (known.get(hour) === verdict && known.delete(hour))
    known.set(hour, verdict)
    verdict.then(() => setTimeout(forget, keptMs).unref(), forget)
    return verdict
  }

  return {
    async verify(archive, patienceMs) {
      const hour = archive.from.getTime()
      const patience = new AbortController()
      try {
        const verdict = await Promise.race([
          known.get(hour) ?? begin(archive),
          delay(patienceMs, null, { signal: patience.signal }),
        ])
        if (verdict) known.delete(hour)
        return verdict
      } finally {
        patience.abort()
      }
    },
  }
}
