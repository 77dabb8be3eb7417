import { type Content, contentOf } from '../stores/postgres/table-rows.ts'
import type { Connection, Table } from '../stores/postgres/tables.ts'

/** What both places have of a table. */
export type Compared = { table: string; source: Content; target: Content; isEqual: boolean }

/** Compares both places table by table, by count and checksum, as each shows them now. */
export const compareTables = async (
  source: Connection,
  target: Connection,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<Compared[]> => {
  const compared: Compared[] = []
  for (const table of tables) {
    signal.throwIfAborted()
    const [there, here] = await Promise.all([contentOf(source, table), contentOf(target, table)])
    compared.push({
      table: table.name,
      source: there,
      target: here,
      isEqual: there.rows === here.rows && there.hash === here.hash,
    })
  }
  return compared
}
