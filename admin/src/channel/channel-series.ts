import type { ChannelChartsQuery } from '../../generated/graphql.ts'
import type { Band, ChartData, Hole, Series, Span } from '../parts/chart/chart-data.ts'
import { holesOf } from '../parts/chart/hole-words.ts'

/** An answer without the names of its types. */
export type Bare<Value> = Value extends readonly (infer One)[]
  ? readonly Bare<One>[]
  : Value extends object
    ? { [Key in keyof Value as Exclude<Key, '__typename'>]: Bare<Value[Key]> }
    : Value

export type ChartsOfChannel = Bare<NonNullable<ChannelChartsQuery['channel']>>
type Session = ChartsOfChannel['sessions']['nodes'][number]

/** A count of viewers that came while somebody looked. */
export type Sample = { at: number; viewers: number | null }

// As the server says it of a span before the channel was watched.
const notTracked = 'not tracked yet'

const ms = (text: string): number => Date.parse(text)

/** The chapters of broadcasts as bands; one that nothing was reported of is one band. */
export const bandsOf = (sessions: readonly Session[], now: number): Band[] =>
  sessions.flatMap(({ startedAt, endedAt, title, category, chapters }) => {
    const end = endedAt ? ms(endedAt) : now
    const parts = chapters.length > 0 ? chapters : [{ from: startedAt, until: endedAt, title, category }]
    return parts.map((part) => ({
      from: ms(part.from),
      to: part.until ? ms(part.until) : end,
      label: [part.title, part.category].filter(Boolean).join(' · ') || 'Broadcast without a title',
    }))
  })

const spanOf = ({ from, to }: { from: string; to: string }, last: number): Span => ({
  from: ms(from),
  to: Math.max(ms(to), last),
})

// Between probes lie at most some minutes.
const standsForMs = 5 * 60_000

type Point = ChartsOfChannel['viewers']['points'][number]

/** The peaks of points, where they tell more than the averages: of buckets so long that several probes are in them. */
const peaksOf = (points: readonly Point[]): (number | null)[] | null => {
  const isCoarse = points.some(({ start, end }) => ms(end) - ms(start) > standsForMs)
  const isOther = points.some(({ average, max }) => average !== null && max !== null && max > Math.round(average))
  return isCoarse && isOther ? points.map(({ max }) => max) : null
}

/** The viewers, followed by the samples that came since the series was made. */
export const viewersChart = (
  { viewers: { meta, points, outages } }: ChartsOfChannel,
  samples: readonly Sample[],
  bands: readonly Band[],
): ChartData => {
  const madeAt = ms(meta.to)
  const after = samples.filter(({ at }) => at > madeAt)
  const live = after.map((sample) => sample.viewers)
  const peaks = peaksOf(points)
  const series: Series[] = [
    {
      name: peaks ? 'Average' : 'Viewers',
      colour: 1,
      kind: 'area',
      values: [...points.map(({ average }) => average), ...live],
      standsForMs,
    },
  ]
  if (peaks) series.push({ name: 'Peak', colour: 2, dashed: true, values: [...peaks, ...live], standsForMs })
  return {
    title: 'Viewers',
    unit: 'viewers',
    times: [...points.map(({ start }) => ms(start)), ...after.map(({ at }) => at)],
    series,
    span: spanOf(meta, after.at(-1)?.at ?? 0),
    bands,
    holes: holesOf(outages),
    completeThrough: ms(meta.completeThrough),
  }
}

type Counted = { meta: ChartsOfChannel['follows']['meta']; points: readonly { start: string; end: string }[] }

/** What was counted. Zero is said only where the platform was to deliver it: not before the channel was watched, and nowhere without coverage. */
const countsOf = <Point extends Counted['points'][number]>(
  charts: ChartsOfChannel,
  { meta, points }: { meta: Counted['meta']; points: readonly Point[] },
  count: (point: Point) => number,
): (number | null)[] => {
  const isKnown = meta.coverage > 0 || points.some((point) => count(point) > 0)
  const before = charts.viewers.outages.filter(({ reason }) => reason === notTracked).map(({ to }) => ms(to))
  const watchedFrom = Math.max(...before, Number.NEGATIVE_INFINITY)
  return points.map((point) => {
    const counted = count(point)
    return counted > 0 || (isKnown && ms(point.end) > watchedFrom) ? counted : null
  })
}

const notWatched = ({ viewers: { outages } }: ChartsOfChannel): Hole[] =>
  holesOf(outages.filter(({ reason }) => reason === notTracked))

/** Messages and chatters. */
export const chatChart = (charts: ChartsOfChannel, end: number): ChartData => {
  const { chatActivity } = charts
  const messages = countsOf(charts, chatActivity, (point) => point.messages)
  const chatters = countsOf(charts, chatActivity, (point) => point.chatters)
  return {
    title: 'Chat',
    unit: 'messages',
    times: chatActivity.points.map(({ start }) => ms(start)),
    series: [
      { name: 'Messages', colour: 3, kind: 'area', values: messages },
      { name: 'Chatters', colour: 4, values: chatters },
    ],
    span: spanOf(chatActivity.meta, end),
    holes: notWatched(charts),
    completeThrough: ms(chatActivity.meta.completeThrough),
  }
}

/** Follows. */
export const followsChart = (charts: ChartsOfChannel, end: number): ChartData => {
  const { follows } = charts
  return {
    title: 'Follows',
    unit: 'follows',
    times: follows.points.map(({ start }) => ms(start)),
    series: [{ name: 'Follows', colour: 5, kind: 'bars', values: countsOf(charts, follows, (point) => point.follows) }],
    span: spanOf(follows.meta, end),
    holes: notWatched(charts),
    completeThrough: ms(follows.meta.completeThrough),
  }
}
