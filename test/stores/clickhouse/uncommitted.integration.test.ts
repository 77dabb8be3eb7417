import { globSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { number } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const count = namedQuery({ name: 'count', sql: 'SELECT toUInt32(count()) AS n FROM counted', row: { n: number } })

const insert = (store: ClickHouse, n: number) =>
  store.insertBatch({
    table: 'counted',
    columns: ['n'],
    format: 'JSONCompactEachRow',
    body: Buffer.from(`[${n}]\n`),
    token: `batch-${n}`,
    rows: 1,
  })

test('a batch whose token was recorded before the process died, and whose rows were not, is stored when it is sent again', async () => {
  await using directory = await temporaryDirectory('uncommitted')
  {
    await using store = await openClickHouse({ directory: directory.path })
    await store.command(
      'CREATE TABLE counted (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100, old_parts_lifetime = 100000',
    )
    await store.command('SYSTEM STOP MERGES')
    for (const n of [1, 2, 3]) await insert(store, n)
  }
  // What a kill between the two leaves: the newest part is not there, its token is.
  const parts = globSync(path.join(directory.path, 'store/*/*/all_3_3_0'))
  expect(parts).toHaveLength(1)
  rmSync(parts[0]!, { recursive: true })
  await using store = await openClickHouse({ directory: directory.path })
  for (const n of [1, 2, 3]) await insert(store, n)
  expect(await store.query(count, {})).toEqual([{ n: 3 }])
})
