import type { LiveTotalsQuery } from '../../generated/graphql.ts'

type Totals = LiveTotalsQuery['totals']
type Point = Totals['points'][number]

/** Everything that is watched, over the last day. Its lines begin where watching began. */
export type Day = {
  /** When watching began within the day, in milliseconds of the epoch; null where the day began watched. */
  since: number | null
  /** Null where nobody knows. A bucket that is not complete, or in which nothing was watched, is no number. */
  live: readonly (number | null)[]
  viewers: readonly (number | null)[]
  messages: readonly (number | null)[]
  /** Null where none came: then nobody knows whether nobody wrote or no chat was delivered. */
  messagesOfDay: number | null
  /** How much was observed, 0 to 1, of the day or since watching began in it. */
  coverage: number
}

/** When the channels began to be watched that the next bucket has: within this bucket, where it has fewer on average. */
const beginOf = ({ start, end, observedChannels }: Point, next: Point | undefined): number => {
  const [from, to] = [Date.parse(start), Date.parse(end)]
  const share = next && next.observedChannels > observedChannels ? observedChannels / next.observedChannels : 1
  return to - share * (to - from)
}

/** How much of the time since an instant was observed, where nothing was before. */
const coverageSince = (since: number, { from, to, coverage }: Totals['meta']): number => {
  const [begin, end] = [Date.parse(from), Date.parse(to)]
  return Math.min(1, (coverage * (end - begin)) / Math.max(1, end - since))
}

/** What the totals of the server say of the day, and what they do not. */
export const dayOf = ({ points, meta }: Totals): Day => {
  const sum = points.reduce((before, { messages }) => before + messages, 0)
  const first = points.findIndex(({ observedChannels }) => observedChannels > 0)
  const since = first > 0 ? beginOf(points[first]!, points[first + 1]) : null
  // A bucket in which watching began is an average over a part: a line from it would begin with a jump.
  const shown = since === null ? points : points.slice(since > Date.parse(points[first]!.start) ? first + 1 : first)
  const known = <T>(value: (point: Point) => T): (T | null)[] =>
    shown.map((point) =>
      point.partial || (point.observedChannels === 0 && point.messages === 0) ? null : value(point),
    )
  return {
    live: known(({ liveChannels }) => liveChannels),
    viewers: known(({ viewers }) => viewers),
    messages: known(({ messages }) => (sum === 0 ? null : messages)),
    messagesOfDay: sum === 0 ? null : sum,
    since,
    coverage: since === null ? meta.coverage : coverageSince(since, meta),
  }
}

// Nearly all of the time: a probe that came late is not worth a word.
const nearlyAll = 0.98

/** What is said of how much was observed; null where that is the whole day. `since` is when watching began, in words. */
export const observedText = ({ coverage }: Pick<Day, 'coverage'>, since: string | null): string | null => {
  if (coverage >= nearlyAll) return since && `all watched since ${since}`
  const percent = Math.floor(coverage * 100)
  const share = percent < 1 ? 'under 1 %' : `${percent} %`
  return since === null ? `${share} of the day observed` : `${share} observed since ${since}`
}
