import { setTimeout as delay } from 'node:timers/promises'
import { ConfigError } from '../lib/errors.ts'
import { ClickHouseError } from '../stores/clickhouse/clickhouse-error.ts'
import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { quote } from '../stores/clickhouse/parameters.ts'
import type { Destination } from './destination.ts'

const state = namedQuery({
  name: 'backup_state',
  // The bytes that a statement has read and written so far, wherever: they stand still while it hangs.
  sql: `SELECT toString(b.status) AS status, b.error AS error, toFloat64(b.compressed_size) AS bytes,
      toFloat64(arraySum(mapValues(mapFilter((name, _) -> name LIKE '%Bytes%', p.ProfileEvents)))) AS moved
    FROM system.backups AS b LEFT JOIN system.processes AS p ON p.query_id = b.query_id WHERE b.id = {id:String}`,
  row: { status: text, error: text, bytes: number, moved: number },
})

const storedParts = namedQuery({
  name: 'backup_parts',
  sql: `SELECT table, toFloat64(rows) AS rows, hash_of_all_files AS hash FROM system.parts
    WHERE database = {database:String} AND active ORDER BY table, hash`,
  row: { table: text, rows: number, hash: text },
})

const storedTables = namedQuery({
  name: 'backup_tables',
  sql: 'SELECT name, engine FROM system.tables WHERE database = {database:String} ORDER BY name',
  row: { name: text, engine: text },
})

const databases = namedQuery({
  name: 'backup_databases',
  sql: 'SELECT name FROM system.databases WHERE startsWith(name, {start:String})',
  row: { name: text },
})

/** The rows of a table and the hashes of its parts, in order. */
export type TableParts = { name: string; rows: number; parts: string[] }

/** What the tables of a database hold, read from what the engine knows of its files. */
export const readTableParts = async (
  store: ClickHouse,
  database: string,
  tables: readonly string[],
): Promise<TableParts[]> => {
  const parts = await store.query(storedParts, { database })
  return tables.map((name) => {
    const own = parts.filter(({ table }) => table === name)
    return { name, rows: own.reduce((sum, { rows }) => sum + rows, 0), parts: own.map(({ hash }) => hash) }
  })
}

/** The tables of a database, and with which engine. */
export const readEngineTables = (store: ClickHouse, database = store.database) =>
  store.query(storedTables, { database })

/** What the databases are called in which backups lie for a moment. */
export const cloneStart = (store: ClickHouse): string => `${store.database}_backup_`

/** Removes what backups that were killed have left. */
export const dropClones = async (store: ClickHouse): Promise<void> => {
  for (const { name } of await store.query(databases, { start: cloneStart(store) }))
    await store.command(`DROP DATABASE IF EXISTS ${name} SYNC`)
}

/** How often it is looked whether a statement has ended: seldom where it takes long. */
const lookEvery = { leastMs: 100, mostMs: 1_000, shareOfTime: 0.1 }

/** The engine tells what went wrong with a stack behind it. */
const firstSentence = (error: string): string => error.split(/, Stack trace|\n/)[0]!

/** Tells the engine that nobody waits for a statement any more. */
const cancel = (store: ClickHouse, id: string): Promise<void> =>
  store
    .command(`KILL QUERY WHERE query_id IN (SELECT query_id FROM system.backups WHERE id = ${quote(id)}) ASYNC`)
    .catch(() => undefined)

const begin = async (store: ClickHouse, sql: string, id: string): Promise<void> => {
  const settings = `${sql.includes(' SETTINGS ') ? ',' : ' SETTINGS'} id = ${quote(id)}, max_execution_time = 0`
  await store.command(`${sql}${settings} ASYNC`).catch((error: unknown) => {
    if (error instanceof ClickHouseError && error.failure === 'statement')
      throw new ConfigError(`ClickHouse could not do it: ${firstSentence(error.message)}`)
    throw error
  })
}

/** Waits for the end of a statement, for as long as it does something. */
const follow = async (
  store: ClickHouse,
  id: string,
  { silentMs }: Pick<Destination, 'silentMs'>,
  signal: AbortSignal,
): Promise<number> => {
  const { leastMs, mostMs, shareOfTime } = lookEvery
  const begunAt = performance.now()
  for (let moved = -1, movedAt = begunAt; ; ) {
    const waited = performance.now() - begunAt
    await delay(Math.min(mostMs, leastMs + waited * shareOfTime), undefined, { signal })
    const [found] = await store.query(state, { id })
    if (found === undefined) throw new ConfigError('ClickHouse was restarted meanwhile: try again.')
    if (found.status === 'BACKUP_CREATED' || found.status === 'RESTORED') return found.bytes
    if (!/^(CREATING_BACKUP|RESTORING)$/.test(found.status))
      throw new ConfigError(`ClickHouse could not do it: ${firstSentence(found.error || found.status)}`)
    const now = performance.now()
    if (found.moved !== moved) movedAt = now
    moved = found.moved
    if (now - movedAt > silentMs)
      throw new ConfigError(`ClickHouse has moved no byte for ${Math.round(silentMs / 1_000)} s: the place hangs.`)
  }
}

/**
 * Runs a BACKUP or RESTORE, which may take hours, beside all other statements, and resolves when it has ended, with the bytes that its
 * files have by what the engine says. A ConfigError says why it did not do it, as where nothing happens at the place for too long.
 */
export const runLong = async (
  store: ClickHouse,
  sql: string,
  id: string,
  place: Pick<Destination, 'silentMs'>,
  signal: AbortSignal,
): Promise<number> => {
  await begin(store, sql, id)
  try {
    return await follow(store, id, place, signal)
  } catch (error) {
    await cancel(store, id)
    throw error
  }
}
