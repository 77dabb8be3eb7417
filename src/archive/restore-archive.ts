import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { Archive } from './archive-log.ts'
import { createChatTable } from './chat-table.ts'
import { type ArchiveStores, fetchObject, insertObject, rowsProblem } from './read-archive.ts'

/** What became of a window: `present` when the table has the rows that arrived in it, so that nothing was done. */
export type Restored =
  | { kind: 'restored'; rows: number }
  | { kind: 'present'; rows: number }
  | { kind: 'damaged'; problem: string }

const arrivedIn = (table: string) =>
  namedQuery({
    name: 'chat_archive_present',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows FROM ${table}
      WHERE env = {env:String} AND inserted_at >= {from:DateTime64(3)} AND inserted_at < {to:DateTime64(3)}`,
    row: { rows: number },
  })

/**
 * Puts the rows of a window back into a table, which is made if absent; every column is as it was but `inserted_at`, which is
 * now. A table that still has rows of the window is left alone. Repeating it changes nothing, wherever it was interrupted.
 */
export const restoreArchive = async (
  stores: ArchiveStores,
  { env, from, to, manifest }: Archive & { env: string },
  table: string,
): Promise<Restored> => {
  const { clickHouse } = stores
  if (!/^[a-z]\w{0,63}$/.test(table)) throw new TypeError(`${table} is not the name of a table.`)
  await clickHouse.command(createChatTable(table))
  // A table that an earlier version made has no such column.
  await clickHouse.command(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS provenance LowCardinality(String)`)
  const [present] = await clickHouse.query(arrivedIn(table), { env, from, to })
  if (present!.rows > 0) return { kind: 'present', rows: present!.rows }
  for (const listed of manifest.objects) {
    const object = await fetchObject(stores, listed)
    if (typeof object === 'string') return { kind: 'damaged', problem: object }
    const problem = await rowsProblem(stores, object)
    if (problem !== null) return { kind: 'damaged', problem }
    await insertObject(clickHouse, table, object)
  }
  return { kind: 'restored', rows: manifest.rows }
}
