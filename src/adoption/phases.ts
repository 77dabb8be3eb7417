import { ConfigError } from '../lib/errors.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readAdopted } from './adopted-mark.ts'
import { type PhaseState, readPhases } from './bookkeeping.ts'
import { hasLegacyTables } from './legacy-tables.ts'
import { requireNoDm, requireOwnDm } from './own-dm.ts'
import { requireAdoptable } from './require-adoptable.ts'
import type { Phase } from './step.ts'

/** Where a database is: which phase is under way, or was finished last. */
export type AdoptionState =
  | 'foreign'
  | 'legacy'
  | 'phase-a-begun'
  | 'overlap'
  | 'phase-b-begun'
  | 'rollback-begun'
  | 'adopted'

/** Where a database is; `foreign` where it has no legacy tables and never had, `adopted` once Phase B has ended. */
export const adoptionState = async (db: Transaction): Promise<AdoptionState> => {
  const phases = new Map<Phase, PhaseState>((await readPhases(db)).map((phase) => [phase.name, phase]))
  if (phases.has('rollback')) return 'rollback-begun'
  if (phases.has('phase-b')) return 'phase-b-begun'
  if (phases.get('phase-a')?.finishedAt) return 'overlap'
  if (phases.has('phase-a')) return 'phase-a-begun'
  if (await readAdopted(db)) return 'adopted'
  return (await hasLegacyTables(db)) ? 'legacy' : 'foreign'
}

const nothing = 'There is nothing to adopt: this database has no legacy tables.'
const over = 'This database is adopted already, and nothing is left to do: run `channelscope start`.'

const refusals: Readonly<Record<Phase, Partial<Record<AdoptionState, string>>>> = {
  'phase-a': {
    foreign: nothing,
    adopted: over,
    'phase-b-begun': 'Phase B has begun and can not be undone: run `channelscope adopt phase-b --yes` to finish it.',
    'rollback-begun': 'A rollback has begun: run `channelscope adopt rollback` to finish it, then adopt again.',
  },
  'phase-b': {
    foreign: nothing,
    adopted: over,
    legacy: 'Phase A has not run: run `channelscope adopt phase-a` first.',
    'phase-a-begun': 'Phase A is not finished: run `channelscope adopt phase-a` first.',
    'rollback-begun': 'A rollback has begun: run `channelscope adopt rollback` to finish it.',
  },
  rollback: {
    foreign: 'There is nothing to roll back: this database has no legacy tables.',
    adopted: 'This database is adopted, which can not be undone: only a backup from before Phase B has the old tables.',
    legacy: 'There is nothing to roll back: Phase A has not run.',
    'phase-b-begun':
      'Phase B has begun, and it can not be undone: run `channelscope adopt phase-b --yes` to finish it.',
  },
}

/** Refuses a phase that may not run where the database is now, as a ConfigError that says what to do. Returns where it is. */
export const requirePhase = async (db: Transaction, phase: Phase): Promise<AdoptionState> => {
  const state = await adoptionState(db)
  const refusal = refusals[phase][state]
  if (refusal !== undefined) throw new ConfigError(refusal)
  if (state === 'legacy') {
    await requireAdoptable(db)
    await requireNoDm(db)
  }
  if (phase === 'rollback') await requireOwnDm(db)
  return state
}

/** Refuses a database with legacy tables that the program can not work on yet, as a ConfigError; `name` is how the operator knows it. */
export const refuseUnadopted = async (db: Transaction, name: string): Promise<void> => {
  const state = await adoptionState(db)
  if (state === 'legacy')
    throw new ConfigError(`${name} holds tables of a system from before: run \`channelscope adopt plan\`.`)
  if (state === 'phase-a-begun')
    throw new ConfigError(`${name} is being adopted: run \`channelscope adopt phase-a\` to its end first.`)
  if (state === 'rollback-begun')
    throw new ConfigError(`${name} is being rolled back: run \`channelscope adopt rollback\` to its end first.`)
}
