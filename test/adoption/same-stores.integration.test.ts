import { expect, test } from 'vitest'
import { closeBookkeeping } from '../../src/adoption/close-bookkeeping.ts'
import { adoptionState } from '../../src/adoption/phases.ts'
import { runSteps } from '../../src/adoption/run-steps.ts'
import { requireSameStores } from '../../src/adoption/same-stores.ts'
import type { AdoptionContext, Phase } from '../../src/adoption/step.ts'
import { stepsOf } from '../../src/adoption/steps.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { createLegacySystem } from '../support/adoption/legacy-system.ts'
import { makeLegacyHistory } from '../support/legacy/legacy-database.ts'

const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: Error) => error.message,
  )

/** Another ClickHouse: a process has one embedded engine, so the mark of this one goes meanwhile. */
const inAnother = async <T>(store: ClickHouse, work: () => Promise<T>, mark?: string): Promise<T> => {
  await store.command('RENAME TABLE adoption_mark TO marked')
  if (mark !== undefined)
    await store.command(`CREATE TABLE adoption_mark (id String) ENGINE = MergeTree ORDER BY id COMMENT '${mark}'`)
  const done = await work()
  await store.command('DROP TABLE IF EXISTS adoption_mark SYNC')
  await store.command('RENAME TABLE marked TO adoption_mark')
  return done
}

test('every phase refuses another ClickHouse, ENVIRONMENT or TIER than Phase A had, and has changed nothing then', async () => {
  await using system = await createLegacySystem()
  const { clickHouse } = system.context
  const notThis = /^This is not the ClickHouse that Phase A took over: [^\n]+$/
  const refused = () => refusalOf(requireSameStores(system.context))
  await makeLegacyHistory(clickHouse)
  await system.run('phase-a')
  const run = (phase: Phase, given: Partial<AdoptionContext>) =>
    refusalOf(runSteps(phase, stepsOf[phase], { ...system.context, ...given }, () => undefined))
  const phases = ['phase-a', 'phase-b', 'rollback'] as const
  for (const phase of phases) {
    for (const mark of [undefined, 'of-another'])
      expect(await inAnother(clickHouse, () => run(phase, {}), mark)).toMatch(notThis)
    expect(await run(phase, { environment: 'dev' })).toMatch(/^ENVIRONMENT is dev, and it was production when /)
    expect(await run(phase, { tier: 'stage' })).toMatch(/^TIER is stage, and it was production when /)
    expect(await adoptionState(system.db)).toBe('overlap')
  }
  // Where it can not be asked, the rest is compared.
  expect(await refusalOf(requireSameStores({ ...system.context, clickHouse: null }))).toBeUndefined()
  expect(await refusalOf(requireSameStores({ ...system.context, clickHouse: null, tier: 'x' }))).toMatch(/^TIER is x/)
  // One that began before this was noted is noted by the next run of Phase A.
  await system.rows('DROP TABLE adoption.place')
  expect(await inAnother(clickHouse, refused)).toBeUndefined()
  await system.run('phase-a')
  expect(await inAnother(clickHouse, refused)).toMatch(notThis)
  await system.run('rollback')
  await closeBookkeeping('rollback', system.context)
  expect(await refused()).toBeUndefined()
  await system.run('phase-a')
  await system.run('phase-b')
  await closeBookkeeping('phase-b', system.context)
  expect(await adoptionState(system.db)).toBe('adopted')
})
