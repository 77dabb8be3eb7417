import { shardedBy, storedIn } from './cluster.ts'
import { text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'

const ofDatabase = namedQuery({
  name: 'table_definitions',
  sql: `SELECT name, engine_full AS definition FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree'`,
  row: { name: text, definition: text },
})

/** The engines of our tables with their keys, TTLs and settings, by the name that statements use; in a cluster, those of this node. */
export const tableDefinitions = async (store: ClickHouse): Promise<Map<string, string>> => {
  const plain = new Map(Object.keys(shardedBy).map((table) => [storedIn(store, table), table]))
  const rows = await store.query(ofDatabase, { database: store.database })
  return new Map(rows.map(({ name, definition }) => [plain.get(name) ?? name, definition]))
}
