/** Before this no platform that we watch had a broadcast; in milliseconds since the epoch. */
export const earliestMs = Date.UTC(2000, 0, 1)

/** How far a platform's clock may run ahead of ours, in milliseconds. */
const clockToleranceMs = 5 * 60_000

/** Why a date in the value, however deep, lies outside of the bounds; `name` is what the value is called. */
const reasonIn = (value: unknown, name: string, latestMs: number): string | null => {
  if (typeof value !== 'object' || value === null) return null
  if (value instanceof Date) {
    // NaN is on neither side.
    if (!(value.getTime() >= earliestMs)) return `${name} lies before 2000`
    return value.getTime() > latestMs ? `${name} lies in the future` : null
  }
  for (const key in value) {
    const reason = reasonIn(value[key as never], Array.isArray(value) ? name : key, latestMs)
    if (reason !== null) return reason
  }
  return null
}

/** Why an instant in what an adapter read can not be true, in a sentence that names it; null when all of them can. */
export const impossibleInstant = (read: unknown, receivedAt: number): string | null =>
  reasonIn(read, 'it', receivedAt + clockToleranceMs)
