import { wallTime } from '../../view/wall-time.ts'

const dayMs = 86_400_000

export type Day = { day: string; told: number }

const dayOf = (at: number, zone: string): number => Math.floor(wallTime(at, zone) / dayMs)

/** Every day of a range in a zone, in order, also those on which nothing was told. `from` and `to` in milliseconds; the range ends before `to`. */
export const daysBetween = (told: readonly Day[], from: number, to: number, zone: string): Day[] => {
  const counts = new Map(told.map((one) => [one.day, one.told]))
  const [first, last] = [dayOf(from, zone), dayOf(Math.max(from, to - 1), zone)]
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const day = new Date((first + i) * dayMs).toISOString().slice(0, 10)
    return { day, told: counts.get(day) ?? 0 }
  })
}

const formats = {
  short: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' }),
  long: new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' }),
}

/** "12 Mar", or "Thu 12 Mar", of a day such as 2026-03-12. */
export const dayText = (day: string, form: keyof typeof formats = 'short'): string =>
  formats[form].format(Date.parse(day)).replace(',', '')
