import { sleep } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'

export type RepeatOptions = {
  /** What the work is called in the log. */
  name: string
  everyMs: number
  /** Wait before the first run; 0 runs at once. */
  firstAfterMs?: number
  log: Log
}

/** Runs `work` again and again with a pause between; a failure is logged and the next run comes all the same. */
export const repeat = (
  work: (signal: AbortSignal) => Promise<void>,
  { name, everyMs, firstAfterMs = 0, log }: RepeatOptions,
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
