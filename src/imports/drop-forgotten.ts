import { text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { openRuns } from './import-ledger.ts'
import { dropStaging, stagingOf } from './staging-sql.ts'

const imports = namedQuery({
  name: 'import_tables',
  sql: `SELECT DISTINCT extract(name, '^rows_(\\\\w+)$') AS id FROM system.tables WHERE database = {database:String} AND startsWith(name, 'rows_')`,
  row: { id: text },
})

/** Drops the tables of imports that have ended: one that was killed at its very end leaves them. */
export const dropForgotten = async (clickHouse: ClickHouse, db: Transaction): Promise<void> => {
  const open = await openRuns(db)
  const { database } = stagingOf(clickHouse.database, '')
  for (const { id } of await clickHouse.query(imports, { database }))
    if (!open.has(id))
      for (const statement of dropStaging(stagingOf(clickHouse.database, id))) await clickHouse.command(statement)
}
