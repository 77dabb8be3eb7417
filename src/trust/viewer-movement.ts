import type { CurveEvidence, Judgement } from './evidence.ts'
import { counted, percent } from './format-numbers.ts'
import { rising } from './scale.ts'

const leastSteps = 15

/** People come and go: how much a viewer count moves from one sample to the next. A flat or frozen count is worth nothing. */
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
