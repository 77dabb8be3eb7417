import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

/** What the engine would read for the queries of `run`, which gets no rows: projections by their names, and tables with their database; each once, sorted. */
export const readFrom = async (
  store: ClickHouse,
  run: (explaining: ClickHouse) => Promise<unknown>,
): Promise<string[]> => {
  const sources = new Set<string>()
  await run({
    ...store,
    async query(query, parameters) {
      const sql: string = `EXPLAIN ${query.template.sql}`
      const lines = await store.query(namedQuery({ name: 'test_plan', sql, row: { explain: text } }), parameters)
      for (const { explain } of lines) {
        const source = /ReadFromMergeTree \(([\w.]+)\)/.exec(explain)?.[1]
        if (source !== undefined) sources.add(source)
      }
      return []
    },
  })
  return [...sources].sort()
}
