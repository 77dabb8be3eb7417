import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import type { BatchSink } from '../../src/ingest/batch-sink.ts'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { rowFormat } from '../../src/stores/clickhouse/tables/row-format.ts'
import { engineSink, type Fault, startEngine } from '../support/ingest/ingest-engine.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

vi.setConfig({ testTimeout: 120_000 })

let engine: Awaited<ReturnType<typeof startEngine>>
beforeAll(async () => {
  engine = await startEngine()
})
afterAll(() => engine?.[Symbol.asyncDispose]())

/** Deduplication as in the real tables, months as partitions, and a rollup that a repeated block must not reach twice. */
beforeEach(async () => {
  for (const sql of [
    'CREATE DATABASE IF NOT EXISTS vf',
    'DROP VIEW IF EXISTS vf.sample_by_month',
    'DROP TABLE IF EXISTS vf.sample SYNC',
    'DROP TABLE IF EXISTS vf.sample_rollup SYNC',
    `CREATE TABLE vf.sample (n UInt64, at DateTime64(3, 'UTC'), viewers Nullable(UInt32), note String)
     ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY n SETTINGS non_replicated_deduplication_window = 10000`,
    `CREATE TABLE vf.sample_rollup (month UInt32, samples UInt64)
     ENGINE = SummingMergeTree ORDER BY month SETTINGS non_replicated_deduplication_window = 10000`,
    `CREATE MATERIALIZED VIEW vf.sample_by_month TO vf.sample_rollup
     AS SELECT toYYYYMM(at) AS month, count() AS samples FROM vf.sample GROUP BY month`,
  ]) {
    await engine.query(sql)
  }
})

const samples = rowFormat('vf.sample', {
  n: 'UInt64',
  at: 'DateTime64(3)',
  viewers: 'Nullable(UInt32)',
  note: 'String',
})
const sample = (n: number): string =>
  samples.render({ n, at: new Date(Date.UTC(2026, n % 2, 1)), viewers: n % 5 ? n : null, note: `note ${n}` })
const sampleRows = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => sample(from + i))

/** A spool and its shipper, disposed in the order in which the program does it. */
const startIngest = async (directory: string, sink: BatchSink, maxRows = 10_000) => {
  const limits = { ...defaultBatchLimits, maxRows, maxDelayMs: 5 }
  const spool = await openSpool({ directory, maxBytes: 1e8, log: silentLog, clock: Date.now, limits })
  const backoff = { baseMs: 1, maxMs: 5 }
  const shipper = startShipper({ spool, sink, log: silentLog, clock: Date.now, backoff })
  return {
    spool,
    shipper,
    [Symbol.asyncDispose]: async () => {
      await shipper[Symbol.asyncDispose]()
      await spool[Symbol.asyncDispose]()
    },
  }
}

const storedNumbers = async (): Promise<number[]> =>
  (await engine.query<[string]>('SELECT n FROM vf.sample ORDER BY n')).map(([n]) => Number(n))
const rollupTotal = async (): Promise<number> =>
  Number((await engine.query<[string]>('SELECT sum(samples) FROM vf.sample_rollup'))[0]![0])
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

test.each<Fault>(['none', 'refused', 'lost', 'late'])(
  'when inserts meet the fault "%s", every row and its rollup arrive exactly once',
  async (fault) => {
    await using directory = await temporaryDirectory('ingest-delivery')
    const attempts = new Map<string, number>()
    const sink = engineSink(engine.url, ({ token }) => {
      const attempt = (attempts.get(token) ?? 0) + 1
      attempts.set(token, attempt)
      return attempt <= 2 ? fault : 'none'
    })
    await using ingest = await startIngest(directory.path, sink, 25)
    for (let n = 0; n < 100; n += 10) await ingest.spool.append(samples, sampleRows(n, 10))
    expect(await ingest.shipper.flush(60_000)).toBe(true)
    expect([...attempts.values()].every((count) => count === (fault === 'none' ? 1 : 3))).toBe(true)
    expect(await storedNumbers()).toEqual(upTo(100))
    expect(await rollupTotal()).toBe(100)
    expect(ingest.spool.stats().deadLetters).toBe(0)
  },
)

test('a batch whose answer was lost before the program ended is not stored again by the next program', async () => {
  await using directory = await temporaryDirectory('ingest-delivery')
  const lost = Promise.withResolvers<void>()
  const { insertBatch } = engineSink(engine.url, () => 'lost')
  const sink: BatchSink = { insertBatch: (batch) => insertBatch(batch).finally(lost.resolve) }
  {
    await using first = await startIngest(directory.path, sink)
    await first.spool.append(samples, sampleRows(0, 50))
    await lost.promise
  }
  expect(await storedNumbers()).toEqual(upTo(50))
  await using second = await startIngest(directory.path, engineSink(engine.url))
  await second.spool.append(samples, sampleRows(50, 10))
  expect(await second.shipper.flush(60_000)).toBe(true)
  expect(await storedNumbers()).toEqual(upTo(60))
  expect(await rollupTotal()).toBe(60)
})

test('rows that the engine cannot read become dead letters with its reason, all others are stored once', async () => {
  await using directory = await temporaryDirectory('ingest-delivery')
  const faults: Fault[] = ['lost', 'none', 'refused', 'none', 'none']
  let attempt = 0
  const sink = engineSink(engine.url, () => faults[attempt++ % faults.length]!)
  await using ingest = await startIngest(directory.path, sink)
  const rows = sampleRows(0, 100)
  const bad = ['["not a number",0,null,"a"]', '[7,0,null]', 'no json at all']
  rows.splice(0, 1, bad[0]!)
  rows.splice(40, 1, bad[1]!)
  rows.splice(99, 1, bad[2]!)
  await ingest.spool.append(samples, rows)
  expect(await ingest.shipper.flush(60_000)).toBe(true)
  const letters = await ingest.spool.deadLetters({ after: 0, limit: 10 })
  expect(letters.map(({ row }) => row)).toEqual(bad)
  expect(letters.every(({ reason }) => reason.startsWith('Code: '))).toBe(true)
  expect(await storedNumbers()).toEqual(upTo(100).filter((n) => n !== 0 && n !== 40 && n !== 99))
  expect(await rollupTotal()).toBe(97)
})

test('rows that equal each other are all kept', async () => {
  await using directory = await temporaryDirectory('ingest-delivery')
  await using ingest = await startIngest(directory.path, engineSink(engine.url))
  for (let n = 0; n < 3; n++) {
    await ingest.spool.append(samples, [sample(1), sample(1)])
    expect(await ingest.shipper.flush(60_000)).toBe(true)
  }
  expect(await storedNumbers()).toEqual([1, 1, 1, 1, 1, 1])
})

test('a value of every type is read back as it was rendered', async () => {
  await using directory = await temporaryDirectory('ingest-delivery')
  await using ingest = await startIngest(directory.path, engineSink(engine.url))
  await engine.query('DROP TABLE IF EXISTS vf.value SYNC')
  await engine.query(
    `CREATE TABLE vf.value (i UInt32, s String, b Bool, u8 UInt8, u16 UInt16, u32 UInt32, u64 UInt64, i32 Int32, i64 Int64,
     f Float64, d DateTime('UTC'), t DateTime64(3, 'UTC'), ns Nullable(String), nt Nullable(DateTime64(3, 'UTC')), a Array(String))
     ENGINE = MergeTree ORDER BY i SETTINGS non_replicated_deduplication_window = 10000`,
  )
  const format = rowFormat('vf.value', {
    i: 'UInt32',
    s: 'String',
    b: 'Bool',
    u8: 'UInt8',
    u16: 'UInt16',
    u32: 'UInt32',
    u64: 'UInt64',
    i32: 'Int32',
    i64: 'Int64',
    f: 'Float64',
    d: 'DateTime',
    t: 'DateTime64(3)',
    ns: 'Nullable(String)',
    nt: 'Nullable(DateTime64(3))',
    a: 'Array(String)',
  })
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'\0\b\t\n\f\r"\\/\'[]{},\u2028é😀') }),
  )
  // Numbers that could be taken for dates written as digits.
  const digits = fc.constantFrom(0, 5, 1_970, 20_260_101, 1_234_567_890)
  const until2300 = {
    min: new Date('1900-01-01T00:00:00Z'),
    max: new Date('2299-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  }
  const until2106 = { min: new Date(0), max: new Date(2 ** 32 * 1_000 - 1), noInvalidDate: true }
  const instant = fc.oneof(
    fc.date(until2300),
    digits.map((ms) => new Date(ms)),
  )
  const second = fc.oneof(
    fc.date(until2106),
    digits.map((seconds) => new Date(seconds * 1_000)),
  )
  const unsigned = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
  const signed = (bits: bigint) => fc.bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n })
  const values = fc.record({
    s: text,
    b: fc.boolean(),
    u8: unsigned(8n).map(Number),
    u16: unsigned(16n).map(Number),
    u32: unsigned(32n).map(Number),
    u64: unsigned(64n),
    i32: signed(32n).map(Number),
    i64: signed(64n),
    f: fc.double({ noNaN: true, noDefaultInfinity: true }),
    d: second,
    t: instant,
    ns: fc.option(text),
    nt: fc.option(instant),
    a: fc.array(text, { maxLength: 4 }),
  })
  const rows = fc.sample(values, { numRuns: 3_000, seed: 1 }).map((row, i) => ({ ...row, i }))
  await ingest.spool.append(format, rows.map(format.render))
  expect(await ingest.shipper.flush(60_000)).toBe(true)
  expect(await ingest.spool.deadLetters({ after: 0, limit: 1 })).toEqual([])

  const stored = await engine.query<unknown[]>(
    `SELECT hex(s), b, u8, u16, u32, toString(u64), i32, toString(i64), f,
     toString(toUnixTimestamp(d)), toUnixTimestamp64Milli(t)::String, hex(ns), toUnixTimestamp64Milli(nt)::Nullable(String), arrayMap(x -> hex(x), a)
     FROM vf.value ORDER BY i`,
  )
  const hex = (value: string): string => Buffer.from(value).toString('hex').toUpperCase()
  const expected = rows.map((row) => [
    hex(row.s),
    row.b,
    row.u8,
    row.u16,
    row.u32,
    String(row.u64),
    row.i32,
    String(row.i64),
    row.f + 0,
    String(Math.floor(row.d.getTime() / 1_000)),
    String(row.t.getTime()),
    row.ns === null ? null : hex(row.ns),
    row.nt === null ? null : String(row.nt.getTime()),
    row.a.map(hex),
  ])
  expect(stored).toEqual(expected)
})
