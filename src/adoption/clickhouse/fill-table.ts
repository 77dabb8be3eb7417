import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'

/**
 * Makes a table in memory that holds what a query selects, in place of an earlier one. It is made empty and filled then: made and filled in one
 * statement, the engine fills a table of another name, which stays behind for ever where the program is killed meanwhile.
 */
export const fillTable = async (store: ClickHouse, table: string, select: string): Promise<void> => {
  await store.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  await store.command(`CREATE TABLE ${table} ENGINE = Memory EMPTY AS ${select}`)
  await store.command(`INSERT INTO ${table} ${select}`)
}
