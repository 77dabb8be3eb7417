import type { CurveEvidence, Judgement } from './evidence.ts'
import { amount } from './format-numbers.ts'
import { rising } from './scale.ts'

const leastEdges = 3

/** An audience gathers and leaves: the share of beginnings with people still arriving and of ends with people leaving. */
export const viewerEdges = ({
  starts,
  arriving,
  ends,
  leaving,
}: Pick<CurveEvidence, 'starts' | 'arriving' | 'ends' | 'leaving'>): Judgement =>
  starts + ends >= leastEdges
    ? {
        value: rising((arriving + leaving) / (starts + ends), 0.1, 0.6),
        explanation: `The audience was still arriving at ${amount(arriving)} of ${amount(starts)} beginnings and leaving at ${amount(leaving)} of ${amount(ends)} ends; 60% of both together count in full.`,
      }
    : {
        value: null,
        explanation: `It takes ${leastEdges} beginnings and ends of broadcasts of ten minutes or more; seen so far: ${amount(starts + ends)}.`,
      }
