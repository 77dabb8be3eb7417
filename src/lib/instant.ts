const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

// The instants that both stores can hold.
const firstInstant = Date.parse('1900-01-01T00:00:00Z')
const lastInstant = Date.parse('2299-12-31T23:59:59.999Z')

/** The instant of an RFC 3339 text with a zone, cut to milliseconds; null for any other value, for impossible days and outside 1900 to 2299. */
export const parseInstant = (value: unknown): Date | null => {
  const parts = typeof value === 'string' ? instantPattern.exec(value) : null
  if (!parts) return null
  // A day past the end of its month would roll over into the next.
  const day = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`)
  if (day.getUTCDate() !== Number(parts[3])) return null
  const instant = new Date(parts[0].toUpperCase())
  return instant.getTime() >= firstInstant && instant.getTime() <= lastInstant ? instant : null
}

const secondsOf = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const
// 1970 began on a Thursday, and a week begins on Monday.
const firstMondayMs = 4 * 86_400_000
const longestMs = 36_525 * 86_400_000
const relativePattern = /^now(?:([+-])(\d{1,10})([smhdw]))?(?:\/([hdw]))?$/

/** An instant that is told from now: "now", "now-24h", or "now-1d/d" for the beginning of yesterday in UTC. */
export class RelativeInstant {
  readonly #offsetMs: number
  readonly #roundedMs: number | null

  constructor(offsetMs: number, roundedMs: number | null) {
    this.#offsetMs = offsetMs
    this.#roundedMs = roundedMs
  }

  /** The instant itself; `now` is in milliseconds since the epoch. */
  at(now: number): Date {
    const instant = now + this.#offsetMs
    const unit = this.#roundedMs
    if (unit === null) return new Date(instant)
    const origin = unit === secondsOf.w * 1_000 ? firstMondayMs : 0
    return new Date(origin + Math.floor((instant - origin) / unit) * unit)
  }
}

/** Reads a text that tells an instant from now, at most a hundred years away; null for any other value. */
export const parseRelativeInstant = (value: unknown): RelativeInstant | null => {
  const parts = typeof value === 'string' ? relativePattern.exec(value) : null
  if (!parts) return null
  const [, sign, count, unit, rounding] = parts
  const msOf = (name: string) => secondsOf[name as keyof typeof secondsOf] * 1_000
  const distance = unit === undefined ? 0 : Number(count) * msOf(unit)
  if (distance > longestMs) return null
  return new RelativeInstant(sign === '-' ? -distance : distance, rounding === undefined ? null : msOf(rounding))
}
