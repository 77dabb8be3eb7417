import { z } from 'zod'
import { legacyStates } from '../adoption/clickhouse/legacy-tables.ts'
import { measureSlowness } from '../adoption/pace.ts'
import { tablesToDrop } from '../adoption/phase-b/drop.ts'
import type { AdoptionContext, Estimate, Phase } from '../adoption/step.ts'
import { stepsOf } from '../adoption/steps.ts'
import type { Answer } from '../commands/answer.ts'
import { ConfigError } from '../lib/errors.ts'
import { plannedStep, tellPlanned, totalOf } from './adopt-context.ts'

/** The first line of a plan of Phase A. */
const planHead = z
  .object({
    environment: z.string().describe('the environment of the program'),
    tier: z.string().describe('the tier of the program: it reads the rows of ClickHouse that have this env'),
    hasHistory: z.boolean().describe('whether the ClickHouse in use has tables from before'),
  })
  .describe('at the beginning, where phase-a is only planned')

/** The last line of a phase that was only planned. */
const planEnd = z
  .object({
    phase: z.string().describe('the phase'),
    rows: z.number().describe('rows of all steps'),
    seconds: z.number().describe('about how long it takes'),
    drops: z.array(z.string()).describe('the tables of Postgres that it drops'),
    refusal: z.string().nullable().describe('why the real call would be refused now; null where it would not be'),
  })
  .describe('at the end, where it is only planned')

/** What a plan answers with. */
export const planResult = [planHead, plannedStep, planEnd] as const

type PlanAnswer = Answer<z.infer<(typeof planResult)[number]>>

const tellHead = async ({ clickHouse, environment, tier }: AdoptionContext, { tell }: PlanAnswer): Promise<void> => {
  const states = [...(await legacyStates(clickHouse)).values()]
  const hasHistory = states.some((state) => state === 'legacy' || state === 'taken')
  tell({ environment, tier, hasHistory }, [
    `ENVIRONMENT is ${environment} and TIER is ${tier}: rows of ClickHouse with the env ${tier} become this program's, others keep their env unless --env says otherwise.`,
    ...(hasHistory
      ? []
      : [
          'There are no tables of before in the ClickHouse in use: set CLICKHOUSE_URL to the one of the running system, if it has one.',
        ]),
  ])
}

/** Why a real call would be refused; null where it would not be. */
const refusalOf = async (check: () => Promise<void>): Promise<string | null> => {
  try {
    await check()
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

/** Tells what a phase would do, and whether `check` would refuse it; changes nothing. */
export const planPhase = async (
  phase: Phase,
  context: AdoptionContext,
  answer: PlanAnswer,
  check: () => Promise<void> = async () => undefined,
): Promise<void> => {
  if (phase === 'phase-a') await tellHead(context, answer)
  const estimates: Estimate[] = []
  const slowness = await measureSlowness(context.db)
  for (const step of stepsOf[phase]) {
    context.signal.throwIfAborted()
    const told = await step.estimate(context)
    const estimate = { ...told, seconds: told.seconds * slowness }
    estimates.push(estimate)
    tellPlanned(answer, step, estimate)
  }
  const { rows, seconds, text } = totalOf(estimates)
  const drops = phase === 'phase-b' ? await tablesToDrop(context.db) : []
  const refusal = await refusalOf(check)
  answer.tell({ phase, rows, seconds, drops, refusal }, [
    ...(drops.length > 0 ? [`It drops ${drops.join(', ')}.`] : []),
    ...(refusal === null ? [] : [`It would be refused now: ${refusal}`]),
    `${phase}: ${text}. Nothing was changed.`,
  ])
}
