import { backoffMs, sleep } from '../lib/backoff.ts'
import { reasonText } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Settings } from './settings.ts'

type ApplySettingOptions<T> = {
  settings: Settings
  /** The value that the work depends on; compared by identity. */
  of: (settings: Settings) => T
  /** What the work is called in the log. */
  name: string
  log: Log
}

/**
 * Does the work for the present value, and again after each change, one at a time; only the latest value counts. Work that
 * fails is tried again until it is done or the value changes.
 */
export const applySetting = <T>(
  { settings, of, name, log }: ApplySettingOptions<T>,
  work: (value: T, signal: AbortSignal) => Promise<unknown>,
): AsyncDisposable => {
  const stopping = new AbortController()
  let changed = Promise.withResolvers<void>()
  const forget = settings.onChange(() => changed.resolve())
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()))

  const run = async (): Promise<void> => {
    let done: { value: T } | undefined
    for (let failures = 0; !stopping.signal.aborted; ) {
      changed = Promise.withResolvers<void>()
      const value = of(settings)
      if (done && Object.is(done.value, value)) {
        await Promise.race([changed.promise, stopped])
        continue
      }
      try {
        // A store that does not answer must not delay the stop.
        await Promise.race([work(value, stopping.signal), stopped])
        done = { value }
        failures = 0
      } catch (error) {
        if (stopping.signal.aborted) return
        log.warn({ err: reasonText(error), work: name }, 'a setting could not be put into effect; trying again')
        const patience = new AbortController()
        void Promise.race([changed.promise, stopped]).then(() => patience.abort())
        await sleep(backoffMs(failures++, { baseMs: 500, maxMs: 60_000 }), patience.signal)
      }
    }
  }
  const running = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      forget()
      await running
    },
  }
}
