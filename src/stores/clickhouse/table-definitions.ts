import { text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'

const ofDatabase = namedQuery({
  name: 'table_definitions',
  sql: `SELECT name, engine_full AS definition FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree'`,
  row: { name: text, definition: text },
})

/** The engines of our tables with their keys, TTLs and settings, by name of the table. */
export const tableDefinitions = async (store: ClickHouse): Promise<Map<string, string>> =>
  new Map((await store.query(ofDatabase, { database: store.database })).map((row) => [row.name, row.definition]))
