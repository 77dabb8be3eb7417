import { Temporal } from 'temporal-polyfill'

/** A stretch of time with one offset from UTC, in milliseconds: `from <= t < to`. */
type Segment = { from: number; to: number; offset: number }

/** Instants at a fixed distance: `first`, `first + step`, ..., `count` of them. */
type Run = { first: number; step: number; count: number }

const zoned = (ms: number, timezone: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone)

/** The stretches of constant offset between two instants, in order. */
const segmentsOf = (from: number, to: number, timezone: string): Segment[] => {
  const segments: Segment[] = []
  for (let start = from; start < to; ) {
    const at = zoned(start, timezone)
    const end = Math.min(at.getTimeZoneTransition('next')?.epochMilliseconds ?? to, to)
    segments.push({ from: start, to: end, offset: at.offsetNanoseconds / 1e6 })
    start = end
  }
  return segments
}

/**
 * The instants after `from` and before `to` at which the local clock of the zone enters a step it has not been in, for
 * steps of a fixed width counted from `phase` on the local clock. Where clocks go back over part of a step, that step is
 * longer; where they go back over whole steps, these are passed twice.
 */
const stepRuns = (from: number, to: number, timezone: string, width: number, phase: number): Run[] => {
  const runs: Run[] = []
  let reached = Number.NEGATIVE_INFINITY
  let previousOffset: number | undefined
  for (const { from: start, to: end, offset } of segmentsOf(from, to, timezone)) {
    const stepOf = (ms: number) => Math.floor((ms + offset - phase) / width)
    const startOf = (step: number) => step * width - offset + phase
    const shift = offset - (previousOffset ?? offset)
    if (shift < 0 && shift % width === 0) reached += shift / width
    const isFirst = previousOffset === undefined
    if (isFirst) reached = stepOf(start)
    // Clocks that go forward may enter a step at once, in its middle.
    else if (stepOf(start) > reached) {
      reached = stepOf(start)
      runs.push({ first: start, step: width, count: 1 })
    }
    const last = stepOf(end - 1)
    if (last > reached) {
      runs.push({ first: startOf(reached + 1), step: width, count: last - reached })
      reached = last
    }
    previousOffset = offset
  }
  return runs
}

const monthStarts = (from: number, to: number, timezone: string): Run[] => {
  const runs: Run[] = []
  const last = zoned(to, timezone).toPlainDate().toPlainYearMonth()
  for (
    let month = zoned(from, timezone).toPlainDate().toPlainYearMonth();
    Temporal.PlainYearMonth.compare(month, last) <= 0;
    month = month.add({ months: 1 })
  ) {
    const first = month.toPlainDate({ day: 1 }).toZonedDateTime(timezone).epochMilliseconds
    if (first > from && first < to) runs.push({ first, step: 1, count: 1 })
  }
  return runs
}
