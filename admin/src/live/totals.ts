import type { LiveTotalsQuery } from '../../generated/graphql.ts'

type Totals = LiveTotalsQuery['totals']

/** Everything that is watched, over the last day. */
export type Day = {
  /** Null where nobody knows. A bucket that is not complete, or in which nothing was watched, is no number. */
  live: readonly (number | null)[]
  viewers: readonly (number | null)[]
  messages: readonly (number | null)[]
  /** Null where none came: then nobody knows whether nobody wrote or no chat was delivered. */
  messagesOfDay: number | null
  /** How much of the day was observed, 0 to 1. */
  coverage: number
}

/** What the totals of the server say of the day, and what they do not. */
export const dayOf = ({ points, meta }: Totals): Day => {
  const sum = points.reduce((before, { messages }) => before + messages, 0)
  const known = <T>(value: (point: Totals['points'][number]) => T): (T | null)[] =>
    points.map((point) =>
      point.partial || (point.observedChannels === 0 && point.messages === 0) ? null : value(point),
    )
  return {
    live: known(({ liveChannels }) => liveChannels),
    viewers: known(({ viewers }) => viewers),
    messages: known(({ messages }) => (sum === 0 ? null : messages)),
    messagesOfDay: sum === 0 ? null : sum,
    coverage: meta.coverage,
  }
}
