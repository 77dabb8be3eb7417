import { ConfigError } from '../lib/errors.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { readParity } from './parity.ts'
import { ask } from './step.ts'

/** Refuses while old and new tables differ, as a ConfigError that says where. */
export const requireParity = async (db: Transaction): Promise<void> => {
  const { isClean, withoutChannel, tables } = await readParity(db)
  if (isClean) return
  const [table] = tables.filter(({ differences }) => differences > 0)
  const [lacking] = withoutChannel.filter(({ rows }) => rows > 0)
  const what = table
    ? `${table.source} differs from ${table.destination} in ${table.differences} rows`
    : `${lacking!.rows} rows of ${lacking!.table} have no channel`
  throw new ConfigError(
    `${what}: \`channelscope adopt status\` shows all that differs, and \`channelscope adopt phase-a\` looks after it.`,
  )
}

/** Refuses as long as somebody wrote through an old table or column within this time, as a ConfigError that names it. */
export const requireQuiet = async (db: Transaction, seconds: number): Promise<void> => {
  const [last] = await db.query(
    ask<{
      table: string
      column: string
      at: Date
      age: number
    }>(`SELECT table_name AS "table", column_name AS "column", last_at AS at,
      extract(epoch FROM clock_timestamp() - last_at)::float8 AS age FROM adoption.last_write ORDER BY last_at DESC LIMIT 1`),
  )
  if (!last || last.age >= seconds) return
  throw new ConfigError(
    `${last.table} was written through ${last.column} at ${last.at.toISOString()}, ${Math.floor(last.age)} s ago: stop what writes there, and try again when nothing did for ${seconds} s (--quiet-for changes that).`,
  )
}
