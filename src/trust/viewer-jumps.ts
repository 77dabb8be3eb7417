import type { CurveEvidence, Judgement } from './evidence.ts'
import { counted } from './format-numbers.ts'
import { risingRatio } from './scale.ts'

const leastHours = 1

/** Crowds rarely come or go at once: changes by over 40% from sample to sample, for each hour. A raid now and then is usual. */
export const viewerJumps = ({ settledHours, jumps }: Pick<CurveEvidence, 'settledHours' | 'jumps'>): Judgement =>
  settledHours >= leastHours
    ? {
        value: 1 - risingRatio(jumps / settledHours, 0.5, 5),
        explanation: `${counted(jumps, 'jump')} by over 40% in ${counted(settledHours, 'settled hour')}; up to one in two hours is usual.`,
      }
    : {
        value: null,
        explanation: `Seen for ${counted(settledHours, 'hour')} with 30 viewers or more after the first quarter of an hour; it takes ${leastHours}.`,
      }
