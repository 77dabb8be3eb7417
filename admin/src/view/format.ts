const formats = new Map<string, Intl.DateTimeFormat>()

const format = (zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = zone + JSON.stringify(options)
  const made = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options })
  formats.set(key, made)
  return made
}

const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
const day = { day: 'numeric', month: 'short' } as const

/** "17:02" */
export const clockTime = (at: number, zone: string): string => format(zone, clock).format(at)

/** "17:02:31" */
export const clockSeconds = (at: number, zone: string): string =>
  format(zone, { ...clock, second: '2-digit' }).format(at)

/** "12 Mar" in the year of now, else "12 Mar 2025". */
export const shortDay = (at: number, zone: string, now = Date.now()): string => {
  const year = format(zone, { year: 'numeric' })
  return format(zone, year.format(at) === year.format(now) ? day : { ...day, year: 'numeric' }).format(at)
}

/** "17:02" for today, else "12 Mar, 17:02". */
export const shortInstant = (at: number, zone: string, now = Date.now()): string => {
  const today = format(zone, { ...day, year: 'numeric' })
  const time = clockTime(at, zone)
  return today.format(at) === today.format(now) ? time : `${shortDay(at, zone, now)}, ${time}`
}

/** "12 Mar, 17:02", of today too */
export const datedInstant = (at: number, zone: string): string => `${shortDay(at, zone)}, ${clockTime(at, zone)}`

/** "12 Mar, 17:02:31" */
export const datedSeconds = (at: number, zone: string): string => `${shortDay(at, zone)}, ${clockSeconds(at, zone)}`

/** "Thu, 12 Mar 2026, 17:02:31" */
export const longInstant = (at: number, zone: string): string =>
  format(zone, { weekday: 'short', ...day, year: 'numeric', ...clock, second: '2-digit' }).format(at)

/** "2026-03-12 17:02:31 UTC": the same everywhere. */
export const utcInstant = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`

const spans: readonly [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** "3 h 12 min": the two greatest units of a span in seconds. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds))
  const first = spans.findIndex(([, size]) => whole >= size)
  if (first < 0) return '0 s'
  const [name, size] = spans[first]!
  const next = spans[first + 1]
  const rest = next ? Math.floor((whole % size) / next[1]) : 0
  return rest > 0 ? `${Math.floor(whole / size)} ${name} ${rest} ${next![0]}` : `${Math.floor(whole / size)} ${name}`
}

/** "12.4 k": short where it is scanned. Below a thousand it is whole. */
export const shortNumber = (value: number): string => {
  const size = Math.abs(value)
  const [divisor, unit] =
    size >= 999_500_000 ? [1e9, ' G'] : size >= 999_500 ? [1e6, ' M'] : size >= 1_000 ? [1e3, ' k'] : [1, '']
  const scaled = value / divisor
  const digits = divisor > 1 && Math.abs(scaled) < 99.95 ? 1 : 0
  return `${scaled.toFixed(digits)}${unit}`
}

const exact = [0, 1, 2].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }))

/** "12,412", "41.7", "3.25": all of a whole number, and of others no more digits than such a number is sure of. */
export const exactNumber = (value: number): string => {
  const size = Math.abs(value)
  return exact[size >= 100 ? 0 : size >= 10 ? 1 : 2]!.format(value)
}

/** "3 viewers", "1 viewer"; the unit in the plural. */
export const counted = (value: number, unit: string): string =>
  `${exactNumber(value)} ${value === 1 ? (unit === 'people' ? 'person' : unit.replace(/s$/, '')) : unit}`

/** "98.2 %"; 100 % is said only of what is whole. */
export const percent = (part: number): string => {
  const hundredths = Math.floor(part * 1_000) / 10
  return `${part >= 1 ? 100 : hundredths} %`
}

/** "12.3 MB" */
export const bytes = (count: number): string => {
  const [divisor, unit] =
    count >= 1e9 ? [1e9, 'GB'] : count >= 1e6 ? [1e6, 'MB'] : count >= 1e3 ? [1e3, 'kB'] : [1, 'B']
  return `${(count / divisor).toFixed(divisor > 1 && count / divisor < 99.95 ? 1 : 0)} ${unit}`
}
