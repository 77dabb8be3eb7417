import { type EnvMapping, readEnvMapping } from '../adoption/clickhouse/map-envs.ts'
import { adoptionState, requirePhase } from '../adoption/phases.ts'
import { openAdoption } from './adopt-context.ts'
import { phaseResult, runPhase } from './adopt-phase.ts'
import { planPhase } from './adopt-plan.ts'
import { programCommand } from './program-command.ts'

const dryRun = { about: 'say what it would do and change nothing' }

/** A name of the table `env`, with the one that its rows get, or alone where they are the tier's. */
const envOption = {
  about: 'rows of ClickHouse with this env belong to this tier, or to the own one where none is named; may be repeated',
  repeats: true,
  value: {
    form: '<env>[=<tier>]',
    must: 'an env of before, or one with the tier that its rows belong to, like prod=production',
    read(word: string): EnvMapping | undefined {
      const [, from, to] = /^([^=\s]{1,64})(?:=([^=\s]{1,64}))?$/.exec(word) ?? []
      return from === undefined ? undefined : { from, to: to ?? null }
    },
  },
} as const

const resumes =
  'It goes on where it was when it is run again, also after a kill. One adopt command runs at a time; a second one says so.'

/** Says what an adoption would do. */
export const adoptPlanCommand = programCommand({
  name: 'adopt plan',
  summary: 'say what adopting a running system would do, and how long it takes',
  details: [
    'It changes nothing. docs/adopting.md leads through an adoption.',
    'It ends with 1 where nothing is to be adopted.',
  ],
  examples: [{ call: 'adopt plan', about: 'with DATABASE_URL naming the database of the running system' }],
  options: { env: envOption },
  result: phaseResult,
  async run(given, context) {
    await using adoption = await openAdoption(context, { isPlan: true })
    const state = await adoptionState(adoption.db)
    const phase = state === 'overlap' || state === 'phase-b-begun' ? 'phase-b' : 'phase-a'
    await requirePhase(adoption.db, phase)
    const envs = await readEnvMapping(adoption.clickHouse, adoption.tier, given.env)
    await planPhase(phase, { ...adoption, envs }, context)
    return true
  },
})

/** Puts the new structure beside the old one. */
export const adoptPhaseACommand = programCommand({
  name: 'adopt phase-a',
  summary: 'put the new tables beside those of a running system, and keep both in step',
  details: ['The running system goes on meanwhile.', resumes],
  options: { 'dry-run': dryRun, env: envOption },
  examples: [
    { call: 'adopt phase-a', about: 'while the system from before runs' },
    { call: 'adopt phase-a --env prod=production', about: 'where its rows of ClickHouse have another env' },
  ],
  result: phaseResult,
  async run(given, context) {
    await using adoption = await openAdoption(context, { phase: 'phase-a', isPlan: given['dry-run'] })
    const envs = await readEnvMapping(adoption.clickHouse, adoption.tier, given.env)
    return await runPhase('phase-a', { ...adoption, envs }, context, { dryRun: given['dry-run'] })
  },
})

/** Undoes Phase A. */
export const adoptRollbackCommand = programCommand({
  name: 'adopt rollback',
  summary: 'undo phase-a, as long as phase-b has not begun',
  details: [
    'What was written meanwhile goes back to the tables from before; what they have no column for goes to a file that is named.',
    resumes,
  ],
  options: { 'dry-run': dryRun },
  examples: [{ call: 'adopt rollback', about: 'with the server of Channelscope stopped' }],
  result: phaseResult,
  async run(given, context) {
    await using adoption = await openAdoption(context, { phase: 'rollback', isPlan: given['dry-run'] })
    return await runPhase('rollback', adoption, context, { dryRun: given['dry-run'] })
  },
})
