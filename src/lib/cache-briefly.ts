import type { Steady } from './clock.ts'

/** What a number that the database has to be asked for is worth, in milliseconds. */
const freshMs = 5_000

/** The answer of the work, asked for again when it is older than five seconds or when it failed; everyone who asks meanwhile shares one. */
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
