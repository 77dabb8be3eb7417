import { backoffMs, sleep } from '../lib/backoff.ts'
import { ConfigError, reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { isUnavailable, permanentFailureReason } from '../stores/postgres/failure.ts'

/** A database answers, and can not be used yet; the message is a sentence that says why. */
export class NotYetUsable extends Error {
  override name = 'NotYetUsable'
}

/** Does what needs a Postgres database, waiting for a server that does not answer yet, or can not be used yet. */
export const whenItAnswers = async <T>(
  variable: string,
  log: Log,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> => {
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      const reason = permanentFailureReason(error)
      if (reason) throw new ConfigError(`${variable} can not be used: ${reason}.`)
      const isEarly = error instanceof NotYetUsable
      if (!(isEarly || isUnavailable(error)) || signal.aborted) throw error
      const attempt = failures + 1
      if (isEarly) log.warn({ attempt }, `${error.message} Waiting for it.`)
      else log.warn({ attempt, err: reasonText(error) }, `${variable} does not answer; trying again`)
      await sleep(backoffMs(failures, { baseMs: 500, maxMs: 10_000 }) + 250, signal)
    }
  }
}
