import { Temporal } from 'temporal-polyfill'

/** The clock on the wall of a time zone. */
export type ZoneClock = {
  /** By how many milliseconds it is ahead of UTC at an instant. */
  offsetAt(ms: number): number
}

const clocks = new Map<string, ZoneClock>()

/** No caller names more zones than there are. */
const mostClocks = 600

const createClock = (timezone: string): ZoneClock => {
  // The stretch of constant offset that was asked for last: questions come in the order of time.
  let stretch = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, offset: 0 }
  return {
    offsetAt(ms) {
      if (ms < stretch.from || ms >= stretch.to) {
        const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone)
        stretch = {
          from: ms,
          to: at.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
          offset: at.offsetNanoseconds / 1e6,
        }
      }
      return stretch.offset
    },
  }
}

/** The clock of a time zone by its IANA name; a RangeError for a name that there is not. */
export const zoneClock = (timezone: string): ZoneClock => {
  const known = clocks.get(timezone)
  if (known) return known
  const clock = createClock(timezone)
  clock.offsetAt(0)
  if (clocks.size >= mostClocks) clocks.clear()
  clocks.set(timezone, clock)
  return clock
}
