import { ConfigError } from '../../lib/errors.ts'
import { list, text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'
import { chatFormat } from './tables/kick-chat-message.ts'
import { probeFormat } from './tables/kick-streamer-probe.ts'
import { trustScoreFormat } from './tables/streamer-trust-score-history.ts'
import { inboxFormat } from './tables/webhook-inbox.ts'

const createTable = /^CREATE TABLE IF NOT EXISTS (\w+)/
const column = /^ {2}(?!INDEX |CONSTRAINT |PROJECTION )(\w+) [A-Z]/gm

/** The table that a statement of a migration makes, with its columns; null when it makes none. */
export const tableMadeBy = (statement: string): { table: string; columns: string[] } | null => {
  const table = createTable.exec(statement)?.[1]
  if (table === undefined) return null
  const [declared = ''] = statement.split(/^\)/m)
  return { table, columns: [...declared.matchAll(column)].map(([, name]) => name!) }
}

/** The tables of ours: those that the statements of migrations make, and the ledger of these. */
export const ourTables = (statements: readonly string[]): ReadonlySet<string> =>
  new Set(['schema_migration', ...statements.flatMap((one) => tableMadeBy(one)?.table ?? [])])

const columnsOf = namedQuery({
  name: 'columns_of_tables',
  sql: 'SELECT table, groupArray(name) AS columns FROM system.columns WHERE database = {database:String} GROUP BY table',
  row: { table: text, columns: list(text) },
})

type TableColumns = { table: string; columns: readonly string[] }

/** The columns that the program writes, by table. */
export const writtenColumns: readonly TableColumns[] = [probeFormat, chatFormat, inboxFormat, trustScoreFormat]

/** Throws ConfigError where a table is there and lacks a column that it should have: it is not ours, though it has the name. */
export const requireOurColumns = async (store: ClickHouse, expected: readonly TableColumns[]): Promise<void> => {
  const found = new Map(
    (await store.query(columnsOf, { database: store.database })).map((row) => [row.table, row.columns]),
  )
  for (const { table, columns } of expected) {
    const present = found.get(table)
    const missing = present ? columns.filter((name) => !present.includes(name)) : []
    if (missing.length > 0)
      throw new ConfigError(
        `The ClickHouse table ${table} has no ${missing.slice(0, 3).join(', ')}: it holds rows of a system from before. Run \`channelscope adopt plan\`.`,
      )
  }
}
