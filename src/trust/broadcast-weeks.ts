import type { Broadcasts, Judgement } from './evidence.ts'
import { amount, counted } from './format-numbers.ts'
import { rising } from './scale.ts'

const leastWeeks = 2

/** A steady habit is hard to fake: the share of weeks with a broadcast, in full from three in four on. */
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
