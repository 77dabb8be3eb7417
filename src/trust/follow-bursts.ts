import type { FollowEvidence, Judgement } from './evidence.ts'
import { counted } from './format-numbers.ts'
import { risingRatio } from './scale.ts'

const leastFollows = 10
const leastViewers = 10

/** Nobody follows who is not there: follows of the busiest hour for each viewer at the peak. Never rises with the burst. */
export const followBursts = ({
  isCollected,
  follows,
  busiestHour,
  peakViewers,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'busiestHour' | 'peakViewers'>): Judgement => {
  if (!isCollected) return { value: null, explanation: 'No follows have been collected.' }
  if (!(follows >= leastFollows))
    return {
      value: null,
      explanation: `${counted(follows, 'follow')} have been collected; it takes ${leastFollows} to tell a burst.`,
    }
  return {
    value: 1 - risingRatio(busiestHour / Math.max(peakViewers, leastViewers), 0.5, 5),
    explanation: `The busiest hour brought ${counted(busiestHour, 'follow')}, at a peak of ${counted(peakViewers, 'viewer')}; up to one for every two viewers is usual.`,
  }
}
