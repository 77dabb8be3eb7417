import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { type EraseHistoryOptions, partitionsOf } from './erase-history.ts'
import { historyTables, rowsOf } from './history-tables.ts'

const arrivedSince = (table: string, condition: string) =>
  namedQuery({
    name: 'erasure_count',
    pool: 'heavy',
    sql: `SELECT toFloat64(count()) AS count FROM ${table}
      WHERE _partition_id = {partition:String} AND inserted_at >= {since:DateTime64(3)} AND (${condition})`,
    row: { count: number },
  })

const hasArrivals = namedQuery({
  name: 'erasure_arrivals',
  sql: `SELECT table FROM system.columns WHERE database = {database:String} AND name = 'inserted_at'`,
  row: { table: text },
})

/** How many messages of a subject arrived since an instant and are in the history. */
export const countMessages = async (
  options: Pick<EraseHistoryOptions, 'store' | 'subject' | 'otherChannels' | 'onWait' | 'signal'> & { since: Date },
): Promise<number> => {
  const { store, subject, otherChannels, onWait, signal, since } = options
  const arriving = new Set((await store.query(hasArrivals, { database: store.database })).map(({ table }) => table))
  let total = 0
  for (const table of await historyTables(store)) {
    const condition = rowsOf(subject, table, otherChannels)
    if (table.kind !== 'chat' || condition === null || !arriving.has(table.name)) continue
    for (const partition of await partitionsOf(store, table.name)) {
      await onWait()
      const [row] = await store.query(arrivedSince(table.name, condition), { partition, since }, { signal })
      total += row!.count
    }
  }
  return total
}
