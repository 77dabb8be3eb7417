import { clockSeconds, clockTime, duration, shortDay } from '../../view/format.ts'
import { instantOfWall, wallTime } from '../../view/wall-time.ts'
import { offsetOf } from '../../view/zone.ts'
import type { Span } from './chart-data.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
// The epoch was a Thursday; weeks begin on Monday.
const firstMonday = 4 * day

/** Steps below a month, in milliseconds. */
const steps = [
  ...[1, 5, 15, 30].map((n) => n * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14].map((n) => n * day),
]
const monthSteps = [1, 2, 3, 6, 12, 24, 60]

type Step = { ms: number; months: number }

const stepFor = (length: number, most: number): Step => {
  const ms = steps.find((step) => length / step <= most)
  if (ms) return { ms, months: 0 }
  const months = monthSteps.find((n) => length / (n * 30.4 * day) <= most) ?? monthSteps.at(-1)!
  return { ms: 0, months }
}

/** Multiples of a step on clocks in the zone. Those that the clocks skip are left out. */
const wallMultiples = ({ from, to }: Span, step: number, origin: number, zone: string): number[] => {
  const ticks: number[] = []
  const last = wallTime(to, zone)
  for (let wall = Math.ceil((wallTime(from, zone) - origin) / step) * step + origin; wall <= last; wall += step) {
    // A day that begins at one o'clock, because clocks skip midnight.
    const at = instantOfWall(wall, zone) ?? (step >= day ? instantOfWall(wall + hour, zone) : null)
    if (at !== null) ticks.push(at)
  }
  return ticks
}

/** Multiples of an hour or less: every one of them, so that an hour that clocks show twice is there twice. */
const shortMultiples = ({ from, to }: Span, step: number, zone: string): number[] => {
  const ticks: number[] = []
  const ahead = (at: number): number => (step - (wallTime(at, zone) % step)) % step
  for (let at = from + ahead(from); at <= to; ) {
    ticks.push(at)
    at += step
    // Clocks may change by less than the step.
    at += ahead(at)
  }
  return ticks
}

const months = ({ from, to }: Span, step: number, zone: string): number[] => {
  const first = new Date(wallTime(from, zone))
  const ticks: number[] = []
  let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step
  while (true) {
    const wall = Date.UTC(Math.floor(month / 12), month % 12)
    const at = instantOfWall(wall, zone) ?? instantOfWall(wall + hour, zone) ?? wall
    if (at > to) return ticks
    if (at >= from) ticks.push(at)
    month += step
  }
}

/** Instants that are round on clocks in the zone, at most about `most`, in order. */
const roundInstants = (span: Span, step: Step, zone: string): number[] => {
  if (step.months > 0) return months(span, step.months, zone)
  if (step.ms <= hour) return shortMultiples(span, step.ms, zone)
  return wallMultiples(span, step.ms, step.ms >= 7 * day ? firstMonday : 0, zone)
}

export type Tick = { at: number; label: string }

const parts = (at: number, zone: string): { year: number; month: number; day: number } => {
  const date = new Date(wallTime(at, zone))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() }
}

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']

const labelOf = (at: number, before: number | undefined, step: Step, zone: string): string => {
  const now = parts(at, zone)
  const last = before === undefined ? null : parts(before, zone)
  if (step.months > 0 || step.ms >= day) {
    const name = step.months > 0 ? monthNames[now.month]! : `${now.day} ${monthNames[now.month]}`
    return last?.year === now.year ? name : `${name}\n${now.year}`
  }
  const time = step.ms < minute ? clockSeconds(at, zone) : clockTime(at, zone)
  if (last?.day !== now.day || last.month !== now.month) return `${time}\n${shortDay(at, zone)}`
  // The clocks changed.
  const changed = wallTime(at, zone) - wallTime(before!, zone) !== at - before!
  return changed ? `${time}\n${offsetOf(zone, at)}` : time
}

/**
 * The ticks of an axis of time, with labels in the zone. A second line says the day or the year where it begins, and the distance from UTC
 * where the clocks changed.
 */
export const zoneTicks = (span: Span, most: number, zone: string): Tick[] => {
  const step = stepFor(span.to - span.from, Math.max(1, most))
  const ticks = roundInstants(span, step, zone)
  return ticks.map((at, i) => ({ at, label: labelOf(at, ticks[i - 1], step, zone) }))
}

/** The ticks of an axis of time since a start. */
export const elapsedTicks = (span: Span, most: number): Tick[] =>
  roundInstants(span, stepFor(span.to - span.from, Math.max(1, most)), 'UTC').map((at) => ({
    at,
    label: at === 0 ? 'start' : duration(at / 1_000),
  }))
