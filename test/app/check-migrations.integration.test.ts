import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkMigrations } from '../../src/app/check-migrations.ts'
import { readConfig } from '../../src/config/config.ts'
import { silentLog } from '../../src/lib/log.ts'
import { clickHouseMigrations } from '../../src/stores/clickhouse/migrate.ts'
import { holdDataDirectory } from '../../src/stores/data-directory.ts'
import { postgresMigrations } from '../../src/stores/postgres/migrate.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { projectFolder } from '../support/app/program.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let dataDir: string
beforeAll(async () => {
  dataDir = resources.use(await temporaryDirectory('check-migrations')).path
})
afterAll(() => resources.disposeAsync())

const check = (url: string) =>
  checkMigrations(readConfig({ DATABASE_URL: url, DATA_DIR: dataDir }), silentLog, new AbortController().signal)

test('a store that has nothing lacks everything, and is not changed by the question', async () => {
  await using empty = await createEmptyDatabase()
  expect(await check(empty.url)).toEqual({
    stores: [
      {
        store: 'DATABASE_URL',
        missing: await postgresMigrations(path.join(projectFolder, 'prisma/migrations')),
        unknown: [],
      },
      {
        store: 'The embedded ClickHouse',
        missing: await clickHouseMigrations(path.join(projectFolder, 'clickhouse/migrations')),
        unknown: [],
      },
    ],
    notAsked: null,
  })
  await using db = openPostgres({ url: empty.url, log: silentLog, max: 1 })
  const { rows } = await db.pool.query(`SELECT count(*)::int AS count FROM pg_namespace WHERE nspname = 'dm'`)
  expect(rows).toEqual([{ count: 0 }])
  expect(await fs.readdir(dataDir)).toEqual([])
})

test('what is missing and what a newer version brought are told by name', async () => {
  await using made = await createTestDatabase()
  const { pool } = made.db
  const [database] = (await check(made.url)).stores
  expect(database).toEqual({ store: 'DATABASE_URL', missing: [], unknown: [] })
  for (const schema of ['dm', 'public'])
    await pool.query(
      `UPDATE ${schema}._prisma_migrations SET migration_name = '20991231000000_dm_of_tomorrow' WHERE migration_name = '20261129110200_dm_bans'`,
    )
  expect((await check(made.url)).stores[0]).toEqual({
    store: 'DATABASE_URL',
    missing: ['20261129110200_dm_bans'],
    unknown: ['20991231000000_dm_of_tomorrow'],
  })
})

test('the engine of a running server is not opened', async () => {
  await using made = await createTestDatabase()
  using _ = holdDataDirectory(dataDir)
  const { stores, notAsked } = await check(made.url)
  expect([stores.map(({ store }) => store), notAsked]).toEqual([['DATABASE_URL'], 'The embedded ClickHouse'])
})
