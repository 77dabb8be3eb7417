import fs from 'node:fs'
import path from 'node:path'
import { number, text } from './columns.ts'
import { namedQuery } from './named-query.ts'
import type { ClickHouse } from './open-clickhouse.ts'
import { tableDefinitions } from './table-definitions.ts'

/** A part of a table: rows that lie in one folder. Instants are in milliseconds since the epoch; `to` lies behind the last of them. */
export type DataPart = { table: string; name: string; rows: number; from: number; to: number }

/** The parts that were there at an instant; `emptied` are those of which an erasure removes every row, so that nobody has lost them. */
export type Inventory = { at: number; parts: readonly DataPart[]; emptied?: readonly Named[] }

type Named = { table: string; name: string }

/** A part that was there once and is not now, and where the engine has put it aside; `part` is null where it was never noted. */
export type MissingPart = { table: string; name: string; part: DataPart | null; setAside: string | null }

const activeParts = namedQuery({
  name: 'active_parts',
  sql: `SELECT table, name, toFloat64(rows) AS rows, toFloat64(toUnixTimestamp(min_time)) * 1000 AS from,
    toFloat64(toUnixTimestamp(max_time) + 1) * 1000 AS to
  FROM system.parts WHERE database = {database:String} AND active AND rows > 0`,
  row: { table: text, name: text, rows: number, from: number, to: number },
})

const brokenParts = namedQuery({
  name: 'broken_parts',
  // The engine puts the reason before the name.
  sql: `SELECT table, substring(d.name, length(assumeNotNull(reason)) + 2) AS name, path FROM system.detached_parts AS d
    WHERE database = {database:String} AND startsWith(ifNull(reason, ''), 'broken')`,
  row: { table: text, name: text, path: text },
})

type Blocks = { partition: string; first: number; last: number }

/** The blocks of rows that a part is made of, from its name; null where it is no name of a part. */
const blocksOf = (name: string): Blocks | null => {
  const [, partition, first, last] = /^([^_]+)_(\d+)_(\d+)_\d+(?:_\d+)?$/.exec(name) ?? []
  return partition === undefined ? null : { partition, first: Number(first), last: Number(last) }
}

/** Whether one part holds all rows of the other: merging only makes the blocks of a part more. */
const holds = (part: Named, other: Named): boolean => {
  const [blocks, others] = [blocksOf(part.name), blocksOf(other.name)]
  if (part.table !== other.table || !blocks || !others || blocks.partition !== others.partition) return false
  return blocks.first <= others.first && blocks.last >= others.last
}

/** The parts that are there now. */
export const readInventory = async (store: ClickHouse, at: number): Promise<Inventory> => ({
  at,
  parts: await store.query(activeParts, { database: store.database }),
})

const monthMs = 31 * 86_400_000

/** For how long rows are kept, in milliseconds, by table; a table that is not named keeps them for ever. */
const keptFor = async (store: ClickHouse): Promise<Map<string, number>> => {
  const kept = new Map<string, number>()
  for (const [table, definition] of await tableDefinitions(store)) {
    const [, unit, count] = /toInterval(Day|Month)\((\d+)\)/.exec(definition) ?? []
    if (count !== undefined) kept.set(table, Number(count) * (unit === 'Day' ? 86_400_000 : monthMs))
  }
  return kept
}

/** Noted parts that are gone before their time, and broken parts that were never noted. */
export const missingParts = async (
  store: ClickHouse,
  before: Inventory | null,
  now: Inventory,
): Promise<MissingPart[]> => {
  const broken = await store.query(brokenParts, { database: store.database })
  const kept = await keptFor(store)
  const isHeld = (part: Named) => now.parts.some((other) => holds(other, part))
  const isEmptied = (part: Named) => before?.emptied?.some((other) => holds(other, part)) ?? false
  const setAside = (part: Named) => broken.find((other) => holds(other, part))?.path ?? null
  const noted = (before?.parts ?? []).filter(
    (part) =>
      !isHeld(part) && !isEmptied(part) && part.to + (kept.get(part.table) ?? Number.POSITIVE_INFINITY) > now.at,
  )
  const unnoted = broken.filter((part) => !isHeld(part) && !before?.parts.some((other) => holds(part, other)))
  return [
    ...noted.map((part) => ({ table: part.table, name: part.name, part, setAside: setAside(part) })),
    ...unnoted.map(({ table, name, path }) => ({ table, name, part: null, setAside: path })),
  ]
}

const inventoryFile = (directory: string): string => path.join(directory, 'clickhouse-parts.json')

/** Reads what was noted in a data directory; null where nothing was, or what was can not be read. */
export const loadInventory = (directory: string): Inventory | null => {
  try {
    return JSON.parse(fs.readFileSync(inventoryFile(directory), 'utf8')) as Inventory
  } catch {
    return null
  }
}

/** Writes the note, whole or not at all. */
const saveInventory = (directory: string, inventory: Inventory): void => {
  const file = inventoryFile(directory)
  const next = `${file}.next`
  const handle = fs.openSync(next, 'w', 0o600)
  try {
    fs.writeFileSync(handle, JSON.stringify(inventory))
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  fs.renameSync(next, file)
}

/** Notes what is there now. What is being emptied stays noted for as long as it is there. */
export const noteInventory = (directory: string, now: Inventory): Inventory => {
  const emptied = (loadInventory(directory)?.emptied ?? []).filter((part) =>
    now.parts.some((other) => holds(part, other) || holds(other, part)),
  )
  const noted = { ...now, emptied }
  saveInventory(directory, noted)
  return noted
}

/** Notes that these parts will be gone; to be called before their rows are removed. */
export const noteEmptied = (directory: string, parts: readonly Named[]): void => {
  const noted = loadInventory(directory)
  if (noted) saveInventory(directory, { ...noted, emptied: [...(noted.emptied ?? []), ...parts] })
}
