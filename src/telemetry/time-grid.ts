import { Temporal } from 'temporal-polyfill'

/** The steps into which the local clock of a zone is cut: of a fixed width counted from a phase, both in milliseconds, or months. */
export type Grid = { width: number; phase: number } | 'month'

/** Instants at a fixed distance: `first`, `first + step`, ..., `count` of them. */
type Run = { first: number; step: number; count: number }

/** The cuts around a stretch of time, described without listing them. */
export type Cuts = {
  /** Steps that the stretch touches. */
  count: number
  /** The ends of these steps: one more than there are steps, in order; the first and last may lie outside the stretch. */
  list(): number[]
}

const day = 86_400_000

const zoned = (ms: number, timezone: string) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone)

/** The stretches of constant offset from UTC between two instants, in order. */
const segmentsOf = (from: number, to: number, timezone: string): { from: number; to: number; offset: number }[] => {
  const segments = []
  for (let start = from; start < to; ) {
    const at = zoned(start, timezone)
    const end = Math.min(at.getTimeZoneTransition('next')?.epochMilliseconds ?? to, to)
    segments.push({ from: start, to: end, offset: at.offsetNanoseconds / 1e6 })
    start = end
  }
  return segments
}

/**
 * The instants at which the local clock enters a new step. When the clock goes back by a part of a step, that step becomes
 * longer. When it goes back by whole steps, these come a second time.
 */
const stepRuns = (from: number, to: number, timezone: string, width: number, phase: number): Run[] => {
  const runs: Run[] = []
  let reached = Number.NaN
  let previousOffset: number | undefined
  for (const { from: start, to: end, offset } of segmentsOf(from, to, timezone)) {
    const stepAt = (ms: number) => Math.floor((ms + offset - phase) / width)
    const entered = stepAt(start)
    if (previousOffset === undefined) reached = entered
    else {
      const shift = offset - previousOffset
      if (shift < 0 && shift % width === 0) reached += shift / width
      // When the clock goes forward, a step can be entered in its middle.
      if (entered > reached) {
        runs.push({ first: start, step: width, count: 1 })
        reached = entered
      }
    }
    const last = stepAt(end - 1)
    if (last > reached) {
      runs.push({ first: (reached + 1) * width + phase - offset, step: width, count: last - reached })
      reached = last
    }
    previousOffset = offset
  }
  return runs
}

const monthRuns = (from: number, to: number, timezone: string): Run[] => {
  const first = zoned(from, timezone).toPlainDate().toPlainYearMonth()
  const months = first.until(zoned(to, timezone).toPlainDate().toPlainYearMonth(), { largestUnit: 'months' }).months
  return Array.from({ length: months }, (_, index) => {
    const start = first.add({ months: index + 1 }).toPlainDate({ day: 1 })
    return { first: start.toZonedDateTime(timezone).epochMilliseconds, step: 1, count: 1 }
  })
}

const countInside = ({ first, step, count }: Run, from: number, to: number): number => {
  const below = (limit: number) => Math.min(count, Math.max(0, Math.ceil((limit - first) / step)))
  return below(to) - below(from + 1)
}

/** The instants of a run in the stretch, and the nearest one on either side. */
const cutsOf = ({ first, step, count }: Run, from: number, to: number): number[] => {
  const start = Math.min(count - 1, Math.max(0, Math.floor((from - first) / step)))
  const end = Math.min(count, Math.max(start, Math.ceil((to - first) / step)) + 1)
  return Array.from({ length: end - start }, (_, index) => first + (start + index) * step)
}

/** The cuts of a grid that the stretch `from <= t < to` touches, in a zone that exists. */
export const cutsAround = (from: number, to: number, timezone: string, grid: Grid): Cuts => {
  // Clocks have gone back by up to a day, and a step is longer by at most as much.
  const margin = (grid === 'month' ? 31 * day : grid.width) + 2 * day
  const runs =
    grid === 'month'
      ? monthRuns(from - margin, to + margin, timezone)
      : stepRuns(from - margin, to + margin, timezone, grid.width, grid.phase)
  return {
    count: from < to ? 1 + runs.reduce((sum, run) => sum + countInside(run, from, to), 0) : 0,
    list: () => {
      if (from >= to) return []
      const cuts = runs.flatMap((run) => cutsOf(run, from, to))
      const start = cuts.findLastIndex((cut) => cut <= from)
      const end = cuts.findIndex((cut) => cut >= to)
      return cuts.slice(start, end + 1)
    },
  }
}

/** The canonical name of an IANA time zone; null when there is none of this name. */
export const timeZoneName = (name: string): string | null => {
  if (!/^[A-Za-z]/.test(name)) return null
  try {
    return zoned(0, name).timeZoneId
  } catch {
    return null
  }
}
