import type { Step } from '../step.ts'
import { archiveStep } from './archive-chat.ts'
import { chatMirrorStep, chatStep } from './chat.ts'
import { compareStep } from './compare.ts'
import { deliveriesMirrorStep, deliveriesStep, oldDeliveriesStep } from './deliveries.ts'
import { dropHistoryStep, dropTablesOfBeforeStep } from './drop.ts'
import { prepareHistoryStep } from './prepare-history.ts'
import { probesMirrorStep, scoresMirrorStep } from './probes-and-scores.ts'
import { settleStep } from './settle-step.ts'

/** What Phase B does, in this order: first everything is brought and compared, then what is old is dropped. */
export const phaseBSteps: readonly Step[] = [
  prepareHistoryStep,
  probesMirrorStep,
  scoresMirrorStep,
  settleStep,
  chatMirrorStep,
  chatStep,
  archiveStep,
  deliveriesMirrorStep,
  deliveriesStep,
  oldDeliveriesStep,
  compareStep,
  dropHistoryStep,
  dropTablesOfBeforeStep,
]
