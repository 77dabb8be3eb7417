import { number } from '../../stores/clickhouse/columns.ts'
import { namedQuery } from '../../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../stores/clickhouse/open-clickhouse.ts'
import { quote } from '../../stores/clickhouse/parameters.ts'
import {
  describeTable,
  finishExchange,
  type LegacyTable,
  legacyProbes,
  legacyStates,
  readNote,
  seenTwice,
} from './legacy-tables.ts'
import { copyMissedRows, createCopyViews, dropCopyViews, insertMissing, rawScores } from './overlap.ts'
import { rawProbes } from './settle-probes-sql.ts'

const countOf = (table: string) =>
  namedQuery({ name: 'adoption_rows', sql: `SELECT toFloat64(count()) AS rows FROM ${table}`, row: { rows: number } })

/** SQL: what this program observed, in the columns of before. */
const observed = {
  kick_streamer_probe: {
    instant: 'ts',
    raw: rawProbes,
    select: `env, platform, platform_user_id, toDateTime(ts, 'UTC') AS ts,
      if(is_live AND stream_started_at > toDateTime(0, 'UTC'), toNullable(stream_started_at), NULL) AS stream_started_at,
      ifNull(viewer_count, 0) AS viewer_count, ifNull(follower_count, 0) AS follower_count, '' AS slug`,
  },
  streamer_trust_score_history: {
    instant: 'computed_at',
    raw: rawScores,
    select: `env, platform, platform_user_id, toDateTime(computed_at, 'UTC') AS computed_at, score, factors_json AS factors`,
  },
} as const

/** Brings rows of ours that the table of before lacks into it, by channel and second. */
const bringBack = async (
  store: ClickHouse,
  from: string,
  to: string,
  table: LegacyTable,
  condition: string,
): Promise<void> => {
  const { instant, select } = observed[table.name as keyof typeof observed]
  await store.command(insertMissing(to, `SELECT ${select} FROM ${from} WHERE ${condition}`, instant))
}

/**
 * Gives the tables of before their names back, with everything that old writers and this program wrote meanwhile. Chat and deliveries that this
 * program received stay where they are; tables of ours that are empty go. It can be killed anywhere and goes on when it is run again.
 */
export const giveBackLegacyTables = async (store: ClickHouse): Promise<void> => {
  const states = await legacyStates(store)
  for (const [table, state] of states) if (state === 'taken') await finishExchange(store, table)
  if ([...states.values()].includes('taken')) {
    await createCopyViews(store)
    await copyMissedRows(store)
  }
  for (const [table, state] of states) {
    const { raw } = observed[table.name as keyof typeof observed]
    if (state === 'taken') {
      await bringBack(store, table.name, table.before, table, `provenance != 'legacy'`)
      // A view of ours would refuse what old writers write once their table has the name again.
      await dropCopyViews(store)
      if (table === legacyProbes) await store.command('DROP VIEW IF EXISTS kick_streamer_probe_15m_fill SYNC')
      const note = await readNote(store, table.before)
      if (note) await store.command(`ALTER TABLE ${table.before} MODIFY COMMENT ${quote(note.comment)}`)
      await store.command(`EXCHANGE TABLES ${table.name} AND ${table.before}`)
    }
    // What came between the last copy and the exchange.
    for (const ours of [table.before, table.taken]) {
      if (!(await describeTable(store, ours)) || (await legacyStates(store)).get(table) !== 'legacy') continue
      await bringBack(store, ours, table.name, table, `${await hasRaw(store, ours, raw)} OR provenance != 'legacy'`)
      await store.command(`DROP TABLE ${ours} SYNC`)
    }
  }
  const left = [...(await legacyStates(store))].filter(([, state]) => state === 'legacy')
  if (left.length === 0) return
  // Of a takeover that was begun alone.
  for (const [{ name }] of left) {
    const note = await readNote(store, name)
    if (note) await store.command(`ALTER TABLE ${name} MODIFY COMMENT ${quote(note.comment)}`)
  }
  for (const table of [seenTwice, 'kick_streamer_probe_15m', 'schema_migration'])
    await store.command(`DROP TABLE IF EXISTS ${table} SYNC`)
  for (const table of ['kick_chat_message', 'webhook_inbox'])
    if ((await describeTable(store, table)) && (await store.query(countOf(table), {}))[0]!.rows === 0)
      await store.command(`DROP TABLE ${table} SYNC`)
}

const columnsOf = namedQuery({
  name: 'adoption_has_column',
  sql: 'SELECT toUInt32(count()) AS found FROM system.columns WHERE database = {database:String} AND table = {table:String} AND name = {column:String}',
  row: { found: number },
})

/** SQL: whether a row is of an old writer; never where the table has not got the column that tells it. */
const hasRaw = async (store: ClickHouse, table: string, raw: string): Promise<string> => {
  const column = /^\w+/.exec(raw)![0]
  const [row] = await store.query(columnsOf, { database: store.database, table, column })
  return row!.found > 0 ? `(${raw})` : '0'
}
