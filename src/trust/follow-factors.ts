import type { FollowEvidence, Judgement } from './evidence.ts'
import { amount, counted } from './format-numbers.ts'
import { inBand, risingRatio } from './scale.ts'

const leastFollows = 10
const leastViewers = 10

const notCollected: Judgement = { value: null, explanation: 'No follows have been collected.' }

/** Judges bursts: follows of the busiest hour for each viewer at the peak, since only viewers follow. A larger burst never scores better. */
export const followBursts = ({
  isCollected,
  follows,
  busiestHour,
  peakViewers,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'busiestHour' | 'peakViewers'>): Judgement => {
  if (!isCollected) return notCollected
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

const leastHours = 100
const usual = { none: 0.0001, from: 0.002, until: 0.3, over: 5 }

/** Judges the pace: follows for each hour that somebody watched. One follow is added, so that chance does not decide at small numbers. */
export const followPace = ({
  isCollected,
  follows,
  hoursWatched,
}: Pick<FollowEvidence, 'isCollected' | 'follows' | 'hoursWatched'>): Judgement => {
  if (!isCollected) return notCollected
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
