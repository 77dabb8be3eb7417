import { clockSeconds, clockTime, duration, exactNumber, shortDay } from '../../view/format.ts'
import { absenceIn } from './absence.ts'
import { type Absence, bucketAt, type ChartData, endOf, holesAt, type Series, valueAt, within } from './chart-data.ts'

/** Null: an axis of time since a start. */
export type Zone = string | null

// What is shorter and ends on the next day needs no other date.
const longestNight = 8 * 3_600_000

/** A bucket in words: "12 Mar, 17:00 to 17:05". */
export const bucketText = (data: ChartData, index: number, zone: Zone): string => {
  const [from, to] = [data.times[index]!, endOf(data, index)]
  if (zone === null) return from === 0 ? 'at the start' : `${duration(from / 1_000)} after the start`
  const clock = to - from < 60_000 ? clockSeconds : clockTime
  const [first, last] = [shortDay(from, zone), shortDay(to, zone)]
  // A day ends at the midnight with which the next begins.
  if (first !== last && clockTime(from, zone) === '00:00' && clockTime(to, zone) === '00:00')
    return shortDay(to - 1, zone) === first ? first : `${first} to ${shortDay(to - 1, zone)}`
  return `${first}, ${clock(from, zone)} to ${first === last || to - from < longestNight ? '' : `${last}, `}${clock(to, zone)}`
}

/** A value, or why there is none. */
export type Reading = { value: number } | Absence

/** What the chart says of a series in a bucket. */
export const readingOf = (data: ChartData, series: Series, index: number): Reading => {
  const { times, span } = data
  const value = valueAt(data, series, index)
  return value === null
    ? absenceIn(data, series, {
        // Of what the axis shows: the range may cut a bucket.
        from: Math.max(span.from, times[index]!),
        to: Math.min(span.to, endOf(data, index)),
      })
    : { value }
}

/** What a series is called where its unit has to be told: "Average (viewers)", and "Viewers" alone. */
export const headOf = ({ unit }: Pick<ChartData, 'unit'>, series: Pick<Series, 'name' | 'unit'>): string => {
  const counts = series.unit ?? unit
  return series.name.toLowerCase() === counts ? series.name : `${series.name} (${counts})`
}

export type Readout = {
  /** The bucket in words; null where the crosshair is not over one. */
  when: string | null
  /** What each series is. */
  values: readonly Reading[]
  /** The titles of the broadcasts then. */
  bands: readonly string[]
  /** Why something is missing, where it is known. */
  why: string | null
}

const nothing: Readout = { when: null, values: [], bands: [], why: null }

/** What a chart says at an instant. */
export const readoutAt = (data: ChartData, at: number | null, zone: Zone): Readout => {
  const index = bucketAt(data, at)
  if (index === null || at === null) return nothing
  const [from, to] = [data.times[index]!, endOf(data, index)]
  const holes = holesAt(data.holes ?? [], at)
  const near = holes.length > 0 ? holes : within(data.holes ?? [], { from, to })
  const isLater = data.completeThrough != null && to > data.completeThrough
  return {
    when: bucketText(data, index, zone),
    values: data.series.map((series) => readingOf(data, series, index)),
    bands: (data.bands ?? []).filter((band) => band.from <= at && at < band.to).map(({ label }) => label),
    why: near[0]?.explanation ?? (isLater ? 'Not complete yet: it may still change.' : null),
  }
}

/** The same as a sentence, to be read out. */
export const readoutText = (data: ChartData, at: number | null, zone: Zone): string => {
  const { when, values, bands, why } = readoutAt(data, at, zone)
  if (when === null) return ''
  const parts = data.series.map(({ name }, i) => {
    const reading = values[i]!
    return `${name} ${'value' in reading ? exactNumber(reading.value) : reading.word}`
  })
  return [`${when}: ${parts.join(', ')}.`, why, ...bands.map((band) => `${band}.`)].filter(Boolean).join(' ')
}
