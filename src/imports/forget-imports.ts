import { text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { takeAdvisoryLock } from '../stores/postgres/advisory-lock.ts'
import type { Postgres, Transaction } from '../stores/postgres/postgres.ts'
import { endInterrupted, openRuns } from './import-ledger.ts'
import { dropStaging, stagingOf } from './staging-sql.ts'

/** Whoever has it is the one import that runs. */
const lockKey = 0x1297_0e01

/** The right to import; null while another import runs. */
export const takeImports = (db: Postgres): Promise<AsyncDisposable | null> => takeAdvisoryLock(db, lockKey)

/** So many days after it was interrupted an import can go on; then what it had read is dropped. */
export const interruptedDays = 7

const imports = namedQuery({
  name: 'import_tables',
  sql: `SELECT DISTINCT extract(name, '^rows_(\\\\w+)$') AS id FROM system.tables WHERE database = {database:String} AND startsWith(name, 'rows_')`,
  row: { id: text },
})

/** Drops the tables of imports that have ended: one that was killed at its very end leaves them. For whoever has the right to import. */
export const dropForgotten = async (clickHouse: ClickHouse, db: Transaction): Promise<void> => {
  const open = await openRuns(db)
  const { database } = stagingOf(clickHouse.database, '')
  for (const { id } of await clickHouse.query(imports, { database }))
    if (!open.has(id))
      for (const statement of dropStaging(stagingOf(clickHouse.database, id))) await clickHouse.command(statement)
}

/**
 * Ends the imports that were interrupted so many days ago and drops what they had read: the same call begins anew then. How many it ended;
 * null while an import runs.
 */
export const forgetImports = async (
  { clickHouse, db }: { clickHouse: ClickHouse; db: Postgres },
  days: number,
): Promise<number | null> => {
  await using lock = await takeImports(db)
  if (!lock) return null
  const ended = await endInterrupted(db, days)
  await dropForgotten(clickHouse, db)
  return ended
}
