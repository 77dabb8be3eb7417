import { randomUUID } from 'node:crypto'
import type { ArchiveStores } from '../archive/read-archive.ts'
import { searchArchives } from '../archive/search-archive.ts'
import { number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import { archivedRowsOf } from './erase-archives.ts'
import { channelsOfOthers, countFollows } from './erase-database.ts'
import { countRows, partsOf } from './erase-history.ts'
import { historyTables, rowsOf } from './history-tables.ts'
import type { ChatterSubject } from './subject.ts'

export type FindOptions = {
  db: Postgres
  stores: ArchiveStores
  env: string
  subject: ChatterSubject
  signal: AbortSignal
}

/** One place that was searched: how many rows it has, how many of them are of the person, and what could not be searched. */
export type SearchedPlace = { place: string; searched: number; found: number; problems: readonly string[] }

const rowsIn = (table: string) =>
  namedQuery({ name: 'find_rows', sql: `SELECT toFloat64(count()) AS count FROM ${table}`, row: { count: number } })

const setAside = namedQuery({
  name: 'find_set_aside',
  sql: `SELECT table, name FROM system.detached_parts WHERE database = {database:String} ORDER BY table, name LIMIT 100`,
  row: { table: text, name: text },
})

/** Searches every place where a person can be in the stores, place by place. */
export async function* findChatter(options: FindOptions): AsyncGenerator<SearchedPlace> {
  const { db, stores, env, subject, signal } = options
  const { clickHouse } = stores
  const otherChannels = await channelsOfOthers(db, subject)
  const aside = await clickHouse.query(setAside, { database: clickHouse.database })
  for (const table of await historyTables(clickHouse)) {
    const condition = rowsOf(subject, table, otherChannels)
    if (condition === null) continue
    const parts = await partsOf(clickHouse, table, condition, signal)
    const [all] = await clickHouse.query(rowsIn(table.name), {}, { signal })
    yield {
      place: `ClickHouse ${table.name}`,
      searched: all!.count,
      found: await countRows(clickHouse, table, condition, parts, signal),
      problems: aside
        .filter((part) => part.table === table.name)
        .map(({ name }) => `part ${name} is set aside and can not be read`),
    }
  }
  const follows = await countFollows(db, subject)
  yield { place: 'Postgres dm.kick_follow_event', searched: follows.all, found: follows.found, problems: [] }
  const removed = archivedRowsOf(subject, otherChannels)
  const archives = await searchArchives({ db, stores, env, removed, holder: randomUUID(), signal })
  yield {
    place: `archives, ${archives.objects} objects`,
    searched: archives.rows,
    found: archives.matches,
    problems: archives.problems,
  }
}
