/** An instant as links and the API have it: RFC 3339, or told from now ("now", "now-24h", "now-1d/d"). */
export type InstantText = string

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
// A week begins on Monday; the epoch was a Thursday.
const weekOffsetMs = 4 * 86_400_000

const relative = /^now(?:-(\d{1,10})([smhdw]))?(?:\/([hdw]))?$/
const absolute =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/
// What the server accepts: the years 1900 to 2299, and at most a hundred years from now.
const firstMs = Date.parse('1900-01-01T00:00:00Z')
const lastMs = Date.parse('2299-12-31T23:59:59.999Z')
const longestMs = 36_525 * 86_400_000

const readAbsolute = (text: string): number | null => {
  const day = absolute.exec(text)?.[1]
  const at = Date.parse(text)
  if (!day || !(at >= firstMs && at <= lastMs)) return null
  // A day past the end of its month would roll over into the next.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? at : null
}

/** The instant in milliseconds of the epoch, as the server reads the text; null for what is none. */
export const readInstant = (text: InstantText, now: number): number | null => {
  const match = relative.exec(text)
  if (!match) return readAbsolute(text)
  const [, amount, unit, start] = match
  const distance = amount ? Number(amount) * unitMs[unit!]! : 0
  if (distance > longestMs) return null
  const instant = now - distance
  if (!start) return instant
  const size = unitMs[start]!
  const offset = start === 'w' ? weekOffsetMs : 0
  return Math.floor((instant - offset) / size) * size + offset
}

export const isRelative = (text: InstantText): boolean => relative.test(text)

/** The instant as links have it, in UTC: seconds where it has any. */
export const printInstant = (at: number): InstantText => new Date(at).toISOString().replace('.000Z', 'Z')

/** The same instant as the API reads it. A link may leave the seconds out. */
export const apiInstant = (text: InstantText): string => (isRelative(text) ? text : printInstant(Date.parse(text)))
