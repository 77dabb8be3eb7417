import { percent } from '../view/format.ts'
import type { Session } from './use-session.ts'

type Source = Session['provenance']['start']

const starts: Record<Source, string> = {
  WEBHOOK: 'The platform reported the start by webhook.',
  POLL: 'A probe saw that it had begun.',
  OPERATOR: 'An operator asked for a probe, which saw that it had begun.',
  IMPORT: 'The start comes from the records of another system.',
}

const ends: Record<Source, string> = {
  WEBHOOK: 'The platform reported the end by webhook.',
  POLL: 'The end is inferred: later probes saw no broadcast.',
  OPERATOR: 'An operator ended it.',
  IMPORT: 'The end comes from the records of another system.',
}

const chapterSources: Record<Source, string> = {
  WEBHOOK: 'reported by webhook',
  POLL: 'seen by a probe',
  OPERATOR: 'set by an operator',
  IMPORT: 'imported',
}

/** How it was learned of: a sentence about the start, and one about the end where there is one. */
export const learnedWords = ({ provenance: { start, end } }: Pick<Session, 'provenance'>): string[] => [
  starts[start],
  ...(end ? [ends[end]] : []),
]

export const sourceWords = (source: Source): string => chapterSources[source]

type Complete = Pick<Session, 'coverage' | 'endedAt'> & {
  timeline: { meta: Pick<Session['timeline']['meta'], 'completeThrough' | 'coverage'> }
}

/** The share of the expected probes that was made: that of the whole, else that of the time so far. */
export const shareOf = ({ coverage, timeline }: Pick<Complete, 'coverage' | 'timeline'>): number =>
  coverage ?? timeline.meta.coverage

/** How complete the numbers are, in sentences; `instant` writes one. */
export const completeWords = (
  { coverage, endedAt, timeline: { meta } }: Complete,
  instant: (at: number) => string,
): string[] => {
  const share = shareOf({ coverage, timeline: { meta } })
  const made = share >= 1 ? 'Every expected probe was made.' : `${percent(share)} of the expected probes were made.`
  const through = Date.parse(meta.completeThrough)
  const isWhole = endedAt !== null && through >= Date.parse(endedAt)
  return [
    made,
    isWhole
      ? 'All numbers have arrived.'
      : `Numbers up to ${instant(through)} have arrived; later ones may still change.`,
  ]
}

/** Messages and follows so far, while nothing is aggregated. People can not be added up, so chatters are known when it is over. */
export const soFar = (session: Pick<Session, 'messages' | 'follows'> & { timeline: { points: readonly Counts[] } }) => {
  const { messages, follows, timeline } = session
  return {
    messages: messages ?? timeline.points.reduce((sum, point) => sum + point.messages, 0),
    follows: follows ?? timeline.points.reduce((sum, point) => sum + point.follows, 0),
    isCounted: messages !== null,
  }
}

type Counts = { messages: number; follows: number }
