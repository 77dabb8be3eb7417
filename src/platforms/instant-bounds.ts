/** Before this no platform that we watch had a broadcast; in milliseconds since the epoch. */
export const earliestMs = Date.UTC(2000, 0, 1)

/** How far a platform's clock may run ahead of ours, in milliseconds. */
const clockToleranceMs = 5 * 60_000

/** The name and the instant of every date in what an adapter read, however deep. */
const datesOf = (value: unknown, name: string): [name: string, at: number][] => {
  if (value instanceof Date) return [[name, value.getTime()]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => datesOf(part, Array.isArray(value) ? name : key))
}

/** Why an instant in what an adapter read can not be true, in a sentence that names it; null when all of them can. */
export const impossibleInstant = (read: unknown, receivedAt: number): string | null => {
  for (const [name, at] of datesOf(read, 'it')) {
    // NaN is on neither side.
    if (!(at >= earliestMs)) return `${name} lies before 2000`
    if (at > receivedAt + clockToleranceMs) return `${name} lies in the future`
  }
  return null
}
