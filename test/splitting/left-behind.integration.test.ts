import { expect, test } from 'vitest'
import { startEnvironment } from '../../src/app/start-environment.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Log } from '../../src/lib/log.ts'
import { silentLog } from '../../src/lib/log.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { runSplit } from '../support/stores/split-move.ts'

test('a node that is left behind by a move says so in one sentence, once', async () => {
  await using old = await createTestDatabase()
  await using place = await createTestDatabase({ of: 'template0' })
  const env = { DATABASE_URL: old.url }
  const warned: { fields: unknown; text: string }[] = []
  const log = { ...silentLog, warn: (fields: unknown, text: string) => void warned.push({ fields, text }) } as Log
  const config = readConfig({ ...env, WORKERS: '' })
  await using _ = await startEnvironment({ config, db: old.db, log, everyMs: 20 })
  await runSplit('copy', { to: place.url }, env)
  await runSplit('cut-over', { to: place.url }, env)
  const moved = () => warned.filter(({ text }) => text.startsWith('dm has moved to '))
  await eventually('it says so', () => moved().length > 0)
  const { statements } = old.db.stats()
  await eventually('it has tried again', () => old.db.stats().statements > statements + 10)
  expect(moved()).toEqual([
    { fields: {}, text: expect.stringMatching(/^dm has moved to \S+: set DM_DATABASE_URL to it and restart\.$/) },
  ])
  expect(warned.filter(({ text }) => text.includes('periodic work'))).toEqual([])
})
