import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { Description } from './describe-database.ts'

const described = namedQuery({
  name: 'test_describe_history',
  sql: `SELECT name, definition FROM (
    SELECT concat('table ', name) AS name, concat(engine_full, ' ', as_select, ' -- ', comment) AS definition FROM system.tables
    WHERE database = currentDatabase() AND NOT is_temporary
    UNION ALL
    SELECT concat('column ', table, '.', name), concat(toString(position), ' ', type, ' ', default_kind, ' ', default_expression, ' ', compression_codec, ' -- ', comment)
    FROM system.columns WHERE database = currentDatabase()
    UNION ALL
    SELECT concat('projection ', table, '.', name), concat(toString(type), ' ', toString(sorting_key), ' ', query) FROM system.projections
    WHERE database = currentDatabase()
    UNION ALL
    SELECT concat('index ', table, '.', name), concat(type_full, ' ', expr, ' ', toString(granularity)) FROM system.data_skipping_indices
    WHERE database = currentDatabase())
    ORDER BY name`,
  row: { name: text, definition: text },
})

const migrations = namedQuery({
  name: 'test_describe_migrations',
  sql: `SELECT DISTINCT concat('migration ', name) AS name, sha256 AS definition FROM schema_migration ORDER BY name`,
  row: { name: text, definition: text },
})

/** Every table, column, projection and index of the ClickHouse database, and its migrations where it has been migrated. */
export const describeHistory = async (store: ClickHouse): Promise<Description> => {
  const rows = await store.query(described, {})
  const applied = rows.some(({ name }) => name === 'table schema_migration') ? await store.query(migrations, {}) : []
  return new Map([...rows, ...applied].map(({ name, definition }) => [name, definition]))
}
