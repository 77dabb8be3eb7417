import { readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { splitStatements } from '../../../src/stores/clickhouse/statements.ts'
import { columnsOf, completeRows, type LegacyRows, legacyTables } from './legacy-rows.ts'

const textOf = (name: string): Promise<string> => readFile(path.join(import.meta.dirname, name), 'utf8')

/** Runs `work` on a connection of its own that speaks UTC. */
export const onConnection = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, options: '-c TimeZone=UTC' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Makes the legacy tables, and what lives beside them and belongs to others, in an empty database. */
export const makeLegacyTables = async (url: string): Promise<void> => {
  const [tables, outside] = await Promise.all([textOf('legacy-postgres.sql'), textOf('outside.sql')])
  await onConnection(url, async (client) => {
    await client.query(tables)
    await client.query(outside)
  })
}

/** Makes the legacy tables of ClickHouse in an empty directory or server. */
export const makeLegacyHistory = async (store: ClickHouse): Promise<void> => {
  await store.createDatabase()
  for (const statement of splitStatements(await textOf('legacy-clickhouse.sql'))) await store.command(statement)
}

// Sequences go on behind the ids that were given.
const nextId = `SELECT setval(pg_get_serial_sequence('public.streamers', 'id'), (SELECT coalesce(max(id), 1) FROM public.streamers)),
  setval(pg_get_serial_sequence('public.campaigns', 'id'), (SELECT coalesce(max(id), 1) FROM public.campaigns))`

/** Writes the rows of Postgres in one transaction. */
export const insertLegacyRows = (url: string, rows: LegacyRows): Promise<void> =>
  onConnection(url, async (client) => {
    await client.query('BEGIN')
    for (const table of legacyTables) {
      if (table.startsWith('vf.') || !rows[table]) continue
      const columns = columnsOf(table).join(', ')
      await client.query(
        `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
        [JSON.stringify(completeRows(table, rows[table]))],
      )
    }
    await client.query(nextId)
    await client.query('COMMIT')
  })

/** Writes the rows of ClickHouse. */
export const insertLegacyHistory = async (store: ClickHouse, rows: LegacyRows): Promise<void> => {
  for (const table of legacyTables) {
    if (!table.startsWith('vf.') || !rows[table]?.length) continue
    const lines = completeRows(table, rows[table]).map((row) => `${JSON.stringify(row)}\n`)
    await store.insertBatch({
      table: table.slice('vf.'.length),
      columns: columnsOf(table),
      format: 'JSONEachRow',
      body: Buffer.from(lines.join('')),
      token: `legacy-${table}-${lines.length}`,
      rows: lines.length,
    })
  }
}
