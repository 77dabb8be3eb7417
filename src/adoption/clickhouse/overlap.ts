import { number, text } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { legacyProbes, legacyScores, legacyStates, seenTwice } from './legacy-tables.ts'
import { late, rawProbes, settled, told } from './settle-probes-sql.ts'

/** SQL: the factors of before as a list in our form, as Phase A makes it of the current scores. Text that is no JSON is kept as an explanation. */
export const convertedFactors = (factors: string): string => `multiIf(
  JSONType(${factors}) = 'Array', ${factors},
  JSONType(${factors}) = 'Object', concat('[', arrayStringConcat(arrayMap(
    factor -> concat('{"name":', toJSONString(factor.1), ',"value":', if(match(factor.2, '^-?[0-9]'), factor.2, 'null'),
      ',"weight":0,"contribution":0,"explanation":', toJSONString(concat('As the system from before computed it: ', trim(BOTH '"' FROM factor.2))), '}'),
    JSONExtractKeysAndValuesRaw(${factors})), ','), ']'),
  ${factors} = '', '[]',
  concat('[{"name":"unreadable","value":null,"weight":0,"contribution":0,"explanation":', toJSONString(${factors}), '}]'))`

/** SQL: rows of scores that old writers wrote and nobody has settled yet. */
export const rawScores = `factors != ''`

/** What makes our tables take the rows of old writers, by table, and how it is undone. */
const overlapColumns = [
  {
    table: legacyProbes,
    begin: `ADD COLUMN IF NOT EXISTS slug String COMMENT 'Only of old writers',
      MODIFY COLUMN is_live DEFAULT stream_started_at > toDateTime(0, 'UTC'),
      MODIFY COLUMN provenance DEFAULT if(${rawProbes}, 'legacy', '')`,
    end: { is_live: null, provenance: null },
  },
  {
    table: legacyScores,
    begin: `ADD COLUMN IF NOT EXISTS factors String COMMENT 'Only of old writers',
      MODIFY COLUMN algorithm DEFAULT 'legacy',
      MODIFY COLUMN factors_json DEFAULT ${convertedFactors('factors')},
      MODIFY COLUMN provenance DEFAULT if(${rawScores}, 'legacy', '')`,
    end: { factors_json: `'[]'`, provenance: null, algorithm: null },
  },
] as const

/**
 * SQL: an instant of an old writer. A bare number of seconds is milliseconds to our column (before version 26.8), so it would lie in 1970: no
 * row of before does.
 */
export const toldInstant = (column: string): string =>
  `toDateTime(if(${column} < toDateTime64('1980-01-01 00:00:00', 3, 'UTC'), toUnixTimestamp64Milli(${column}), toUnixTimestamp(${column})), 'UTC')`

/** Copies what old writers go on writing into the tables of before, so that those have all of it. */
const views = [
  {
    name: 'adoption_probes_copy',
    of: legacyProbes,
    query: `SELECT env, platform, platform_user_id, ${toldInstant('ts')} AS ts,
      if(stream_started_at > toDateTime(0, 'UTC'), toNullable(stream_started_at), NULL) AS stream_started_at,
      ifNull(viewer_count, 0) AS viewer_count, ifNull(follower_count, 0) AS follower_count, slug
      FROM ${legacyProbes.name} WHERE ${rawProbes}`,
  },
  {
    name: 'adoption_scores_copy',
    of: legacyScores,
    query: `SELECT env, platform, platform_user_id, ${toldInstant('computed_at')} AS computed_at, score, factors
      FROM ${legacyScores.name} WHERE ${rawScores}`,
  },
] as const

/** Makes a table of ours take the rows of old writers, whatever its name is meanwhile. */
export const beginOverlapColumns = async (store: ClickHouse, table: string, ours: { name: string }): Promise<void> => {
  const { begin } = overlapColumns.find((one) => one.table.name === ours.name)!
  await store.command(`ALTER TABLE ${table} ${begin}`)
}

/** The views of the tables that are taken over. */
const viewsOf = async (store: ClickHouse): Promise<(typeof views)[number][]> => {
  const states = await legacyStates(store)
  return views.filter(({ of }) => states.get(of) === 'taken')
}

/** Makes the views that keep the tables of before complete. */
export const createCopyViews = async (store: ClickHouse): Promise<void> => {
  for (const { name, of, query } of await viewsOf(store))
    await store.command(`CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} TO ${of.before} AS ${query}`)
}

/** Drops them. */
export const dropCopyViews = async (store: ClickHouse): Promise<void> => {
  for (const { name } of views) await store.command(`DROP VIEW IF EXISTS ${name} SYNC`)
}

const countOf = (rows: string) =>
  namedQuery({ name: 'adoption_missed', sql: `SELECT toUInt32(count()) AS rows FROM (${rows})`, row: { rows: number } })

/** Brings what a view missed, because it was made later than the table got its name, into the tables of before. */
export const copyMissedRows = async (store: ClickHouse): Promise<void> => {
  for (const { of, query } of await viewsOf(store)) {
    if ((await store.query(countOf(query), {}))[0]!.rows === 0) continue
    await store.command(insertMissing(of.before, query, of === legacyProbes ? 'ts' : 'computed_at'))
  }
}

/** SQL: inserts the rows that a table lacks, by channel and second. */
export const insertMissing = (to: string, query: string, instant: string): string => {
  const key = `toString(env), toString(platform), platform_user_id, toUnixTimestamp(${instant})`
  return `INSERT INTO ${to} SELECT * FROM (${query}) AS written
    WHERE (${key}) NOT IN (SELECT ${key} FROM ${to} WHERE ${instant} >= (SELECT min(${instant}) FROM (${query})))`
}

const defaultsOf = namedQuery({
  name: 'adoption_defaults',
  sql: `SELECT name FROM system.columns WHERE database = {database:String} AND table = {table:String} AND default_kind != ''`,
  row: { name: text },
})

/** Leaves our tables as an empty install has them. Old writers can not write any more. It can be killed anywhere and goes on when it is run again. */
export const endOverlapColumns = async (store: ClickHouse): Promise<void> => {
  await dropCopyViews(store)
  for (const { table, end } of overlapColumns) {
    const having = (await store.query(defaultsOf, { database: store.database, table: table.name })).map(
      ({ name }) => name,
    )
    const changes = Object.entries(end).flatMap(([column, otherwise]) =>
      having.includes(column)
        ? `MODIFY COLUMN ${column} ${otherwise === null ? 'REMOVE DEFAULT' : `DEFAULT ${otherwise}`}`
        : [],
    )
    if (changes.length > 0) await store.command(`ALTER TABLE ${table.name} ${changes.join(', ')}`)
    // Last, and by itself: as long as it is there, this was not finished, and defaults may name it.
    await store.command(`ALTER TABLE ${table.name} DROP COLUMN IF EXISTS ${table.overlap}`)
  }
}

/** Drops what an overlap has beside our tables. */
export const dropOverlapTables = async (store: ClickHouse): Promise<void> => {
  await dropCopyViews(store)
  const { before, taken } = legacyProbes
  const ofScores = [legacyScores.before, legacyScores.taken]
  for (const table of [before, taken, ...ofScores, seenTwice, told, settled, late])
    await store.command(`DROP TABLE IF EXISTS ${table} SYNC`)
}
