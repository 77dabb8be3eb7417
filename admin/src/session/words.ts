import { isEndInferred } from '../parts/session/inferred-end.ts'
import { percent } from '../view/format.ts'
import type { Session } from './use-session.ts'

type Source = Session['provenance']['start']

const starts: Record<Source, string> = {
  WEBHOOK: 'The platform reported the start by webhook.',
  POLL: 'A probe found it live.',
  OPERATOR: 'An operator requested a probe, which found it live.',
  IMPORT: 'The start was imported from another system.',
}

const ends: Record<Source, string> = {
  WEBHOOK: 'The platform reported the end by webhook.',
  POLL: 'The end is inferred: it is the last probe that saw the broadcast, and later probes did not.',
  OPERATOR: 'An operator ended it.',
  IMPORT: 'The end was imported from another system.',
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

/** Where probes alone tell of the end: between which instants it was; null where it was reported. `instant` writes one. */
export const endWords = (
  session: Pick<Session, 'endedAt' | 'provenance'>,
  noticedAt: string | null,
  instant: (at: number) => string,
): string | null => {
  if (!isEndInferred(session)) return null
  const last = instant(Date.parse(session.endedAt!))
  return noticedAt === null ? `at ${last} or later` : `between ${last} and ${instant(Date.parse(noticedAt))}`
}

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
    isWhole ? 'All data has arrived.' : `Data up to ${instant(through)} is complete; later numbers may still change.`,
  ]
}

/** Messages and follows so far, while nothing is aggregated. People cannot be added up, so chatters are known when it is over. */
export const soFar = (session: Pick<Session, 'messages' | 'follows'> & { timeline: { points: readonly Counts[] } }) => {
  const { messages, follows, timeline } = session
  return {
    messages: messages ?? timeline.points.reduce((sum, point) => sum + point.messages, 0),
    follows: follows ?? timeline.points.reduce((sum, point) => sum + point.follows, 0),
    isCounted: messages !== null,
  }
}

type Counts = { messages: number; follows: number }
