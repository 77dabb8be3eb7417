import type { CurveEvidence, Judgement } from './evidence.ts'
import { amount, counted, percent } from './format-numbers.ts'
import { rising, risingRatio } from './scale.ts'

const leastEdges = 3

/** Judges beginnings and ends: the share of beginnings with viewers still arriving and of ends with viewers leaving. */
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

const leastHours = 1

/** Judges jumps: changes by over 40% from one sample to the next, for each hour. A raid now and then is usual. */
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

const leastSteps = 15

/** Judges movement: how much the viewer count changes from one sample to the next. A flat count is worth nothing. */
export const viewerMovement = ({ steps, still, moved }: Pick<CurveEvidence, 'steps' | 'still' | 'moved'>): Judgement =>
  steps >= leastSteps
    ? {
        value: rising(moved / steps, 0.1, 0.9),
        explanation:
          `Over ${counted(steps, 'step')} of two minutes the viewer count showed ${percent(moved / steps)} of the movement that chance alone brings ` +
          `and stood still at ${percent(still / steps)} of them; 90% movement and more count in full.`,
      }
    : {
        value: null,
        explanation: `The viewer count was seen at 30 and more over ${counted(steps, 'step')} of two minutes; it takes ${leastSteps} to judge how it moves.`,
      }
