import { clockSeconds, clockTime, duration, exactNumber, shortDay } from '../../view/format.ts'
import { bucketAt, type ChartData, endOf, holesAt } from './chart-data.ts'

/** Null: an axis of time since a start. */
export type Zone = string | null

/** A bucket in words: "12 Mar, 17:00 to 17:05". */
export const bucketText = (data: ChartData, index: number, zone: Zone): string => {
  const [from, to] = [data.times[index]!, endOf(data, index)]
  if (zone === null) return `${duration(from / 1_000)} after the start`
  const clock = to - from < 60_000 ? clockSeconds : clockTime
  const [first, last] = [shortDay(from, zone), shortDay(to, zone)]
  // A day ends at the midnight with which the next begins.
  if (first !== last && clockTime(from, zone) === '00:00' && clockTime(to, zone) === '00:00')
    return shortDay(to - 1, zone) === first ? first : `${first} to ${shortDay(to - 1, zone)}`
  return `${first}, ${clock(from, zone)} to ${first === last || to - from < 86_400_000 ? '' : `${last}, `}${clock(to, zone)}`
}

export type Readout = {
  /** The bucket in words; null where the crosshair is not over one. */
  when: string | null
  /** A value for each series. */
  values: readonly (number | null)[]
  /** Why there is none, where it is known. */
  why: string | null
}

/** What a chart says at an instant. */
export const readoutAt = (data: ChartData, at: number | null, zone: Zone): Readout => {
  const index = bucketAt(data, at)
  if (index === null || at === null) return { when: null, values: data.series.map(() => null), why: null }
  const values = data.series.map((series) => series.values[index] ?? null)
  const [from, to] = [data.times[index]!, endOf(data, index)]
  const holes = holesAt(data.holes ?? [], at)
  const near = holes.length > 0 ? holes : (data.holes ?? []).filter((hole) => hole.from < to && hole.to > from)
  const isLater = data.completeThrough !== null && data.completeThrough !== undefined && to > data.completeThrough
  const why = near[0]?.explanation ?? (isLater ? 'Not complete yet: it may still change.' : null)
  return { when: bucketText(data, index, zone), values, why }
}

/** The same as a sentence, to be read out. */
export const readoutText = (data: ChartData, at: number | null, zone: Zone): string => {
  const { when, values, why } = readoutAt(data, at, zone)
  if (when === null) return ''
  const parts = data.series.map(({ name }, i) => {
    const value = values[i] ?? null
    return `${name} ${value === null ? 'unknown' : exactNumber(value)}`
  })
  return [`${when}: ${parts.join(', ')}.`, why].filter(Boolean).join(' ')
}
