import type { FollowEvidence, Judgement } from './evidence.ts'
import { amount, counted } from './format-numbers.ts'
import { inBand } from './scale.ts'

const leastHours = 100
const usual = { none: 0.0001, from: 0.002, until: 0.3, over: 5 }

/** People who watch follow, in measure: follows for each hour that somebody watched. One follow more is granted, as chance. */
export const followPace = ({
  isCollected,
  follows,
  hoursWatched,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'hoursWatched'>): Judgement => {
  if (!isCollected) return { value: null, explanation: 'No follows have been collected.' }
  if (!(hoursWatched >= leastHours))
    return {
      value: null,
      explanation: `Follows were collected over ${counted(hoursWatched, 'hour')} watched; it takes ${leastHours} to judge their pace.`,
    }
  return {
    value: inBand((follows + 1) / hoursWatched, usual),
    explanation:
      `${counted(follows, 'follow')} in ${amount(hoursWatched)} hours watched, ${amount((follows / hoursWatched) * 1000)} in a thousand; ` +
      `${amount(usual.from * 1000)} to ${amount(usual.until * 1000)} are usual.`,
  }
}
