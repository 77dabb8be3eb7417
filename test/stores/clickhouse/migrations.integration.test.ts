import { readdirSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../../src/lib/log.ts'
import { number, text } from '../../../src/stores/clickhouse/columns.ts'
import { migrateClickHouse } from '../../../src/stores/clickhouse/migrate.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { applyRetention } from '../../../src/stores/clickhouse/retention.ts'
import type { MigrationSettings } from '../../../src/stores/clickhouse/statements.ts'
import { startClickHouseHttp } from '../../support/stores/clickhouse-http.ts'
import { migrationSettings } from '../../support/stores/migrate-clickhouse.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const names = readdirSync('clickhouse/migrations')
  .toSorted()
  .map((file) => path.basename(file, '.sql'))

// Over HTTP, so that several stores have several databases of one engine.
const directory = await temporaryDirectory('clickhouse')
const server = await startClickHouseHttp(path.join(directory.path, 'engine'))
const migrations = path.join(directory.path, 'migrations')
let databases = 0

const openDatabase = async (): Promise<ClickHouse> => {
  const url = new URL(server.url)
  url.pathname = `/migrated_${databases++}`
  return openClickHouse({ url: url.href })
}

const migrate = (store: ClickHouse, settings: MigrationSettings = migrationSettings) =>
  migrateClickHouse(store, { directory: migrations, settings, log: silentLog })

/** For what leaves the tables as they are; all else migrates a database of its own. */
let migrated: ClickHouse
beforeAll(async () => {
  await cp(path.resolve(import.meta.dirname, '../../../clickhouse/migrations'), migrations, { recursive: true })
  migrated = await openDatabase()
  await migrate(migrated)
})
afterAll(async () => {
  await migrated[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const definitions = namedQuery({
  name: 'definitions',
  sql: 'SELECT name, engine_full AS definition FROM system.tables WHERE database = {database:String}',
  row: { name: text, definition: text },
})
const definitionOf = async (store: ClickHouse, table: string): Promise<string | undefined> =>
  (await store.query(definitions, { database: store.database })).find(({ name }) => name === table)?.definition

test('a new database gets every table once', async () => {
  await using store = await openDatabase()
  expect(await migrate(store)).toEqual(names)
  expect(await migrate(store)).toEqual([])
  expect((await store.query(definitions, { database: store.database })).map(({ name }) => name).sort()).toEqual([
    'kick_chat_message',
    'kick_streamer_probe',
    'kick_streamer_probe_15m',
    'kick_streamer_probe_15m_fill',
    'schema_migration',
    'streamer_trust_score_history',
    'webhook_inbox',
  ])
})

test('every column of a table that is written has a codec', async () => {
  const bare = namedQuery({
    name: 'bare',
    sql: `SELECT concat(table, '.', name) AS name FROM system.columns
      WHERE database = {database:String} AND compression_codec = '' AND default_kind != 'ALIAS' AND table NOT IN ('schema_migration', 'kick_streamer_probe_15m_fill')`,
    row: { name: text },
  })
  expect(await migrated.query(bare, { database: migrated.database })).toEqual([])
})

test('every table and every column says what it means', async () => {
  const silent = namedQuery({
    name: 'silent',
    sql: `SELECT concat(table, '.', name) AS name FROM system.columns
      WHERE database = {database:String} AND comment = '' AND table != 'kick_streamer_probe_15m_fill'
      UNION ALL SELECT name FROM system.tables WHERE database = {database:String} AND comment = '' AND engine != 'MaterializedView'`,
    row: { name: text },
  })
  expect(await migrated.query(silent, { database: migrated.database })).toEqual([])
})

test('two processes that start at once both succeed and leave one set of tables', async () => {
  await using first = await openDatabase()
  await using second = await openClickHouse({
    url: Object.assign(new URL(server.url), { pathname: `/${first.database}` }).href,
  })
  const applied = await Promise.all([migrate(first), migrate(second)])
  expect(new Set(applied.flat())).toEqual(new Set(names))
  expect(await migrate(first)).toEqual([])
})

test('a migration that was interrupted starts over', async () => {
  await using store = await openDatabase()
  await migrate(store)
  await store.command('DROP VIEW kick_streamer_probe_15m_fill SYNC')
  await store.command(`ALTER TABLE schema_migration DELETE WHERE name = '0001_baseline' SETTINGS mutations_sync = 1`)
  expect(await migrate(store)).toEqual(['0001_baseline'])
  expect(await definitionOf(store, 'kick_streamer_probe_15m_fill')).toBeDefined()
})

test('a migration that was edited after it had been applied is refused by name', async () => {
  await using store = await openDatabase()
  await migrate(store)
  const file = path.join(migrations, '0001_baseline.sql')
  const original = await readFile(file)
  try {
    await writeFile(file, `${original} `)
    await expect(migrate(store)).rejects.toThrow(
      'ClickHouse migration 0001_baseline was changed after it had been applied: restore the file and add a new migration.',
    )
  } finally {
    await writeFile(file, original)
  }
})

test('a retention that is set anew is applied to what exists, and only then', async () => {
  await using store = await openDatabase()
  await migrate(store)
  const changes: object[] = []
  const log = { ...silentLog, info: (fields: object) => void changes.push(fields) }
  const settings = { retentionDays: { probes: 100, chat: 30, webhooks: 7 } }
  const run = () => applyRetention(store, settings, log)
  const expected = [
    { table: 'kick_streamer_probe', from: 365, to: 100 },
    { table: 'kick_streamer_probe_15m', from: 365, to: 100 },
    { table: 'webhook_inbox', from: 30, to: 7 },
  ]
  expect(await run()).toEqual(expected)
  expect(changes).toEqual(expected)
  expect(await definitionOf(store, 'webhook_inbox')).toContain('TTL toDateTime(received_at) + toIntervalDay(7)')
  expect(await definitionOf(store, 'kick_chat_message')).toContain('TTL created_at + toIntervalDay(30)')
  expect(await run()).toEqual([])
})

test('a migration leaves the retention of what exists alone', async () => {
  await using store = await openDatabase()
  await migrate(store)
  await migrate(store, { retentionDays: { probes: 1, chat: 1, webhooks: 1 } })
  expect(await definitionOf(store, 'kick_chat_message')).toContain('TTL created_at + toIntervalDay(30)')
})

test('retention of tables that are not there yet is an error, not a success', async () => {
  await using store = await openDatabase()
  await store.createDatabase()
  await expect(applyRetention(store, migrationSettings, silentLog)).rejects.toThrow('is not there yet')
})

test('a table that would store a repeated batch twice stops the start with the remedy', async () => {
  await using store = await openDatabase()
  await migrate(store)
  await store.command('ALTER TABLE webhook_inbox MODIFY SETTING non_replicated_deduplication_window = 0')
  await expect(migrate(store)).rejects.toThrow(
    'The ClickHouse table webhook_inbox does not recognise repeated batches: ALTER TABLE webhook_inbox MODIFY SETTING non_replicated_deduplication_window = 10000.',
  )
})

describe('the probe table derives at the write', () => {
  const derived = namedQuery({
    name: 'derived',
    sql: 'SELECT sample_seconds AS sample, missed_probes AS missed FROM kick_streamer_probe WHERE platform_user_id = {channel:String}',
    row: { sample: number, missed: number },
  })
  let channels = 0

  test.each([
    ['a sample stands for the time since the probe before it', { elapsed: 60, interval: 60 }, 60, 0],
    ['but not for more than two and a half intervals', { elapsed: 3_600, interval: 60 }, 150, 59],
    ['nor for time before the broadcast', { elapsed: 60, interval: 60, startedAgo: 20 }, 20, 0],
    ['the first sample of a channel stands for the planned interval', { elapsed: 0, interval: 60 }, 60, 0],
    ['or since the start of the broadcast if that is later', { elapsed: 0, interval: 60, startedAgo: 5 }, 5, 0],
    [
      'a broadcast that begins after the probe still counts a second',
      { elapsed: 60, interval: 60, startedAgo: -5 },
      1,
      0,
    ],
    ['without viewers there is no sample', { elapsed: 60, interval: 60, viewers: null }, 0, 0],
    ['a probe that is late by less than half an interval missed none', { elapsed: 89, interval: 60 }, 89, 0],
    ['one that comes after two and a half intervals missed two', { elapsed: 150, interval: 60 }, 150, 2],
    ['an interval of 0 divides nothing', { elapsed: 0, interval: 0 }, 1, 0],
  ])(
    '%s',
    async (_, {
      elapsed,
      interval,
      startedAgo = 100_000,
      viewers = 10,
    }: {
      elapsed: number
      interval: number
      startedAgo?: number
      viewers?: number | null
    }, sample, missed) => {
      const channel = String(++channels)
      const at = 1_780_000_000
      const row = {
        platform_user_id: channel,
        ts: at * 1000,
        is_live: true,
        stream_started_at: at - startedAgo,
        viewer_count: viewers,
        elapsed_seconds: elapsed,
        interval_seconds: interval,
      }
      await migrated.insertBatch({
        table: 'kick_streamer_probe',
        format: 'JSONEachRow',
        body: Buffer.from(`${JSON.stringify(row)}\n`),
        token: channel,
        rows: 1,
      })
      expect(await migrated.query(derived, { channel })).toEqual([{ sample, missed }])
    },
  )
})
