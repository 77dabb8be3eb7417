import { afterAll, beforeAll, expect, test } from 'vitest'
import { text } from '../../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../../src/stores/clickhouse/named-query.ts'
import { chatFormat } from '../../../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { probeFormat } from '../../../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import type { ColumnType } from '../../../../src/stores/clickhouse/tables/row-format.ts'
import { trustScoreFormat } from '../../../../src/stores/clickhouse/tables/streamer-trust-score-history.ts'
import { inboxFormat } from '../../../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { openTestClickHouse } from '../../../support/stores/clickhouse.ts'

let opened: Awaited<ReturnType<typeof openTestClickHouse>>
beforeAll(async () => {
  opened = await openTestClickHouse()
})
afterAll(() => opened[Symbol.asyncDispose]())

const written = namedQuery({
  name: 'test_written_columns',
  sql: `SELECT name, replaceRegexpAll(replaceAll(type, ', \\'UTC\\'', ''), 'LowCardinality\\((\\w+)\\)|\\(\\'UTC\\'\\)', '\\\\1') AS type
    FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND default_kind NOT IN ('MATERIALIZED', 'ALIAS')
    ORDER BY position`,
  row: { name: text, type: text },
})

test.each([
  [probeFormat, ['provenance']],
  [chatFormat, ['inserted_at', 'provenance']],
  [inboxFormat, ['provenance']],
  [trustScoreFormat, ['provenance']],
])('rows of $table carry every column that their writer sets, with its type', async ({ table, types }, left) => {
  const columns = await opened.store.query(written, { table })
  const carried = Object.entries<ColumnType>(types).map(([name, type]) => ({ name, type }))
  expect(carried).toEqual(columns.filter(({ name }) => !left.includes(name as never)))
})
