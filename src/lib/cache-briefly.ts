import type { Steady } from './clock.ts'

const freshMs = 5_000

/** Keeps the result of the work for five seconds; a failure is not kept. Calls at the same time share one run. */
export const cacheBriefly = <T>(steady: Steady, work: () => Promise<T>): (() => Promise<T>) => {
  let last: { at: number; value: Promise<T> } | undefined
  return () => {
    if (last && steady() - last.at < freshMs) return last.value
    const value = work()
    last = { at: steady(), value }
    value.catch(() => {
      last = undefined
    })
    return value
  }
}
