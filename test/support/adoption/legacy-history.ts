import path from 'node:path'
import { silentLog } from '../../../src/lib/log.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { makeLegacyHistory } from '../legacy/legacy-database.ts'
import { startClickHouseHttp } from '../stores/clickhouse-http.ts'
import { migrationSettings } from '../stores/migrate-clickhouse.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

/** What a takeover is given in tests. */
export const takeOverOptions = {
  directory: path.resolve('clickhouse/migrations'),
  settings: migrationSettings,
  log: silentLog,
}

/** An engine with any number of databases, each of which begins with the tables of before. */
export const startLegacyHistories = async () => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('legacy-history'))
  const server = opened.use(await startClickHouseHttp(path.join(directory.path, 'engine')))
  const running = opened.move()
  let databases = 0
  const at = (database: string) =>
    openClickHouse({ url: Object.assign(new URL(server.url), { pathname: `/${database}` }).href })
  return {
    /** The same database through another connection. */
    again: (store: ClickHouse) => at(store.database),
    async empty(): Promise<ClickHouse> {
      const store = await at(`adopted_${databases++}`)
      await store.createDatabase()
      return store
    },
    async legacy(): Promise<ClickHouse> {
      const store = await this.empty()
      await makeLegacyHistory(store)
      return store
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** A probe as an old writer tells it: instants in seconds since 1970. */
export type OldProbe = {
  channel: string
  at: number
  started?: number
  viewers?: number
  followers?: number
  env?: string
}

const oldProbeColumns = [
  'env',
  'platform',
  'platform_user_id',
  'ts',
  'stream_started_at',
  'viewer_count',
  'follower_count',
  'slug',
]
let batches = 0

/** Writes probes as an old writer does, either in JSON or as values. */
export const writeOldProbes = async (
  store: ClickHouse,
  probes: readonly OldProbe[],
  form: 'JSON' | 'VALUES' = 'JSON',
): Promise<void> => {
  const rows = probes.map(({ channel, at, started, viewers = 0, followers = 0, env = 'production' }) => ({
    env,
    platform: 'kick',
    platform_user_id: channel,
    ts: at,
    stream_started_at: started ?? null,
    viewer_count: viewers,
    follower_count: followers,
    slug: `slug-${channel}`,
  }))
  if (form === 'VALUES') {
    const values = rows.map((row) =>
      Object.values(row)
        .map((value) => (value === null ? 'NULL' : typeof value === 'number' ? value : `'${value}'`))
        .join(', '),
    )
    await store.command(
      `INSERT INTO kick_streamer_probe (${oldProbeColumns.join(', ')}) VALUES ${values.map((row) => `(${row})`).join(', ')}`,
    )
    return
  }
  await store.insertBatch({
    table: 'kick_streamer_probe',
    format: 'JSONEachRow',
    body: Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    token: `old-probes-${batches++}`,
    rows: rows.length,
  })
}

/** Writes scores as an old writer does. */
export const writeOldScores = async (
  store: ClickHouse,
  scores: readonly { channel: string; at: number; score: number; factors?: string; env?: string }[],
): Promise<void> =>
  store.insertBatch({
    table: 'streamer_trust_score_history',
    format: 'JSONEachRow',
    body: Buffer.from(
      scores
        .map(({ channel, at, score, factors = '{"age": 3}', env = 'production' }) => ({
          env,
          platform: 'kick',
          platform_user_id: channel,
          computed_at: at,
          score,
          factors,
        }))
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
    ),
    token: `old-scores-${batches++}`,
    rows: scores.length,
  })

/** The rows of a statement as lines of text, whatever its columns are. */
export const rowsAsText = async (store: ClickHouse, select: string): Promise<string[]> =>
  (
    await store.query(
      namedQuery({
        name: 'test_rows',
        sql: `SELECT toString(tuple(*)) AS row FROM (${select}) ORDER BY row`,
        row: { row: text },
      }),
      {},
    )
  ).map(({ row }) => row)

/** How every table and view of a database is made, by name. */
export const tablesAsText = async (store: ClickHouse): Promise<Record<string, string>> => {
  const tables = namedQuery({
    name: 'test_tables',
    sql: `SELECT name, replaceAll(create_table_query, concat({database:String}, '.'), '') AS made FROM system.tables WHERE database = {database:String} ORDER BY name`,
    row: { name: text, made: text },
  })
  return Object.fromEntries(
    (await store.query(tables, { database: store.database })).map(({ name, made }) => [name, made]),
  )
}

/** A store beside each statement of which somebody writes. */
export const writingBeside = (store: ClickHouse, write: () => Promise<void>): ClickHouse => ({
  ...store,
  command: async (sql) => {
    await Promise.all([store.command(sql), write()])
  },
})

/** A store of which the statement with this number, counted from 1, is done and then fails, as when the process is killed after it. */
export const failingAfter = (store: ClickHouse, number: number): ClickHouse => {
  let commands = 0
  return {
    ...store,
    command: async (sql) => {
      await store.command(sql)
      if (++commands === number) throw new Error('killed')
    },
  }
}
