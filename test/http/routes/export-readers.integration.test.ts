import { once } from 'node:events'
import http from 'node:http'
import v8 from 'node:v8'
import vm from 'node:vm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { operatorKey } from '../../support/http/api.ts'
import { download, stalledReader } from '../../support/http/download.ts'
import { type ExportServer, startExportServer } from '../../support/http/export-server.ts'
import { openTestClickHouse } from '../../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { seed } from '../../support/stores/seed.ts'
import { insertSaid } from '../../support/telemetry/chat-rows.ts'

const opened = await openTestClickHouse()
const { store } = opened
let database: TestDatabase
let channelId: bigint
let userId: string
let running: ExportServer[] = []

const from = '2026-11-01T00:00:00Z'
const range = `from=${from}&to=2026-11-30T00:00:00Z`
const asOperator = { Authorization: `Bearer ${operatorKey}` }

/** A million looks, a second apart: 80 MB of CSV, 220 MB of NDJSON. */
const insertProbes = `INSERT INTO kick_streamer_probe (env, platform, platform_user_id, ts, is_live, stream_started_at, viewer_count,
    follower_count, elapsed_seconds, interval_seconds)
  SELECT 'test', 'kick', '{user}', toDateTime64('2026-11-01 00:00:00', 3, 'UTC') + number, true, toDateTime('2026-11-01 00:00:00', 'UTC'),
    number % 5000, number, 1, 1 FROM numbers(1000000)`

beforeAll(async () => {
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
  await store.command(insertProbes.replace('{user}', userId))
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
  const server = await startExportServer({ db: database.db, store, ...options })
  running.push(server)
  return server
}

const errorOf = (body: Buffer) => {
  const { errors } = JSON.parse(body.toString()) as { errors: { message: string; extensions: { code: string } }[] }
  return `${errors[0]!.extensions.code}: ${errors[0]!.message}`
}

/** Nothing here is about how long it takes. */
const soon = { timeout: 15_000 }

/** The metrics of exports. */
const counts = async ({ metrics }: ExportServer): Promise<string> =>
  (await metrics.text()).replace(/^(?!exports?_).*\n/gm, '')

const begun = (server: ExportServer) =>
  expect.poll(() => counts(server), soon).toMatch(/export_rows_total\{kind="viewers"\} [1-9]/)

const idle = () => expect.poll(() => store.stats().heavy, soon).toMatchObject({ running: 0, queued: 0 })

test('a million rows go through a slow reader in flat memory, and hold no slot of the engine meanwhile', async () => {
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc') as () => void
  const used = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const server = await start()
  const before = used()
  let [bytes, most, held] = [0, 0, 0]
  const request = http.get(`${server.url}/export/viewers?username=xqc&format=ndjson&${range}`)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  for await (const chunk of response as AsyncIterable<Buffer>) {
    const steps = Math.floor(bytes / 10e6)
    bytes += chunk.length
    if (Math.floor(bytes / 10e6) > steps) most = Math.max(most, used() - before)
    held = Math.max(held, store.stats().heavy.running)
  }
  expect(bytes).toBeGreaterThan(200e6)
  expect(most).toBeLessThan(32e6)
  expect(held).toBeLessThanOrEqual(1)
  expect(await counts(server)).toMatch(/export_rows_total\{kind="viewers"\} 1000000\n/)
})

test('a stalled reader is cut, visibly, and gives everything back', async () => {
  const server = await start({ limits: { stallMs: 200 } })
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await expect.poll(() => counts(server), soon).toMatch(/exports_total\{kind="viewers",outcome="cut"\} 1\n/)
  const { text, error } = await reader.rest()
  expect(error === 'ECONNRESET' || !text.endsWith('\r\n0\r\n\r\n')).toBe(true)
  expect(text).not.toContain('X-Row-Count: ')
  await idle()
})

test('a reader who goes away ends the work at once', async () => {
  const server = await start()
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await begun(server)
  reader.socket.destroy()
  await expect.poll(() => counts(server), soon).toMatch(/exports_total\{kind="viewers",outcome="left"\} 1\n/)
  expect(await counts(server)).toMatch(/exports_running 0\n/)
  await idle()
})

test.each(['1.1', '1.0'] as const)(
  'an engine that fails in mid-stream is seen by a client of HTTP/%s',
  async (version) => {
    const server = await start()
    const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`, version)
    await begun(server)
    await store.command('RENAME TABLE kick_streamer_probe TO away')
    try {
      const { text, error } = await reader.rest()
      expect(text.slice(0, 15)).toBe('HTTP/1.1 200 OK')
      expect(text).not.toContain('X-Row-Count: ')
      // Where there are no chunks only the reset says it.
      if (version === '1.0') expect(error).toBe('ECONNRESET')
      else expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
    } finally {
      await store.command('RENAME TABLE away TO kick_streamer_probe')
    }
    expect(await counts(server)).toMatch(/exports_total\{kind="viewers",outcome="cut"\} 1\n/)
    await idle()
  },
)

test('an engine that fails before the first byte is an error with a status', async () => {
  const { url } = await start()
  await store.command('RENAME TABLE kick_streamer_probe TO away')
  try {
    expect((await download(`${url}/export/viewers?username=xqc&${range}`)).status).toBe(500)
  } finally {
    await store.command('RENAME TABLE away TO kick_streamer_probe')
  }
})

test('a server that stops cuts what it sends, visibly', async () => {
  const server = await start()
  const reader = stalledReader(server.port, `/export/viewers?username=xqc&${range}`)
  await begun(server)
  await server[Symbol.asyncDispose]()
  const { text } = await reader.rest()
  expect(text.endsWith('\r\n0\r\n\r\n')).toBe(false)
  expect(text).not.toContain('X-Row-Count: ')
  await idle()
})

test('a caller has a share of the places, and who finds none free is told when to come back', async () => {
  const server = await start({ limits: { places: 1, waiting: 0, perCaller: 2 } })
  const path = `/export/viewers?username=xqc&${range}`
  const reader = stalledReader(server.port, path)
  await expect.poll(() => counts(server), soon).toMatch(/exports_running 1\n/)
  const full = await download(`${server.url}${path}`)
  expect([full.status, full.headers['retry-after'], errorOf(full.body)]).toEqual([
    503,
    '10',
    'UNAVAILABLE: All 1 places for exports are taken: try again later.',
  ])
  reader.socket.destroy()
  await expect.poll(() => counts(server), soon).toMatch(/exports_running 0\n/)
  const roomy = await start({ limits: { perCaller: 1 } })
  const first = stalledReader(roomy.port, path, '1.1', asOperator)
  await expect.poll(() => counts(roomy), soon).toMatch(/exports_running 1\n/)
  const second = await download(`${roomy.url}${path}`, asOperator)
  expect([second.status, errorOf(second.body)]).toEqual([429, 'RATE_LIMITED: A caller may have 1 exports at a time.'])
  expect((await download(`${roomy.url}/export/sessions?username=xqc&${range}`)).status).toBe(200)
  first.socket.destroy()
  await expect
    .poll(async () => (await download(`${roomy.url}/export/sessions?username=xqc&${range}`, asOperator)).status, soon)
    .toBe(200)
})

test('exports count against the rate of a caller', async () => {
  const { url } = await start({ rates: { perAddress: 1, perKey: 25 } })
  const path = `${url}/export/sessions?username=xqc&${range}`
  expect((await download(path, asOperator)).status).toBe(200)
  const refused = await download(path, asOperator)
  expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number)])
})
