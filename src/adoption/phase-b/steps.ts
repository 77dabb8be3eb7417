import type { Step } from '../step.ts'
import { archiveStep } from './archive-chat.ts'
import { probesMirrorStep, scoresMirrorStep } from './bring-telemetry.ts'
import { chatStep } from './chat.ts'
import { deliveriesStep } from './deliveries.ts'
import { dropHistoryStep, dropTablesOfBeforeStep } from './drop.ts'
import { settleStep } from './settle-step.ts'

/** What Phase B does, in this order: first everything is brought and compared, then what is old is dropped. */
export const phaseBSteps: readonly Step[] = [
  probesMirrorStep,
  scoresMirrorStep,
  settleStep,
  chatStep,
  archiveStep,
  deliveriesStep,
  dropHistoryStep,
  dropTablesOfBeforeStep,
]
