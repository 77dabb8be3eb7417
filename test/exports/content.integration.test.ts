import { hash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channelIdentity as identityOf } from '../../src/channels/channel-lookup.ts'
import type { ExportFormat } from '../../src/exports/export-format.ts'
import type { ExportedChannel, ExportTask } from '../../src/exports/export-task.ts'
import { type ExportKind, exportKinds, runExport } from '../../src/exports/run-export.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { parseCsv } from '../support/http/csv.ts'
import { cases } from '../support/lib/cases.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'

const opened = await openTestClickHouse()
const { store } = opened
let database: TestDatabase
let channel: ExportTask['channel']
let directory: string

type Row = Record<string, unknown>

const intOf = Math.floor
const day = Date.UTC(2026, 10, 1) / 1000
const range = { from: new Date(day * 1000), to: new Date((day + 86_400) * 1000) }
const formats: readonly ExportFormat[] = ['csv', 'ndjson', 'parquet']
const kinds = exportKinds
/** Exports whose rows are stored ones; a ranking adds them up. */
const kindsOfRows = kinds.filter((kind) => kind !== 'rankings')
// Quotes, separators, line ends of both kinds, formulas, no text at all, other scripts.
const awkward = [
  'a,b',
  'say "hi"',
  'two\nlines',
  'two\r\nlines',
  '=1+1',
  '',
  "it's \\ back",
  '日本語 😀',
  '\tTab ',
  '\\N',
  'NULL',
]

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'exports-'))
  database = await createTestDatabase()
  const { db } = database
  const rows = seed(db)
  const id = await rows.channel()
  const other = await rows.channel()
  channel = (await identityOf(db, id))!
  const user = channel.platformUserId
  // Several pieces, with more than a piece of the same second at a place where one would be cut.
  const said = Array.from({ length: 50_000 }, (_, n) => ({
    channel: id,
    at: day + (n < 15_000 ? intOf(n / 10) : n < 45_000 ? 20_000 : 20_001 + (n - 45_000)),
    by: `user-${n % 100}`,
    text: n < 100 ? awkward[n % awkward.length]! : `message ${n}`,
    id: `m-${(n * 7919) % 100_000}`,
  }))
  await insertSaid(store, [
    ...said,
    { channel: id, at: day - 1, text: 'before' },
    { channel: id, at: day + 86_400, text: 'after' },
    { channel: id, at: day, text: 'elsewhere', env: 'other' },
    { channel: other, at: day, text: 'of another' },
  ])
  await insertProbes(
    store,
    Array.from({ length: 45_000 }, (_, n) => ({
      channel: user,
      at: day - 1 + n,
      ...(n % 3 && { startedAt: day - 100, viewers: n % 5 ? n : null }),
      followers: n % 7 ? n : null,
      elapsed: n % 2 ? 1 : 0,
    })),
  )
  for (let n = 0; n < 250; n++) {
    const startedAt = new Date((day + n * 60) * 1000)
    await rows.session(id, startedAt, n < 249 ? new Date(startedAt.getTime() + 30_500) : null, awkward[n] ?? null)
  }
  await insertFollows(
    db,
    id,
    Array.from({ length: 3_500 }, (_, n) => (day + intOf(n / 3)) * 1000),
  )
  // Three happened at one instant; of the names each tenth was lost for a while.
  await db.pool.query(
    `INSERT INTO dm.status_event (channel_id, event_type, previous_status, new_status, source, event_timestamp, received_timestamp,
       processed_timestamp, session_started_at, platform_event_id)
     SELECT $1, 'stream_start', 'offline', 'online', 'webhook', t, t + interval '1 ms', t + interval '2 ms',
       CASE WHEN n % 2 = 0 THEN t END, CASE WHEN n % 3 = 0 THEN 'say "hi"' END
     FROM (SELECT n, to_timestamp($2) + (n / 3) * interval '10.125 seconds' AS t FROM generate_series(0, 999) n) x`,
    [id, day],
  )
  await db.pool.query(
    `INSERT INTO dm.streamer_channel_slug_history (channel_id, slug, observed_from, observed_until, regained)
     SELECT $1, 'name-' || n, t, t + interval '1 minute' * CASE WHEN n % 10 = 9 THEN 0.5 ELSE 1 END, n % 10 = 0
     FROM (SELECT n, to_timestamp($2) + n * interval '1 minute' AS t FROM generate_series(0, 799) n) x`,
    [id, day],
  )
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await opened[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const exported = async (kind: ExportKind, format: ExportFormat, over = range, of: ExportedChannel | null = channel) => {
  const stores = { db: database.db, clickHouse: store, env: 'test' }
  const pieces: Buffer[] = []
  let rows = 0
  for await (const piece of runExport(
    kind,
    stores,
    { channel: of, range: over, format, forOperator: true },
    new AbortController().signal,
  )) {
    pieces.push(piece.bytes)
    rows += piece.rows
  }
  return { bytes: Buffer.concat(pieces), rows, pieces: pieces.length }
}

let tables = 0

/** What the engine reads from a Parquet file, as JSON. */
const readBack = async (bytes: Buffer): Promise<Row[]> => {
  const file = path.join(directory, 'read-back.parquet')
  await writeFile(file, bytes)
  const table = `read_back_${tables++}`
  // Several threads read the row groups of a file, and the blocks of a table, in no order.
  await store.command(
    `CREATE TABLE ${table} ENGINE = Memory AS SELECT rowNumberInAllBlocks() AS place, * FROM file('${file}', Parquet)
     SETTINGS max_threads = 1, input_format_parquet_preserve_order = 1`,
  )
  const sql = `SELECT * EXCEPT place FROM ${table} ORDER BY place`
  const query = namedQuery({ name: 'read_back', pool: 'heavy', sql, row: {} })
  return linesOf(await buffer(await store.stream(query, {}, 'JSONEachRow')))
}

const linesOf = (bytes: Buffer): Row[] =>
  bytes
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)

/** Compares tens of thousands of rows in a tenth of the time, and tells them apart as usual. */
const expectRows = (rows: Row[], expected: Row[]): void => {
  if (!isDeepStrictEqual(rows, expected)) expect(rows).toStrictEqual(expected)
}

/** All formats of an export of many rows must say the same. */
const expectSameRows = async (kind: ExportKind, over = range, of: ExportedChannel | null = channel) => {
  const [csv, ndjson, parquet] = await Promise.all(formats.map((format) => exported(kind, format, over, of)))
  const fromJson = linesOf(ndjson!.bytes)
  expect(fromJson.length).toBeGreaterThan(100)
  expect([csv!.rows, ndjson!.rows, parquet!.rows]).toEqual([fromJson.length, fromJson.length, fromJson.length])
  expect(csv!.pieces).toBeGreaterThan(1)
  expectRows(await readBack(parquet!.bytes), fromJson)
  expectRows(
    parseCsv(csv!.bytes.toString()),
    fromJson.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
    ),
  )
}

test.each(kindsOfRows)('%s: the three formats hold the same rows', (kind) => expectSameRows(kind))

test('rankings: the three formats hold the same channels', async () => {
  const hour = { from: new Date(range.to.getTime() + 3_600_000), to: new Date(range.to.getTime() + 7_200_000) }
  await database.db.pool.query(
    `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id, current_slug)
     SELECT '01KB' || lpad(n::text, 22, '0'), 'kick', 'ranked-' || n, CASE WHEN n % 7 > 0 THEN 'ranked-' || n END FROM generate_series(1, 400) n`,
  )
  await insertProbes(
    store,
    Array.from({ length: 400 }, (_, n) => ({
      channel: `ranked-${n + 1}`,
      at: hour.from.getTime() / 1000 + 600,
      startedAt: hour.from.getTime() / 1000,
      viewers: n % 5 ? n : null,
    })),
  )
  await expectSameRows('rankings', hour, null)
  const ranks = linesOf((await exported('rankings', 'ndjson', hour, null)).bytes).map(({ rank }) => rank)
  expect(ranks).toEqual(Array.from({ length: 400 }, (_, index) => index + 1))
})

test.each(kindsOfRows)('%s: neighbouring ranges hold every row of the whole once, in order', async (kind) => {
  const instants = fc.integer({ min: 0, max: 90_000_000 }).map((ms) => new Date(range.from.getTime() + ms))
  const whole = (await exported(kind, 'ndjson')).bytes
  await fc.assert(
    fc.asyncProperty(fc.array(instants, { maxLength: 3 }), async (cuts) => {
      const edges = [range.from, ...cuts.filter((cut) => cut < range.to), range.to].sort((a, b) => +a - +b)
      const parts: Buffer[] = []
      for (const [index, from] of edges.slice(0, -1).entries())
        parts.push((await exported(kind, 'ndjson', { from, to: edges[index + 1]! })).bytes)
      if (!Buffer.concat(parts).equals(whole)) expect(linesOf(Buffer.concat(parts))).toStrictEqual(linesOf(whole))
    }),
    { numRuns: cases(2) },
  )
})

test.each(formats)('the same range is the same bytes every time, as %s', async (format) => {
  for (const kind of kinds) {
    const [first, again] = [await exported(kind, format), await exported(kind, format)]
    expect(hash('sha256', again.bytes)).toBe(hash('sha256', first.bytes))
  }
})

test('a range without rows is a document without rows: the names in CSV, the columns in Parquet', async () => {
  const empty = { from: new Date(0), to: new Date(1) }
  for (const kind of kinds) {
    const csv = await exported(kind, 'csv', empty)
    expect([csv.rows, csv.bytes.toString().split('\r\n').length]).toEqual([0, 2])
    expect(csv.bytes.toString()).toMatch(/^"channel_id",/)
    expect((await exported(kind, 'ndjson', empty)).bytes).toHaveLength(0)
    expect(await readBack((await exported(kind, 'parquet', empty)).bytes)).toEqual([])
    expect((await exported(kind, 'csv', { from: range.from, to: range.from })).rows).toBe(0)
  }
})

test('values are exact: 64-bit ids as text in JSON, instants in RFC 3339, nothing at all as null', async () => {
  const [session] = linesOf((await exported('sessions', 'ndjson')).bytes)
  expect(session).toMatchObject({
    channel_id: String(channel.id),
    started_at: '2026-11-01T00:00:00.000Z',
    ended_at: '2026-11-01T00:00:30.500Z',
    title: 'a,b',
    category: null,
  })
  const [probe] = linesOf(
    (await exported('viewers', 'ndjson', { ...range, to: new Date(range.from.getTime() + 1) })).bytes,
  )
  expect(probe).toMatchObject({ observed_at: '2026-11-01T00:00:00.000Z', is_live: true, viewer_count: 1 })
})

test('every column is described', async () => {
  const documented = (await readFile(new URL('../../docs/exports.md', import.meta.url), 'utf8')).split(/^## /m)
  for (const kind of kinds) {
    const header = (await exported(kind, 'csv')).bytes.toString().split('\r\n')[0]!
    const section = documented.find((text) => text.startsWith(`\`${kind}\``))!
    const described = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => `"${name}"`)
    expect(described.join(',')).toBe(header)
  }
})

test('whoever gives up is answered no more, and leaves nothing running', async () => {
  const giveUp = new AbortController()
  const order = { channel, range, format: 'csv' as const, forOperator: true }
  const pieces = runExport('chat', { db: database.db, clickHouse: store, env: 'test' }, order, giveUp.signal)
  await pieces.next()
  giveUp.abort(new Error('enough'))
  await expect(pieces.next()).rejects.toThrow('enough')
  await expect.poll(() => store.stats().heavy, { timeout: 15_000 }).toMatchObject({ running: 0, queued: 0 })
})

test('a reader who takes time holds no slot of a store', async () => {
  const order = { channel, range, format: 'csv' as const, forOperator: true }
  const pieces = runExport(
    'chat',
    { db: database.db, clickHouse: store, env: 'test' },
    order,
    new AbortController().signal,
  )
  await pieces.next()
  expect(store.stats().heavy.running).toBe(0)
  expect(database.db.stats().idle).toBe(database.db.stats().total)
  await pieces.return(undefined)
})
