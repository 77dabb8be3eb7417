import { z } from 'zod'
import { closeBookkeeping } from '../adoption/close-bookkeeping.ts'
import { holdSettling, lockAdoption } from '../adoption/lock-adoption.ts'
import { requirePhase } from '../adoption/phases.ts'
import { runSteps } from '../adoption/run-steps.ts'
import type { AdoptionContext, Phase } from '../adoption/step.ts'
import { stepsOf } from '../adoption/steps.ts'
import type { Answer } from '../commands/answer.ts'
import { stepProgress, tellProgress } from './adopt-context.ts'
import { planPhase, planResult } from './adopt-plan.ts'
import { unlessStopped } from './program-command.ts'

/** The last line of a phase that has run. */
const phaseEnd = z
  .object({
    phase: z.string().describe('the phase'),
    finished: z.boolean().describe('whether it is finished; it goes on where it was when it is run again'),
    report: z.string().nullable().describe('the file with what was found and done; null where none was written'),
    compared: z
      .array(
        z.object({
          table: z.string().describe('the table of Postgres'),
          rows: z.number().describe('its rows, which agree with ClickHouse by count and checksum of each day'),
          days: z.number().describe('how many days'),
        }),
      )
      .describe('what phase-b compared before it dropped anything'),
  })
  .describe('at the end')

/** What the commands that run or plan a phase answer with. */
export const phaseResult = z.union([...planResult, stepProgress, phaseEnd])

type PhaseAnswer = Answer<z.infer<typeof phaseResult>>

/**
 * Runs a phase to its end, or until the process is to stop; whether it is finished. `check` refuses it as a ConfigError, also where it is only planned;
 * `consent` asks whoever runs it.
 */
export const runPhase = async (
  phase: Phase,
  context: AdoptionContext,
  answer: PhaseAnswer,
  { dryRun, check, consent }: { dryRun: boolean; check?: () => Promise<void>; consent?: () => Promise<void> },
): Promise<boolean> => {
  const { db, signal } = context
  await requirePhase(db, phase)
  if (dryRun) {
    await planPhase(phase, context, answer, check)
    return true
  }
  await using _lock = await lockAdoption(db)
  await using _settling = await holdSettling(db, signal)
  // Whoever waited for the lock may find that all is done.
  await requirePhase(db, phase)
  await check?.()
  await consent?.()
  const done = await unlessStopped(signal, async () => {
    await runSteps(phase, stepsOf[phase], context, tellProgress(answer))
    const { report, compared } =
      phase === 'phase-a' ? { report: null, compared: [] } : await closeBookkeeping(phase, context)
    answer.tell({ phase, finished: true, report, compared }, [
      ...compared.map(
        ({ table, rows, days }) => `${table}: ${rows.toLocaleString('en')} rows of ${days} days agree with ClickHouse.`,
      ),
      `${phase}: finished.`,
      ...(report === null ? [] : [`What was found and done is in ${report}.`]),
    ])
    return true
  })
  if (done === undefined)
    answer.tell(
      { phase, finished: false, report: null, compared: [] },
      `${phase}: stopped. Run it again to go on where it was.`,
    )
  return done ?? false
}
