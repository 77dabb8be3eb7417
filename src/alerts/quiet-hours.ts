import { type ZoneClock, zoneClock } from '../lib/zone-clock.ts'

/** Hours in which nothing is told, by the clock on the wall. */
export type QuietHours = {
  /** IANA name of the time zone. */
  timezone: string
  /** Minutes after midnight at which they begin, and end. They go on after midnight where the end is not later. */
  from: number
  until: number
  /** Days of the week on which they begin, Monday is 1; empty for every day. */
  days: readonly number[]
}

const minuteMs = 60_000
const dayMinutes = 1_440

/** Whether the clock on the wall shows a time within the hours. Where it goes back, the same hours come twice; hours that it leaves out do not come. */
export const isQuiet = (
  { timezone, from, until, days }: QuietHours,
  atMs: number,
  clock: ZoneClock = zoneClock(timezone),
): boolean => {
  const wall = Math.floor((atMs + clock.offsetAt(atMs)) / minuteMs)
  const minute = wall - Math.floor(wall / dayMinutes) * dayMinutes
  // 1970-01-01 was a Thursday.
  const today = ((((Math.floor(wall / dayMinutes) + 3) % 7) + 7) % 7) + 1
  const yesterday = ((today + 5) % 7) + 1
  const beginsOn = (day: number) => days.length === 0 || days.includes(day)
  if (from < until) return minute >= from && minute < until && beginsOn(today)
  return (minute >= from && beginsOn(today)) || (minute < until && beginsOn(yesterday))
}
