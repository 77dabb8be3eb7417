import type { ChannelChartsQuery } from '../../generated/graphql.ts'
import { bandsOfBroadcast } from '../parts/chart/bands.ts'
import { type Band, type ChartData, type Hole, type Series, type Span, within } from '../parts/chart/chart-data.ts'
import type { ToldOutage } from '../parts/chart/explained-outages.ts'
import { holesOf, notTracked } from '../parts/chart/hole-words.ts'
import { seriesColours } from '../parts/chart/series-colours.ts'

/** An answer without the names of its types. */
type Bare<Value> = Value extends readonly (infer One)[]
  ? readonly Bare<One>[]
  : Value extends object
    ? { [Key in keyof Value as Exclude<Key, '__typename'>]: Bare<Value[Key]> }
    : Value

export type ChartsOfChannel = Bare<NonNullable<ChannelChartsQuery['channel']>>
type Session = ChartsOfChannel['sessions']['nodes'][number]

/** With outages that may be explained. */
type Shown = Omit<ChartsOfChannel, 'viewers'> & {
  viewers: Omit<ChartsOfChannel['viewers'], 'outages'> & { outages: readonly ToldOutage[] }
}

/** A count of viewers that came while somebody looked. */
export type Sample = { at: number; viewers: number | null }

const ms = (text: string): number => Date.parse(text)

/** The chapters of broadcasts as bands. */
export const bandsOf = (sessions: readonly Session[], now: number): Band[] =>
  sessions.flatMap((session) => bandsOfBroadcast(session, now))

/** The broadcasts of the range; undefined where there are more than were told. */
const onAirOf = ({ airtime, sessions: { nodes }, viewers: { meta } }: Shown): Span[] | undefined =>
  airtime.broadcasts > nodes.length
    ? undefined
    : nodes.map(({ startedAt, endedAt }) => ({ from: ms(startedAt), to: ms(endedAt ?? meta.to) }))

const spanOf = ({ from, to }: { from: string; to: string }, last: number): Span => ({
  from: ms(from),
  to: Math.max(ms(to), last),
})

// Between probes lie at most some minutes.
const standsForMs = 5 * 60_000

type Point = ChartsOfChannel['viewers']['points'][number]

/** The peaks of points, where they tell more than the averages: where several probes are in a bucket. */
const peaksOf = (points: readonly Point[]): (number | null)[] | null =>
  points.some(({ average, max }) => average !== null && max !== null && max > Math.round(average))
    ? points.map(({ max }) => max)
    : null

const averages: Partial<Record<ChartsOfChannel['viewers']['meta']['bucket'], string>> = {
  MINUTE: '1-min average',
  FIVE_MINUTES: '5-min average',
  FIFTEEN_MINUTES: '15-min average',
  HOUR: 'Hourly average',
  DAY: 'Daily average',
  WEEK: 'Weekly average',
  MONTH: 'Monthly average',
}

/** The viewers, followed by the samples that came since the series was made. */
export const viewersChart = (charts: Shown, samples: readonly Sample[], bands: readonly Band[]): ChartData => {
  const { meta, points, outages } = charts.viewers
  const madeAt = ms(meta.to)
  const after = samples.filter(({ at }) => at > madeAt)
  const live = after.map((sample) => sample.viewers)
  const peaks = peaksOf(points)
  const series: Series[] = [
    {
      name: peaks ? (averages[meta.bucket] ?? 'Average') : 'Viewers',
      colour: seriesColours.viewers,
      kind: 'area',
      values: [...points.map(({ average }) => average), ...live],
      standsForMs,
    },
  ]
  if (peaks)
    series.push({ name: 'Peak', colour: seriesColours.peak, dashed: true, values: [...peaks, ...live], standsForMs })
  return {
    title: 'Viewers',
    unit: 'viewers',
    times: [...points.map(({ start }) => ms(start)), ...after.map(({ at }) => at)],
    series,
    span: spanOf(meta, after.at(-1)?.at ?? 0),
    bands,
    holes: holesOf(outages, charts),
    onAir: onAirOf(charts),
    unknown: { word: 'offline', reason: 'It was not broadcasting, or it hides the number.' },
    completeThrough: ms(meta.completeThrough),
  }
}

type Watched = Pick<Shown['viewers'], 'meta' | 'outages'>

/** How much of the range nobody watched yet, in milliseconds, and when watching began. */
const untracked = ({ meta, outages }: Watched): { ms: number; until: string | null } => {
  const before = within(
    outages
      .filter(({ reason }) => reason === notTracked)
      .map((outage) => ({ from: ms(outage.from), to: ms(outage.to), until: outage.to })),
    { from: ms(meta.from), to: ms(meta.to) },
  )
  return { ms: before.reduce((sum, { from, to }) => sum + to - from, 0), until: before.at(-1)?.until ?? null }
}

/** The share of the probes that was made while it was watched; null where it was watched all the time, or never. */
export const coverageSinceTracked = ({ meta, outages }: Watched): { share: number; since: string } | null => {
  const { ms: missed, until } = untracked({ meta, outages })
  const whole = ms(meta.to) - ms(meta.from)
  if (until === null || missed >= whole) return null
  return { share: Math.min(1, (meta.coverage * whole) / (whole - missed)), since: until }
}

/** Why a chart of the range is empty; null where the channel was watched. */
export const whyNothing = ({ meta, outages }: Watched): string | null => {
  const missed = untracked({ meta, outages }).ms
  if (missed > 0 && missed >= ms(meta.to) - ms(meta.from)) return 'The channel was not tracked yet.'
  return meta.coverage === 0 ? 'The channel was not probed in this range, so nothing is known.' : null
}

type Counted = { meta: ChartsOfChannel['follows']['meta']; points: readonly { start: string; end: string }[] }

/** What was counted. Zero is said only where the platform was to deliver it: not before the channel was watched, and nowhere without coverage. */
const countsOf = <Point extends Counted['points'][number]>(
  charts: Shown,
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

const notWatched = (charts: Shown): Hole[] =>
  holesOf(
    charts.viewers.outages.filter(({ reason }) => reason === notTracked),
    charts,
  )

/** Messages and chatters. */
export const chatChart = (charts: Shown, end: number): ChartData => {
  const { chatActivity } = charts
  const messages = countsOf(charts, chatActivity, (point) => point.messages)
  const chatters = countsOf(charts, chatActivity, (point) => point.chatters)
  return {
    title: 'Chat',
    unit: 'messages',
    times: chatActivity.points.map(({ start }) => ms(start)),
    series: [
      { name: 'Messages', colour: seriesColours.messages, kind: 'bars', values: messages },
      { name: 'Chatters', unit: 'chatters', colour: seriesColours.chatters, kind: 'steps', values: chatters },
    ],
    span: spanOf(chatActivity.meta, end),
    holes: notWatched(charts),
    completeThrough: ms(chatActivity.meta.completeThrough),
  }
}

/** Follows. */
export const followsChart = (charts: Shown, end: number): ChartData => {
  const { follows } = charts
  return {
    title: 'Follows',
    unit: 'follows',
    times: follows.points.map(({ start }) => ms(start)),
    series: [
      {
        name: 'Follows',
        colour: seriesColours.follows,
        kind: 'bars',
        values: countsOf(charts, follows, (point) => point.follows),
      },
    ],
    span: spanOf(follows.meta, end),
    holes: notWatched(charts),
    completeThrough: ms(follows.meta.completeThrough),
  }
}
