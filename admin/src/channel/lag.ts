import { duration } from '../view/format.ts'

/** How much later something was, in words: "at once", "after 340 ms", "after 12 s"; before where a clock runs ahead. */
export const lagText = (ms: number): string => {
  if (ms < 0) return `${ms <= -1_000 ? duration(-ms / 1_000) : `${Math.round(-ms)} ms`} before`
  if (ms === 0) return 'at once'
  return `after ${ms < 1_000 ? `${Math.round(ms)} ms` : duration(ms / 1_000)}`
}
