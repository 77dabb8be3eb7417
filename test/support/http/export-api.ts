import { afterAll, afterEach, beforeAll } from 'vitest'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres.ts'
import { seed } from '../stores/seed.ts'
import { insertSaid } from '../telemetry/chat-rows.ts'
import { operatorKey } from './api.ts'
import { type ExportServer, startExportServer } from './export-server.ts'

/** When the history of the channel begins. */
export const from = '2026-11-01T00:00:00Z'
/** The arguments of an export of all of November. */
export const range = `from=${from}&to=2026-11-30T00:00:00Z`
/** The headers of an operator. */
export const asOperator = { Authorization: `Bearer ${operatorKey}` }

/** Probes a second apart: 120 bytes of CSV each, 350 of NDJSON. */
const insertProbes = `INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count,
    follower_count, elapsed_seconds, interval_seconds)
  SELECT 'test', 'kick', '{user}', toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + number, true, toDateTime('2026-11-01 00:00:00', 'UTC'),
    number % 5000, number, 1, 1 FROM numbers({count})`

/** The code and message of an export that was refused. */
export const errorOf = (body: Buffer) => {
  const { errors } = JSON.parse(body.toString()) as { errors: { message: string; extensions: { code: string } }[] }
  return `${errors[0]!.extensions.code}: ${errors[0]!.message}`
}

/** For the tests of a file: stores with a channel of so many probes, and what starts servers of exports over them for one test. */
export const exportApi = ({ probes = 200_000 } = {}) => {
  let opened: Awaited<ReturnType<typeof openTestClickHouse>>
  let database: TestDatabase
  let channelId: bigint
  let userId: string
  let running: ExportServer[] = []

  beforeAll(async () => {
    opened = await openTestClickHouse()
    const { store } = opened
    database = await createTestDatabase()
    const { db } = database
    const rows = seed(db)
    channelId = await rows.channel({ slug: 'xqc' })
    const [row] = (await db.pool.query('SELECT platform_user_id FROM dm.streamer_channel WHERE id = $1', [channelId]))
      .rows
    userId = row.platform_user_id
    await rows.slugPeriod(channelId, 'old-name', new Date(0), new Date(1))
    const other = await rows.channel({ slug: 'other' })
    await db.pool.query("UPDATE dm.streamer_channel SET platform_user_id = '4711' WHERE id = $1", [other])
    await rows.session(channelId, new Date('2026-11-02T00:00:00Z'))
    await rows.session(other, new Date('2026-11-02T00:00:00Z'))
    await store.command(insertProbes.replace('{user}', userId).replace('{count}', String(probes)))
    await insertSaid(store, [{ channel: channelId, at: Date.parse(from) / 1000 + 5, text: 'hello' }])
  })
  afterEach(async () => {
    for (const server of running) await server[Symbol.asyncDispose]()
    running = []
  })
  afterAll(async () => {
    await database[Symbol.asyncDispose]()
    await opened[Symbol.asyncDispose]()
  })

  const start = async (options: Partial<Parameters<typeof startExportServer>[0]> = {}): Promise<ExportServer> => {
    const server = await startExportServer({ db: database.db, store: opened.store, ...options })
    running.push(server)
    return server
  }

  return {
    get store() {
      return opened.store
    },
    get channelId() {
      return channelId
    },
    start,
  }
}
