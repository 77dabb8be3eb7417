import { type Absence, type ChartData, holesOfSeries, overlaps, type Series, type Span } from './chart-data.ts'

const lengthWithin = (stretch: Span, { from, to }: Span): number =>
  Math.max(0, Math.min(stretch.to, to) - Math.max(stretch.from, from))

const nothing: Absence = { word: 'unknown', reason: 'Nothing was observed.' }

/** Why a series has no value in a bucket. A hole tells it where it is at least half of the bucket. */
export const absenceIn = (data: ChartData, series: Pick<Series, 'name'>, bucket: Span): Absence => {
  const { holes = [], onAir, completeThrough, unknown = nothing } = data
  const inside = holesOfSeries(holes, series).filter((hole) => overlaps(hole, bucket))
  const longest = inside.toSorted((a, b) => lengthWithin(b, bucket) - lengthWithin(a, bucket))[0]
  const missing = inside.reduce((sum, hole) => sum + lengthWithin(hole, bucket), 0)
  if (longest && 2 * missing >= bucket.to - bucket.from)
    return { word: longest.isBefore ? 'not watched yet' : 'not observed', reason: longest.explanation }
  if (completeThrough != null && bucket.to > completeThrough)
    return { word: 'not complete yet', reason: 'It may still change.' }
  if (!onAir) return longest ? { word: unknown.word, reason: longest.explanation } : unknown
  return onAir.some((stretch) => overlaps(stretch, bucket))
    ? { word: 'not counted', reason: longest?.explanation ?? 'The streamer hides the number, or no probe counted it.' }
    : { word: 'offline', reason: 'It was not broadcasting.' }
}
