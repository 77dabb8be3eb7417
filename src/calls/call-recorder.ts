import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { CallRecord } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { logCalls } from './log-calls.ts'

/** Logs calls of those who can not reach the database themselves; disposing waits for what is being written. */
export type CallRecorder = AsyncDisposable & {
  /** Does not wait, and never throws. */
  record(call: CallRecord): void
}

/** Makes the recorder of a process. A call that the database does not take is told in our own log. */
export const createCallRecorder = (db: Transaction, log: Log): CallRecorder => {
  const writing = new Set<Promise<void>>()
  return {
    record(call) {
      const { platform, endpoint, status } = call
      const written = logCalls(db, [call])
        .catch((error: unknown) =>
          log.warn(
            { platform, endpoint, status, reason: reasonText(error) },
            'a call to a platform could not be logged',
          ),
        )
        .finally(() => writing.delete(written))
      writing.add(written)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(writing)
    },
  }
}
