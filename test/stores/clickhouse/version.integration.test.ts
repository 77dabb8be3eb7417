import { expect, test } from 'vitest'
import { migrateClickHouse } from '../../../src/stores/clickhouse/migrate.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { startClickHouseHttp } from '../../support/stores/clickhouse-http.ts'
import { migrationSettings } from '../../support/stores/migrate-clickhouse.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const migrate = async (version: string) => {
  await using directory = await temporaryDirectory('version')
  await using server = await startClickHouseHttp(directory.path, { version })
  await using store = await openClickHouse({ url: server.url })
  const warnings: string[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => warnings.push(message) }
  await migrateClickHouse(store, { directory: 'clickhouse/migrations', settings: migrationSettings, log: log as never })
  return warnings
}

test('a server that is too old is refused in one sentence, before anything is made in it', async () => {
  await expect(migrate('25.8.16.34')).rejects.toMatchObject({
    name: 'ConfigError',
    message: 'CLICKHOUSE_URL can not be used: ClickHouse 25.8.16.34 is too old: 26.3 or newer is needed.',
  })
})

test('a server with a known fault is used, with one warning that says what to do', async () => {
  expect(await migrate('26.7.2.1')).toEqual([
    'ClickHouse 26.7.2.1 can read beyond its memory when rows go through a view that sums them up, as ours do: update it to 26.7.3.9 or newer.',
  ])
})

test('of a server that is fine nothing is said', async () => {
  expect(await migrate('26.8.1.1')).toEqual([])
})
