import { expect, test } from 'vitest'
import { readAdopted } from '../../src/adoption/adopted-mark.ts'
import { closeBookkeeping } from '../../src/adoption/close-bookkeeping.ts'
import { adoptionState, refuseUnadopted, requirePhase } from '../../src/adoption/phases.ts'
import { dropTablesStep } from '../../src/adoption/rollback/undo.ts'
import { createLegacySystem, type LegacySystem } from '../support/adoption/legacy-system.ts'

const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: Error) => error.message,
  )

const others = {
  'webhooks.incoming': [
    {
      source: 'sumsub',
      message_id: 'not-ours',
      verified: true,
      processed: true,
      received_at: new Date().toISOString(),
    },
  ],
}

const hasDm = async (system: LegacySystem) =>
  (await system.rows(`SELECT 1 FROM pg_class WHERE oid = to_regclass('dm.streamer_channel')`)).length === 1

test('a database that keeps deliveries of others is adopted for good: it starts, and no phase runs again', async () => {
  await using system = await createLegacySystem(others)
  await system.run('phase-a')
  await system.run('phase-b')
  await closeBookkeeping('phase-b', system.context)
  const { db } = system
  const look = async () => ({
    state: await adoptionState(db),
    start: await refusalOf(refuseUnadopted(db, 'DATABASE_URL')),
    'phase-a': await refusalOf(requirePhase(db, 'phase-a')),
    'phase-b': await refusalOf(requirePhase(db, 'phase-b')),
    rollback: await refusalOf(requirePhase(db, 'rollback')),
  })
  const adopted = {
    state: 'adopted',
    start: undefined,
    'phase-a': expect.stringContaining('run `channelscope start`'),
    'phase-b': expect.stringContaining('run `channelscope start`'),
    rollback: expect.stringContaining('only a backup from before Phase B'),
  }
  expect(await system.rows('SELECT source FROM webhooks.incoming')).toEqual([{ source: 'sumsub' }])
  expect(await look()).toEqual(adopted)
  const { at } = (await readAdopted(db))!
  expect(Math.abs(Date.parse(at!) - Date.now())).toBeLessThan(600_000)
  // Those that were adopted before this was noted, and those from which dm has moved away.
  await system.rows('UPDATE public._prisma_migrations SET logs = NULL')
  expect(await look()).toEqual(adopted)
  expect(await readAdopted(db)).toEqual({ at: null })
  await system.rows('ALTER SCHEMA dm RENAME TO dm_elsewhere')
  expect(await look()).toEqual(adopted)
  await system.rows('ALTER SCHEMA dm_elsewhere RENAME TO dm')
  // Another table of before beside a dm that is in use is no overlap that may begin.
  await system.rows(
    'CREATE TABLE public.kick_chat_s3_archive_log (id int, rows_exported int, files_written int, success bool, error text, created_at timestamptz)',
  )
  expect(await look()).toMatchObject({
    state: 'legacy',
    start: expect.stringContaining('holds tables of a system from before'),
    'phase-a': expect.stringContaining('no adoption has made it'),
  })
})

test('a rollback never drops a dm that was there before', async () => {
  await using system = await createLegacySystem()
  await system.run('phase-a')
  const mayRollBack = () => refusalOf(requirePhase(system.db, 'rollback'))
  const notes = (sql: string) => system.rows(`UPDATE adoption.step SET position = ${sql} WHERE name = 'migrations'`)
  const older = expect.stringContaining('is older than this Phase A')
  expect(await mayRollBack()).toBeUndefined()
  await notes(`position || '{"madeDm": false}'`)
  expect(await mayRollBack()).toEqual(older)
  expect(await refusalOf(system.run('rollback', [dropTablesStep]))).toEqual(older)
  expect(await hasDm(system)).toBe(true)
  // An overlap that began before this was noted.
  await system.rows(`DELETE FROM adoption.phase WHERE name = 'rollback'`)
  await notes(`position - 'madeDm'`)
  expect(await mayRollBack()).toBeUndefined()
  await system.rows(`UPDATE dm._prisma_migrations SET started_at = started_at - interval '1 day'`)
  expect(await mayRollBack()).toEqual(older)
})
