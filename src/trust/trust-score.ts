import type { Evidence, Judgement } from './evidence.ts'
import {
  broadcastHours,
  broadcastWeeks,
  chatParticipation,
  followBursts,
  followPace,
  viewerEdges,
  viewerJumps,
  viewerMovement,
} from './factors.ts'

/** Name and version of the calculation. A change that gives other scores for the same evidence needs a new version. */
export const algorithm = 'channelscope-1'

/** One factor of a stored score. Its `contribution` in points is 100 times value times weight. */
export type TrustFactor = {
  name: string
  /** 0 to 1; null when there was too little to judge. */
  value: number | null
  /** Share in the score. The weights of factors with a value add up to 1; the others have 0. */
  weight: number
  contribution: number
  /** One sentence with the numbers. */
  explanation: string
}

/** A score from 0 to 100 in hundredths and what it is made of. */
export type TrustScore = { score: number; factors: TrustFactor[] }

/** The judgement of one factor, and how much it counts. */
export type Weighed = Judgement & { name: string; weight: number }

const judge = ({ broadcasts, chat, follows, curve }: Evidence): Weighed[] => [
  { name: 'chat_participation', weight: 25, ...chatParticipation(chat) },
  { name: 'viewer_movement', weight: 15, ...viewerMovement(curve) },
  { name: 'viewer_jumps', weight: 10, ...viewerJumps(curve) },
  { name: 'viewer_edges', weight: 10, ...viewerEdges(curve) },
  { name: 'follow_pace', weight: 10, ...followPace(follows) },
  { name: 'follow_bursts', weight: 15, ...followBursts(follows) },
  { name: 'broadcast_hours', weight: 5, ...broadcastHours(broadcasts) },
  { name: 'broadcast_weeks', weight: 10, ...broadcastWeeks(broadcasts) },
]

const hundredths = (x: number): number => Math.round(x * 100)

/** The sum of the factors, exact also for factors that were stored and read again. */
export const scoreOf = (factors: readonly Pick<TrustFactor, 'contribution'>[]): number =>
  factors.reduce((sum, { contribution }) => sum + hundredths(contribution), 0) / 100

/** Adds judgements up to a score. The weight of those without a value is spread over the others in proportion. */
export const weigh = (judgements: readonly Weighed[]): TrustScore => {
  const counting = judgements.reduce((sum, { value, weight }) => (value === null ? sum : sum + weight), 0)
  let points = 0
  const factors = judgements.map(({ name, value, weight: full, explanation }): TrustFactor => {
    if (value === null) return { name, value, weight: 0, contribution: 0, explanation }
    const weight = full / counting
    const rounded = Math.round(value * 10_000) / 10_000
    // The running sum is rounded, not each part, so that the score is exact and at most 100.
    const before = hundredths(points)
    points += 100 * rounded * weight
    return { name, value: rounded, weight, contribution: (hundredths(points) - before) / 100, explanation }
  })
  return { score: scoreOf(factors), factors }
}

/** The trust score of a channel; it depends on the evidence alone. */
export const trustScore = (evidence: Evidence): TrustScore => weigh(judge(evidence))
