import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import type { Batch, BatchSink } from '../../src/ingest/batch-sink.ts'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { silentLog } from '../../src/lib/log.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const hour = 3_600_000
const longPause = { baseMs: hour, maxMs: hour, random: () => 0.5 }
const to = (table: string) => ({ table, columns: ['n'] })

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let spool: Spool
beforeEach(async () => {
  directory = await temporaryDirectory('ingest-shipper')
  const limits = { ...defaultBatchLimits, maxRows: 3, maxDelayMs: hour }
  spool = await openSpool({ directory: directory.path, maxBytes: 1e6, log: silentLog, clock: Date.now, limits })
})
afterEach(async () => {
  await spool[Symbol.asyncDispose]()
  await directory[Symbol.asyncDispose]()
})

const options = { log: silentLog, clock: Date.now, backoff: { baseMs: 0, maxMs: 0 } }

/** A sink whose inserts wait until the test decides them, in the order of their arrival. */
const decidedSink = () => {
  const arrived: Batch[] = []
  const open: { batch: Batch; resolve: () => void; reject: (error: Error) => void }[] = []
  let notify = (): void => {}
  const sink: BatchSink = {
    insertBatch: (batch) =>
      new Promise((resolve, reject) => {
        arrived.push(batch)
        open.push({ batch, resolve, reject })
        notify()
      }),
  }
  const next = async () => {
    while (open.length === 0) await new Promise<void>((resolve) => (notify = resolve))
    return open.shift()!
  }
  return { sink, arrived, open, next }
}

/** The spool answers in order, so after a few answers whatever was on its way to the sink has reached it. */
const settled = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await spool.deadLetters({ after: 0, limit: 1 })
}

const bodyOf = ({ body }: Batch): string => body.toString()

test('a full batch leaves at once, the rows left over wait for company', async () => {
  const { sink, next, arrived } = decidedSink()
  await using _shipper = startShipper({ ...options, spool, sink })
  await spool.append(to('a'), ['[1]', '[2]', '[3]'])
  await spool.append(to('a'), ['[4]'])
  const first = await next()
  expect(bodyOf(first.batch)).toBe('[1]\n[2]\n[3]\n')
  first.resolve()
  await spool.append(to('a'), ['[5]', '[6]'])
  const second = await next()
  expect(bodyOf(second.batch)).toBe('[4]\n[5]\n[6]\n')
  second.resolve()
  expect(arrived.length).toBe(2)
})

test('a lone row leaves when it has waited long enough', async () => {
  const { sink, next } = decidedSink()
  let now = 0
  await using hasty = await openSpool({
    directory: `${directory.path}/hasty`,
    maxBytes: 1e6,
    log: silentLog,
    clock: () => now,
    limits: { ...defaultBatchLimits, maxDelayMs: 5 },
  })
  await using _shipper = startShipper({ ...options, clock: () => now, spool: hasty, sink })
  await hasty.append(to('a'), ['[1]'])
  now = 5
  const { batch, resolve } = await next()
  expect(bodyOf(batch)).toBe('[1]\n')
  resolve()
})

test('one table has one batch under way, and all tables together no more than the bound', async () => {
  const { sink, next, open } = decidedSink()
  await using _shipper = startShipper({ ...options, spool, sink, maxInFlight: 2 })
  const rows = Array.from({ length: 9 }, (_, n) => `[${n}]`)
  await Promise.all(['a', 'b', 'c'].map((table) => spool.append(to(table), rows)))
  const order: Record<string, string> = {}
  for (let n = 0; n < 9; n++) {
    await settled()
    const underWay = open.map(({ batch }) => batch.table)
    expect(underWay.length).toBe(Math.min(2, new Set(underWay).size))
    const insert = await next()
    order[insert.batch.table] = (order[insert.batch.table] ?? '') + bodyOf(insert.batch)
    insert.resolve()
  }
  const all = rows.map((row) => `${row}\n`).join('')
  expect(order).toEqual({ a: all, b: all, c: all })
})

test('a failed batch is sent again with the same bytes and token, and later rows never join it', async () => {
  const { sink, next } = decidedSink()
  await using shipper = startShipper({ ...options, spool, sink })
  await spool.append(to('a'), ['[1]', '[2]', '[3]'])
  const first = await next()
  await spool.append(to('a'), ['[4]', '[5]', '[6]'])
  first.reject(new Error('connection lost'))
  for (let attempt = 2; attempt <= 4; attempt++) {
    const again = await next()
    expect(again.batch).toEqual(first.batch)
    again.reject(new Error('connection lost'))
  }
  const last = await next()
  expect(last.batch).toEqual(first.batch)
  expect(shipper.stats().a).toMatchObject({ batches: 0, failures: 4, lastError: { message: 'connection lost' } })
  const held = 'Rows of a can not be brought to ClickHouse now: they wait on the disk.'
  expect(shipper.degraded()).toEqual([held])
  last.resolve()
  const following = await next()
  expect(bodyOf(following.batch)).toBe('[4]\n[5]\n[6]\n')
  expect(following.batch.token).not.toBe(first.batch.token)
  expect(shipper.stats().a).toMatchObject({ batches: 1, rows: 3, failures: 0 })
  expect(shipper.degraded()).toEqual([])
  following.resolve()
})

test('a table that is refused does not hold up another, and new rows do not shorten its pause', async () => {
  const { sink, next } = decidedSink()
  await using _shipper = startShipper({ ...options, backoff: longPause, spool, sink, maxInFlight: 1 })
  await spool.append(to('a'), ['[1]', '[2]', '[3]'])
  ;(await next()).reject(new Error('no such table yet'))
  for (let n = 0; n < 5; n++) {
    await Promise.all([spool.append(to('a'), ['[4]']), spool.append(to('b'), ['[1]', '[2]', '[3]'])])
    const { batch, resolve } = await next()
    expect(batch.table).toBe('b')
    resolve()
  }
})

test('a flush sends what waits at once and says whether everything has arrived', async () => {
  const { sink, next } = decidedSink()
  await using shipper = startShipper({ ...options, spool, sink })
  expect(await shipper.flush(hour)).toBe(true)
  await Promise.all([spool.append(to('a'), ['[1]']), spool.append(to('b'), ['[2]'])])
  const flushed = shipper.flush(hour)
  for (let n = 0; n < 2; n++) (await next()).resolve()
  expect(await flushed).toBe(true)
  await spool.append(to('a'), ['[3]'])
  const late = shipper.flush(1)
  expect(await late).toBe(false)
  ;(await next()).resolve()
})

test('a flush does not wait for rows that are appended after it began', async () => {
  const { sink, next } = decidedSink()
  await using shipper = startShipper({ ...options, spool, sink })
  await spool.append(to('a'), ['[1]'])
  const flushed = shipper.flush(hour)
  const first = await next()
  await spool.append(to('a'), ['[2]'])
  first.resolve()
  expect(await flushed).toBe(true)
})

test('a flush tries again at once where the shipper pauses after a failure', async () => {
  const { sink, next } = decidedSink()
  const failed = Promise.withResolvers<void>()
  const log = { ...silentLog, warn: () => failed.resolve() }
  await using shipper = startShipper({ ...options, log, backoff: longPause, spool, sink })
  await spool.append(to('a'), ['[1]', '[2]', '[3]'])
  ;(await next()).reject(new Error('down'))
  await failed.promise
  expect(shipper.stats().a).toMatchObject({ failures: 1 })
  const flushed = shipper.flush(hour)
  ;(await next()).resolve()
  expect(await flushed).toBe(true)
})

test('disposing waits for the batch under way and starts no other', async () => {
  const { sink, next, arrived } = decidedSink()
  const shipper = startShipper({ ...options, spool, sink })
  await spool.append(to('a'), ['[1]', '[2]', '[3]'])
  await spool.append(to('a'), ['[4]', '[5]', '[6]'])
  const { resolve } = await next()
  const events: string[] = []
  const disposed = shipper[Symbol.asyncDispose]().then(() => events.push('disposed'))
  await settled()
  events.push('stored')
  resolve()
  await disposed
  expect(events).toEqual(['stored', 'disposed'])
  expect(arrived.length).toBe(1)
  expect(spool.stats().tables.a).toMatchObject({ rows: 3 })
})

test('what the spool held when the shipper starts is sent, a batch that was cut first', async () => {
  await spool.append(to('a'), ['[1]', '[2]'])
  const cut = await spool.take('a')
  await spool.append(to('a'), ['[3]', '[4]', '[5]'])
  const { sink, next } = decidedSink()
  await using _shipper = startShipper({ ...options, spool, sink })
  const first = await next()
  expect([first.batch.token, bodyOf(first.batch)]).toEqual([cut!.token, '[1]\n[2]\n'])
  first.resolve()
  const second = await next()
  expect(bodyOf(second.batch)).toBe('[3]\n[4]\n[5]\n')
  second.resolve()
})
