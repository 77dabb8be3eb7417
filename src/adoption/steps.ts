import type { Phase, Step } from './step.ts'

/** What each phase does, in this order. */
export const stepsOf: Readonly<Record<Phase, readonly Step[]>> = {
  'phase-a': [],
  'phase-b': [],
  rollback: [],
}
