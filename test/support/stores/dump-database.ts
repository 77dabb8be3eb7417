import type pg from 'pg'

/** Every row of every table of ours as text, and the names of the tables. */
export const dumpDatabase = async (pool: pg.Pool): Promise<{ tables: string[]; text: string }> => {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  const tables = rows.map(({ name }) => name)
  const dumped: string[] = []
  for (const table of tables) {
    const content = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`)
    dumped.push(table, ...content.rows.map(({ row }) => row))
  }
  return { tables, text: dumped.join('\n') }
}
