import { text as readText } from 'node:stream/consumers'
import type pg from 'pg'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'

/** The rows of each table as sorted JSON, without what differs from one run to the next. */
export type State = Record<string, string[]>

/** Of two runs these never agree: numbers that were handed out, and random ids. */
const handedOut = new Set([
  'external_id',
  'epoch',
  'system_id',
  'receipt',
  'lease_id',
  'profile_lease_id',
  'followers_lease_id',
])

const keepsIds = new Set(['public.streamers', 'public.deals', 'public.campaigns', 'public.streamer_videos'])

const tablesOf = `SELECT schemaname || '.' || tablename AS name FROM pg_tables
  WHERE schemaname IN ('public', 'dm', 'scrape', 'webhooks') AND tablename NOT LIKE '%_prisma_migrations' ORDER BY 1`

type Json = Record<string, unknown>

/** Whether it tells an instant of the run. */
const isOfRun = (value: unknown, beganAt: Date): boolean => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return false
  const at = Date.parse(value)
  return at >= beganAt.getTime() && at < Date.now() + 600_000
}

/** Instants from the beginning of the run on are all alike, and a channel is called by what identifies it. */
const plainRow =
  (table: string, channels: ReadonlyMap<string, string>, beganAt: Date) =>
  (row: Json): string => {
    const entries = Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
      if (handedOut.has(name) || (name === 'id' && !keepsIds.has(table))) return []
      if (name === 'channel_id' && value !== null) return [[name, channels.get(String(value)) ?? 'of no channel']]
      return [[name, isOfRun(value, beganAt) ? 'during the run' : value]]
    })
    return JSON.stringify(Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))))
  }

/** Every row of the tables of both systems in Postgres; `beganAt` is before the first command. */
export const stateOf = async (db: pg.ClientBase, beganAt: Date): Promise<State> => {
  await db.query(`SET TimeZone = 'UTC'`)
  const { rows: tables } = await db.query<{ name: string }>(tablesOf)
  const channels = new Map<string, string>()
  if (tables.some(({ name }) => name === 'dm.streamer_channel')) {
    const { rows } = await db.query(`SELECT id, platform || ' ' || platform_user_id AS key FROM dm.streamer_channel`)
    for (const { id, key } of rows) channels.set(String(id), key)
  }
  const state: State = {}
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: Json }>(`SELECT to_jsonb(t) AS row FROM ${name} t`)
    if (rows.length > 0) state[name] = rows.map(({ row }) => plainRow(name, channels, beganAt)(row)).sort()
  }
  return state
}

const historyTables = namedQuery({
  name: 'test_history_tables',
  sql: `SELECT name, engine FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name != 'schema_migration'
    ORDER BY name`,
  row: { name: text, engine: text },
})

/**
 * Every row of the tables of ClickHouse, but for when it was inserted and for the number of its channel. Instants from `beganAt` on are all alike:
 * one of the future becomes that of the run.
 */
export const historyOf = async (store: ClickHouse, beganAt?: Date): Promise<State> => {
  const state: State = {}
  for (const { name, engine } of await store.query(historyTables, {})) {
    const sql = `SELECT * FROM ${name} ${engine === 'MergeTree' ? '' : 'FINAL'}`
    const rows = await readText(
      await store.stream(namedQuery({ name: `test_history_${name}`, sql, row: {} }), {}, 'JSONEachRow'),
    )
    state[name] = rows
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { inserted_at: _, channel_id: __, ...row } = JSON.parse(line) as Json
        const plain = Object.entries(row).map(([column, value]) => [
          column,
          beganAt && isOfRun(value, beganAt) ? 'during the run' : value,
        ])
        return JSON.stringify(Object.fromEntries(plain))
      })
      .sort()
  }
  return state
}
