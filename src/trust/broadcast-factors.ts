import { type Broadcasts, type Judgement, recentDays } from './evidence.ts'
import { amount, counted, percent } from './format-numbers.ts'
import { rising, share } from './scale.ts'

const fullHours = 40
/** A channel that has hardly broadcast is unproven, not suspicious. */
const unproven = 0.4

/** Judges the time on air: 0.4 and more, rising with the root of the share of 40 hours in 30 days. */
export const broadcastHours = ({ hours }: Pick<Broadcasts, 'hours'>): Judgement => ({
  value: unproven + (1 - unproven) * Math.sqrt(share(hours / fullHours)),
  explanation: `On air for ${counted(hours, 'hour')} in the last ${recentDays} days; ${fullHours} hours and more count in full, few count ${percent(unproven)}.`,
})

const leastWeeks = 2

/** Judges regularity, which is hard to fake: the share of weeks with a broadcast, in full from three in four on. */
export const broadcastWeeks = ({ weeksKnown, weeksLive }: Pick<Broadcasts, 'weeksKnown' | 'weeksLive'>): Judgement =>
  weeksKnown >= leastWeeks
    ? {
        value: rising(weeksLive / weeksKnown, 0, 0.75),
        explanation: `Broadcast in ${amount(weeksLive)} of the last ${counted(weeksKnown, 'week')}; three in four and more count in full.`,
      }
    : {
        value: null,
        explanation: `Known for ${counted(weeksKnown, 'whole week')}; it takes ${leastWeeks} to tell how regular a channel is.`,
      }
