import { sleep } from '../lib/backoff.ts'
import { ofEveryReplica, onClusterOf, rowsOfEveryReplica, storedIn } from '../stores/clickhouse/cluster.ts'
import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { tableDefinitions } from '../stores/clickhouse/table-definitions.ts'
import { type HistoryTable, historyTables, rowsOf } from './history-tables.ts'
import type { Subject } from './subject.ts'

/** A part of a table of which no row will be left. */
export type EmptiedPart = { table: string; name: string }

export type EraseHistoryOptions = {
  store: ClickHouse
  subject: Subject
  /** The channels of other platforms. */
  otherChannels: readonly bigint[]
  /** Told before rows are removed: these parts will be gone, and nobody has lost them. */
  onEmptied: (parts: readonly EmptiedPart[]) => Promise<void>
  /** Called while it waits, at least every few seconds; throws to end it. */
  onWait: () => Promise<void>
  signal: AbortSignal
  /** How long to wait for the engine to remove the files of the parts that it rewrote. */
  filesMs?: number
}

/** What was done with one table. */
export type ErasedTable = HistoryTable & { rows: number }

const partitions = (store: ClickHouse) =>
  namedQuery({
    name: 'erasure_partitions',
    sql: `SELECT DISTINCT partition_id AS id FROM ${ofEveryReplica(store, 'system.parts')}
      WHERE database = {database:String} AND table = {table:String} AND active ORDER BY id`,
    row: { id: text },
  })

/** One partition at a time, so that no statement takes longer than a heavy one may. */
const matchesIn = (rows: string, condition: string) =>
  namedQuery({
    name: 'erasure_matches',
    pool: 'heavy',
    sql: `SELECT part, toFloat64(count()) AS rows, toFloat64(countIf(found)) AS matches
      FROM (SELECT _part AS part, ${condition} AS found FROM ${rows} WHERE _partition_id = {partition:String})
      GROUP BY part HAVING matches > 0 ORDER BY part`,
    row: { part: text, rows: number, matches: number },
  })

const unfinished = (store: ClickHouse) =>
  namedQuery({
    name: 'erasure_mutations',
    sql: `SELECT toUInt32(count()) AS count, max(latest_fail_reason) AS failure FROM ${ofEveryReplica(store, 'system.mutations')}
      WHERE database = {database:String} AND table = {table:String} AND NOT is_done`,
    row: { count: number, failure: text },
  })

const leftovers = (store: ClickHouse) =>
  namedQuery({
    name: 'erasure_leftovers',
    // Replicated tables keep the records of mutations in their own way.
    sql: `SELECT toUInt32((SELECT count() FROM ${ofEveryReplica(store, 'system.parts')}
        WHERE database = {database:String} AND table = {table:String} AND NOT active)
      + (SELECT count() FROM system.mutations WHERE database = {database:String} AND table = {table:String}
          AND (SELECT any(engine) FROM system.tables WHERE database = {database:String} AND name = {table:String}) NOT LIKE 'Replicated%')) AS count`,
    row: { count: number },
  })

const pauseMs = 200

/** The partitions of a table that have rows, on any replica. */
export const partitionsOf = async (store: ClickHouse, table: string): Promise<string[]> =>
  (await store.query(partitions(store), { database: store.database, table: storedIn(store, table) })).map(
    ({ id }) => id,
  )

/** The parts that hold rows of a subject. In a cluster every replica is asked: what one lacks another may still have. */
export const partsOf = async (
  store: ClickHouse,
  { name }: HistoryTable,
  condition: string,
  signal: AbortSignal,
): Promise<{ part: string; rows: number; matches: number }[]> => {
  const found: { part: string; rows: number; matches: number }[] = []
  for (const partition of await partitionsOf(store, name))
    found.push(...(await store.query(matchesIn(rowsOfEveryReplica(store, name), condition), { partition }, { signal })))
  return found
}

const storedRows = (table: string, condition: string) =>
  namedQuery({
    name: 'erasure_rows',
    pool: 'heavy',
    sql: `SELECT toFloat64(countIf(${condition})) AS rows FROM ${table} WHERE _partition_id = {partition:String}`,
    row: { rows: number },
  })

/** How many rows of a subject the parts hold; in a cluster each once, however many replicas have it. */
export const countRows = async (
  store: ClickHouse,
  { name }: HistoryTable,
  condition: string,
  parts: readonly { matches: number }[],
  signal: AbortSignal,
): Promise<number> => {
  if (storedIn(store, name) === name) return parts.reduce((sum, { matches }) => sum + matches, 0)
  let total = 0
  for (const partition of await partitionsOf(store, name))
    total += (await store.query(storedRows(name, condition), { partition }, { signal }))[0]!.rows
  return total
}

/** A rewritten part is on the disk before the old one goes, and the old one goes at once. */
const whileErasing = 'old_parts_lifetime = 1, min_rows_to_fsync_after_merge = 1'

const settled = async (options: EraseHistoryOptions, table: string): Promise<void> => {
  const { store, onWait, signal } = options
  for (;;) {
    signal.throwIfAborted()
    const [state] = await store.query(unfinished(store), { database: store.database, table: storedIn(store, table) })
    if (state!.count === 0) return
    if (state!.failure !== '') throw new Error(`ClickHouse can not rewrite ${table} now.`)
    await onWait()
    await sleep(pauseMs, signal)
  }
}

/**
 * Waits until the files of rewritten parts are gone, and the records of what rewrote them. The engine removes them by itself, at a time of its
 * own: dropping nothing makes it look.
 */
const filesGone = async (options: EraseHistoryOptions, table: string): Promise<void> => {
  const { store, onWait, signal, filesMs = 60_000 } = options
  const deadline = performance.now() + filesMs
  const stored = storedIn(store, table)
  const onCluster = onClusterOf(store, table)
  for (;;) {
    signal.throwIfAborted()
    await store.command(`ALTER TABLE ${stored} ${onCluster} DROP PARTITION ID 'erased'`)
    await store.command(
      `KILL MUTATION ${onCluster} WHERE database = '${store.database}' AND table = '${stored}' AND is_done SYNC SETTINGS log_queries = 0`,
    )
    const [state] = await store.query(leftovers(store), { database: store.database, table: stored })
    if (state!.count === 0) return
    if (performance.now() > deadline) throw new Error(`ClickHouse still keeps the old parts of ${table}.`)
    await onWait()
    await sleep(pauseMs, signal)
  }
}

/**
 * Removes the rows of a subject from one table by rewriting the parts that hold some, until a search finds none; the files of all other parts
 * stay as they are.
 */
const eraseTable = async (options: EraseHistoryOptions, table: HistoryTable): Promise<number> => {
  const { store, subject, otherChannels, onEmptied, signal } = options
  const condition = rowsOf(subject, table, otherChannels)
  if (condition === null) return 0
  const { name } = table
  const alter = `ALTER TABLE ${storedIn(store, name)} ${onClusterOf(store, name)}`
  const isOpen = (await tableDefinitions(store)).get(name)?.includes('old_parts_lifetime = 1') ?? false
  let total = 0
  for (;;) {
    // What a killed run began goes on by itself.
    await settled(options, name)
    const parts = await partsOf(store, table, condition, signal)
    if (parts.length === 0) break
    const emptied = parts.filter(({ rows, matches }) => rows === matches)
    if (emptied.length > 0) await onEmptied(emptied.map(({ part }) => ({ table: name, name: part })))
    await store.command(`${alter} MODIFY SETTING ${whileErasing}`)
    total += await countRows(store, table, condition, parts, signal)
    // The text of the statement holds the subject: it is in no log of queries, and the record of the mutation goes with the old parts.
    await store.command(`${alter} DELETE WHERE ${condition} SETTINGS mutations_sync = 0, log_queries = 0`)
  }
  if (total > 0 || isOpen) {
    await filesGone(options, name)
    await store.command(`${alter} RESET SETTING old_parts_lifetime, min_rows_to_fsync_after_merge`)
  }
  return total
}

/** Removes everything of a subject from the tables of ClickHouse. Repeating it changes nothing, wherever it was interrupted. */
export const eraseHistory = async (options: EraseHistoryOptions): Promise<ErasedTable[]> => {
  const erased: ErasedTable[] = []
  for (const table of await historyTables(options.store)) {
    await options.onWait()
    erased.push({ ...table, rows: await eraseTable(options, table) })
  }
  return erased
}
