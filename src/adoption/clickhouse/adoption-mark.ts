import { randomUUID } from 'node:crypto'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { quote } from '../../stores/clickhouse/parameters.ts'
import { describeTable } from './legacy-tables.ts'

/** An empty table whose comment is an id: so long as a system is adopted, Postgres knows by it which ClickHouse belongs to it. */
const table = 'adoption_mark'

/** The mark of a ClickHouse; null where it has none. */
export const readHistoryMark = async (store: ClickHouse): Promise<string | null> =>
  (await describeTable(store, table))?.comment ?? null

/** Marks a ClickHouse, and answers its mark; one that it has stays. */
export const markHistory = async (store: ClickHouse): Promise<string> => {
  await store.createDatabase()
  await store.command(
    `CREATE TABLE IF NOT EXISTS ${table} (id String) ENGINE = MergeTree ORDER BY id COMMENT ${quote(randomUUID())}`,
  )
  return (await readHistoryMark(store))!
}

/** Takes the mark away, when nothing of an adoption is left to do. */
export const unmarkHistory = (store: ClickHouse): Promise<void> => store.command(`DROP TABLE IF EXISTS ${table} SYNC`)
