import { offsetOf } from '../../view/zone.ts'

/** The instant of a midnight in a zone. `day` is a date as inputs have it: 2026-03-12. */
const midnight = (day: number, zone: string): number => {
  // The offset before and after a change of the clock differ; the second look is right for all but the hour that does not exist.
  const offsetMs = (at: number): number => {
    const match = /^UTC([+-])(\d\d):(\d\d)$/.exec(offsetOf(zone, at))
    return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3])) * 60_000 : 0
  }
  const first = day - offsetMs(day)
  return day - offsetMs(first)
}

const dayMs = 86_400_000

/** The last day whose end is an instant that the API takes, in every zone. */
export const lastDay = '9999-12-30'

/** The end of a day in a zone, as the API takes it; null for what is no date, and for a day after the last one. */
const endOfDay = (date: string, zone: string): string | null => {
  const day = /^\d{4}-\d\d-\d\d$/.test(date) && date <= lastDay ? Date.parse(date) : Number.NaN
  return Number.isNaN(day) ? null : new Date(midnight(day + dayMs, zone)).toISOString()
}

/** The date of an instant in a zone, as inputs have it. */
export const dateIn = (at: number, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)

/** When a key ends: at no time where no date is given. A date that can not be read is refused, because such a key would never end. */
export const readExpiry = (date: string, zone: string): { expiresAt: string | null; wrong: string | null } => {
  const expiresAt = endOfDay(date, zone)
  return { expiresAt, wrong: date === '' || expiresAt ? null : `Give a date up to ${lastDay}, or none.` }
}
