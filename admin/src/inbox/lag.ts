import { duration } from '../view/format.ts'

/** How late something came, from milliseconds: "464 ms", "2.8 s", "1 h 5 min". */
export const lagText = (ms: number): string => {
  const size = Math.abs(ms)
  const sign = ms < 0 ? '−' : ''
  if (size < 1_000) return `${sign}${Math.round(size)} ms`
  if (size < 10_000) return `${sign}${(Math.floor(size / 100) / 10).toFixed(1)} s`
  return `${sign}${duration(size / 1_000)}`
}

const usualMs = 5_000
const lateMs = 300_000

/** The lag of a delivery in words. */
export const lagSentence = (ms: number): string => {
  if (ms < 0) return `It arrived ${lagText(-ms)} before the platform says it was sent: its clock is ahead of ours.`
  if (ms <= usualMs) return `It arrived ${lagText(ms)} after it was sent, as usual.`
  return `It arrived ${lagText(ms)} after it was sent${ms > lateMs ? ', which counts as late' : ''}.`
}
