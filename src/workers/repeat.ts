import { sleep } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'

/**
 * Runs `work` after `firstAfterMs` and then again and again, with a pause of `everyMs` between. A failure is logged with
 * `name`, and the next run comes all the same. Disposing aborts the run that is under way and waits for its end.
 */
export const repeat = (
  work: (signal: AbortSignal) => Promise<void>,
  { name, everyMs, firstAfterMs = 0, log }: { name: string; everyMs: number; firstAfterMs?: number; log: Log },
): AsyncDisposable => {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    await sleep(firstAfterMs, stopping.signal)
    while (!stopping.signal.aborted) {
      try {
        await work(stopping.signal)
      } catch (error) {
        if (!stopping.signal.aborted)
          log.warn({ err: error, work: name }, 'periodic work failed and will be tried again')
      }
      await sleep(everyMs, stopping.signal)
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}
