import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { number } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { insertProbes } from '../../support/stores/clickhouse.ts'
import { startClickHouseHttp } from '../../support/stores/clickhouse-http.ts'
import { checkNumbers } from '../../support/stores/clickhouse-numbers.ts'
import { checkRoundTrip } from '../../support/stores/clickhouse-round-trip.ts'
import { migrateTestClickHouse } from '../../support/stores/migrate-clickhouse.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

const directory = await temporaryDirectory('clickhouse')
const server = await startClickHouseHttp(directory.path)
let store: ClickHouse

const open = (options: Parameters<typeof openClickHouse>[0] = {}) => openClickHouse({ url: server.url, ...options })

beforeAll(async () => {
  store = await open()
  await migrateTestClickHouse(store)
})
beforeEach(() => server.setFault('none'))
afterAll(async () => {
  await store[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const one = namedQuery({ name: 'one', sql: 'SELECT 1 AS n', row: { n: number } })
const counts = namedQuery({
  name: 'counts',
  sql: `SELECT toUInt32(count()) AS rows, (SELECT toUInt32(sum(probes)) FROM kick_streamer_probe_15m) AS slots
    FROM kick_streamer_probe`,
  row: { rows: number, slots: number },
})

test('columns of numbers arrive as they are, null as NaN, and no others', () => checkNumbers(store))

test('every parameter arrives as the value it was, whatever it holds', () => checkRoundTrip(store), 120_000)

test('a list that is too long for an address still arrives', async () => {
  const sum = namedQuery({
    name: 'sum',
    sql: 'SELECT toFloat64(arraySum({items:Array(UInt32)})) AS n',
    row: { n: number },
  })
  const items = Array.from({ length: 10_000 }, (_, index) => 4_000_000_000 + index)
  expect(await store.query(sum, { items })).toEqual([{ n: items.reduce((a, b) => a + b) }])
})

test('reads can change nothing', async () => {
  const file = namedQuery({
    name: 'file',
    sql: `SELECT 1 AS n FROM file('/etc/passwd', 'LineAsString')`,
    row: { n: number },
  })
  await expect(store.query(file, {})).rejects.toMatchObject({ failure: 'statement', code: 164 })
})

test('an insert whose answer was lost and that is repeated is stored once, in the slots too', async () => {
  const probes = [0, 1, 2].map((minute) => ({
    channel: '1',
    at: 1_780_000_000 + minute * 60,
    startedAt: 1_779_990_000,
    viewers: 10,
  }))
  server.setFault('lost-answer')
  await expect(insertProbes(store, probes, 'lost')).rejects.toMatchObject({ failure: 'unavailable', retriable: true })
  server.setFault('none')
  await insertProbes(store, probes, 'lost')
  expect(await store.query(counts, {})).toEqual([{ rows: 3, slots: 3 }])
  // Equal rows are another batch when their token is another.
  await insertProbes(store, probes, 'found again')
  expect(await store.query(counts, {})).toEqual([{ rows: 6, slots: 6 }])
})

test('rows that can not be read are blamed, with the engine number', async () => {
  const body = Buffer.from('["x"]\n')
  await expect(
    store.insertBatch({
      table: 'kick_streamer_probe',
      columns: ['ts'],
      format: 'JSONCompactEachRow',
      body,
      token: 'x',
      rows: 1,
    }),
  ).rejects.toMatchObject({ failure: 'rows', retriable: false })
})

describe('a server', () => {
  test('that is down is unavailable at once, and the same store works when it is back', async () => {
    await server.stop()
    await expect(store.query(one, {})).rejects.toMatchObject({ failure: 'unavailable', code: null })
    await expect(store.ping()).rejects.toMatchObject({ failure: 'unavailable' })
    await server.start()
    expect(await store.query(one, {})).toEqual([{ n: 1 }])
  })

  test('behind a broken proxy is unavailable', async () => {
    server.setFault('status-500')
    await expect(store.query(one, {})).rejects.toMatchObject({ failure: 'unavailable', code: null })
  })

  test('that never answers is given up after the time of the lane, and those who wait after theirs', async () => {
    await using hasty = await open({
      queryPools: { light: { slots: 1, maxQueued: 2, maxWaitMs: 100, timeoutMs: 200 } },
    })
    server.setFault('hang')
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map(() => hasty.query(one, {}).catch((error: Error) => error.message)),
    )
    expect(outcomes).toEqual([
      'No answer within 1200 ms.',
      'No light slot became free within 100 ms.',
      'No light slot became free within 100 ms.',
      '2 light statements are waiting already.',
    ])
    server.setFault('none')
    expect(await hasty.query(one, {})).toEqual([{ n: 1 }])
  })

  test('that does not know the user says so with its number', async () => {
    const url = new URL(server.url)
    url.password = 'wrong'
    await using stranger = await openClickHouse({ url: url.href })
    await expect(stranger.query(one, {})).rejects.toMatchObject({ failure: 'unavailable', code: 516 })
  })
})

test('a caller that gives up frees the connection', async () => {
  await using narrow = await open({ queryPools: { light: { slots: 1 } } })
  server.setFault('hang')
  const caller = new AbortController()
  const abandoned = narrow.query(one, {}, { signal: caller.signal })
  caller.abort(new Error('no longer needed'))
  await expect(abandoned).rejects.toThrow('no longer needed')
  server.setFault('none')
  expect(await narrow.query(one, {})).toEqual([{ n: 1 }])
})
