import fs from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { runProgram } from '../support/app/program.ts'
import { startClickHouseHttp } from '../support/stores/clickhouse-http.ts'
import { dumpDatabase } from '../support/stores/dump-database.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { sharedDirectory } from '../support/stores/shared-directory.ts'

const resources = new AsyncDisposableStack()
let directory: string
let empty: string
let server: Awaited<ReturnType<typeof startClickHouseHttp>>
let clickHouse: ClickHouse
let made = 0

beforeAll(async () => {
  directory = resources.use(await sharedDirectory('made-before')).path
  empty = resources.use(await createTestDatabase()).url
  server = resources.use(await startClickHouseHttp(path.join(directory, 'engine')))
  clickHouse = resources.use(await openClickHouse({ url: changed(server.url, 'before') }))
  await clickHouse.createDatabase()
  for (const sql of [
    'CREATE TABLE schema_migration (name String, sha256 String) ENGINE = MergeTree ORDER BY name',
    `INSERT INTO schema_migration VALUES ('0001_kick_streamer_probe', 'x'), ('0002_kick_streamer_probe_15m', 'y')`,
  ])
    await clickHouse.command(sql)
})
afterAll(() => resources.disposeAsync())

const changed = (url: string, database: string): string =>
  Object.assign(new URL(url), { pathname: `/${database}` }).href

type Before = AsyncDisposable & { env: Record<string, string>; name: string; content: () => Promise<unknown> }

/** A database with the ledger that a version from before left in it. */
const postgresOf = async (variable: string, migration: string): Promise<Before> => {
  const database = await createTestDatabase()
  const { pool } = database.db
  await pool.query('DELETE FROM public._prisma_migrations')
  await pool.query(
    `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('1', 'x', $1, now())`,
    [migration],
  )
  return {
    env: { DATABASE_URL: empty, CLICKHOUSE_URL: changed(server.url, 'fresh'), [variable]: database.url },
    name: variable,
    content: () => dumpDatabase(pool),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

const rows = namedQuery({
  name: 'test_rows',
  sql: `SELECT name FROM
    (SELECT name FROM schema_migration UNION ALL SELECT name FROM system.tables WHERE database = currentDatabase()) ORDER BY name`,
  row: { name: text },
})

const clickHouseOf = async (): Promise<Before> => ({
  env: { DATABASE_URL: empty, CLICKHOUSE_URL: changed(server.url, 'before') },
  name: 'CLICKHOUSE_URL',
  content: () => clickHouse.query(rows, {}),
  async [Symbol.asyncDispose]() {},
})

/** Every file with its content and when it was changed. */
const filesOf = async (folder: string) => {
  const names = (await fs.readdir(folder, { recursive: true })).sort()
  return Promise.all(
    names.map(async (name) => {
      const place = path.join(folder, name)
      const stats = await fs.stat(place)
      return [name, stats.mtimeMs, stats.mode, stats.isFile() ? await fs.readFile(place, 'utf8') : null]
    }),
  )
}

/** A data directory that a version from before was started on. */
const directoryOf = async (folder: string): Promise<Before> => {
  const dataDir = path.join(directory, `data-${++made}`)
  await fs.mkdir(path.join(dataDir, folder), { recursive: true })
  for (const name of ['lock.sqlite', 'keys.json', `${folder}/anything`])
    await fs.writeFile(path.join(dataDir, name), '')
  return {
    env: { DATA_DIR: dataDir },
    name: `DATA_DIR ${dataDir}`,
    content: () => filesOf(dataDir),
    async [Symbol.asyncDispose]() {},
  }
}

describe.each([
  ['DATABASE_URL', () => postgresOf('DATABASE_URL', '20261122090200_public_streamers')],
  ['DM_DATABASE_URL', () => postgresOf('DM_DATABASE_URL', '20261122090000_dm_channels')],
  ['CLICKHOUSE_URL', clickHouseOf],
  ['DATA_DIR with a Postgres', () => directoryOf('postgres')],
  ['DATA_DIR with a ClickHouse', () => directoryOf('clickhouse')],
  ['DATA_DIR with a spool', () => directoryOf('spool')],
] as const)('%s that a version from before the baselines filled', (_, make) => {
  test.each(['start', 'migrate', 'doctor'])('is refused in one sentence by %s, and not changed', async (command) => {
    await using before = await make()
    const content = await before.content()
    const env = { DATA_DIR: path.join(directory, `data-${++made}`), DEMO: 'off', LOG_LEVEL: 'error', ...before.env }
    await using program = runProgram({ args: [command], env })
    expect((await program.ended).code).toBe(1)
    const sentence = `${before.name} can not be used: a development version from before the first baseline made its content, and nothing upgrades that: choose an empty one.\n`
    if (command === 'doctor') expect(program.stdout()).toContain(sentence)
    else expect([program.stdout(), program.stderr()]).toEqual(['', sentence])
    expect(await before.content()).toEqual(content)
  })
})

test('a data directory that holds archives alone can be used', async () => {
  const before = await directoryOf('objects')
  await using program = runProgram({ args: ['doctor'], env: before.env })
  expect((await program.ended).code).toBe(0)
  expect(program.stdout()).not.toContain('baseline')
})
