import type { Postgres } from '../../../src/stores/postgres/postgres.ts'
import { statement } from './statement.ts'

const tables = statement(
  'test_tables',
  `SELECT table_name AS name FROM information_schema.tables
   WHERE table_schema = $1 AND table_type = 'BASE TABLE' AND table_name <> 'audit_log' ORDER BY 1`,
)

/** Every row of every table of a schema but its audit log, as text. */
export const tableRows = async (db: Postgres, schema: 'dm' | 'public'): Promise<Record<string, string[]>> => {
  const rows: Record<string, string[]> = {}
  for (const { name } of await db.query<{ name: string }>(tables, [schema])) {
    const all = statement(`test_rows_${schema}_${name}`, `SELECT t::text AS row FROM ${schema}.${name} t ORDER BY 1`)
    rows[name] = (await db.query<{ row: string }>(all)).map(({ row }) => row)
  }
  return rows
}
