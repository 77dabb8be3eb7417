import { accountsStep } from './phase-a/accounts.ts'
import { claimsStep } from './phase-a/claims.ts'
import { constraintsStep } from './phase-a/constraints.ts'
import { columnSteps, scheduleStep, scoresStep, smallSteps } from './phase-a/copies.ts'
import { historyStep } from './phase-a/history.ts'
import { migrationsStep } from './phase-a/migrations.ts'
import { namesStep } from './phase-a/names.ts'
import { repairStep } from './phase-a/repair.ts'
import { sessionsStep } from './phase-a/sessions.ts'
import { structureStep } from './phase-a/structure.ts'
import { phaseBSteps } from './phase-b/steps.ts'
import { historyBackStep } from './rollback/history-back.ts'
import { dropColumnsStep, dropTablesStep, dropTriggersStep } from './rollback/undo.ts'
import { writeBackStep } from './rollback/write-back.ts'
import type { Phase, Step } from './step.ts'

/** What each phase does, in this order. */
export const stepsOf: Readonly<Record<Phase, readonly Step[]>> = {
  'phase-a': [
    migrationsStep,
    structureStep,
    accountsStep,
    claimsStep,
    namesStep,
    sessionsStep,
    scheduleStep,
    ...columnSteps,
    ...smallSteps,
    scoresStep,
    constraintsStep,
    historyStep,
    repairStep,
  ],
  'phase-b': phaseBSteps,
  rollback: [writeBackStep, historyBackStep, dropTriggersStep, dropColumnsStep, dropTablesStep],
}
