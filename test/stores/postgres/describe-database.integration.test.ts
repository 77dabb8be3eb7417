import { expect, test } from 'vitest'
import { makeLegacyTables, onConnection } from '../../support/legacy/legacy-database.ts'
import { compareDescriptions } from '../../support/stores/compare-descriptions.ts'
import { describeDatabase } from '../../support/stores/describe-database.ts'
import { createTestDatabase } from '../../support/stores/postgres.ts'

test('two empty installs are the same object by object, and any change of one is found', async () => {
  await using left = await createTestDatabase()
  await using right = await createTestDatabase()
  const describe = (url: string) => onConnection(url, describeDatabase)
  const before = await describe(left.url)
  expect(compareDescriptions(before, await describe(right.url))).toEqual([])
  await onConnection(right.url, (client) =>
    client.query(`COMMENT ON COLUMN dm.streamer_channel.bio IS 'Something else'; ALTER TABLE dm.probe_schedule ALTER interval_seconds SET DEFAULT 61;
      DROP INDEX dm.idx_slug_history_slug; CREATE FUNCTION public.stray() RETURNS integer LANGUAGE sql AS 'SELECT 1';
      UPDATE public._prisma_migrations SET checksum = 'other' WHERE migration_name LIKE '%dm_baseline'`),
  )
  expect(compareDescriptions(before, await describe(right.url)).map(({ object }) => object)).toEqual([
    'column dm.probe_schedule.interval_seconds',
    'column dm.streamer_channel.bio',
    'function public.stray()',
    'index dm.idx_slug_history_slug',
    expect.stringContaining('_prisma_migrations'),
  ])
})

test('a description tells every kind of object of a system from before', async () => {
  await using database = await createTestDatabase({ of: 'template0' })
  await makeLegacyTables(database.url)
  const described = await onConnection(database.url, describeDatabase)
  const kinds = new Set([...described.keys()].map((object) => object.split(' ')[0]))
  expect([...kinds].sort()).toEqual([
    'column',
    'constraint',
    'extension',
    'function',
    'index',
    'materialized',
    'order',
    'policy',
    'schema',
    'sequence',
    'table',
    'trigger',
    'type',
    'view',
  ])
})
