import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCompleteness } from '../../src/app/start-completeness.ts'
import { readConfig } from '../../src/config/config.ts'
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import type { BatchSink } from '../../src/ingest/batch-sink.ts'
import { earliestOf } from '../../src/ingest/row-times.ts'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { probeFormat } from '../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const hourMs = 3_600_000
const probes = { table: probeFormat.table, columns: ['n'] }
const limits = { ...defaultBatchLimits, maxDelayMs: 5 }

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let now: number
const clock = () => now
beforeEach(async () => {
  directory = await temporaryDirectory('ingest-clock')
  now = 1_900_000_000_000
})
afterEach(() => directory[Symbol.asyncDispose]())

const openHere = (): Promise<Spool> => openSpool({ directory: directory.path, maxBytes: 1e6, log, clock, limits })

/** A sink that takes everything and tells when so many rows have come. */
const countingSink = (rows: number) => {
  const shipped = Promise.withResolvers<string[]>()
  const lines: string[] = []
  const sink: BatchSink = {
    async insertBatch({ body }) {
      lines.push(...body.toString().split('\n').slice(0, -1))
      if (lines.length >= rows) shipped.resolve(lines)
    },
  }
  return { sink, shipped: shipped.promise }
}

const steps = [
  ['two hours back', -2 * hourMs],
  ['two hours ahead', 2 * hourMs],
  ['half an hour back', -hourMs / 2],
] as const

describe.each(steps)('a clock that is set %s', (_, stepMs) => {
  test('holds up no row, neither those before nor those after', async () => {
    await using spool = await openHere()
    await spool.append(probes, ['[1]'])
    now += stepMs
    await spool.append(probes, ['[2]'])
    const { sink, shipped } = countingSink(2)
    await using _shipper = startShipper({ spool, sink, log, clock })
    expect(await shipped).toEqual(['[1]', '[2]'])
  })

  test('holds up no row across a restart', async () => {
    const before = await openHere()
    await before.append(probes, ['[1]'])
    await before[Symbol.asyncDispose]()
    now += stepMs
    await using spool = await openHere()
    await spool.append(probes, ['[2]'])
    const { sink, shipped } = countingSink(2)
    await using _shipper = startShipper({ spool, sink, log, clock })
    expect(await shipped).toEqual(['[1]', '[2]'])
  })

  test.each(['while it runs', 'across a restart'])(
    '%s, nothing is called complete that a row waits for, nor anything ahead of now',
    async (when) => {
      const config = readConfig({ DATA_DIR: directory.path })
      await using db = openPostgres({ url: 'postgres://nobody@127.0.0.1:9/none', log, max: 1 })
      let spool = await openHere()
      await spool.append(probes, ['[1]'])
      now += stepMs
      if (when === 'across a restart') {
        await spool[Symbol.asyncDispose]()
        spool = await openHere()
      }
      await using opened = new AsyncDisposableStack()
      opened.use(spool)
      const { completeThrough } = opened.use(
        await startCompleteness({ config, db, spool, losses: { all: () => [] }, clock, log }),
      )
      expect(completeThrough('probes').getTime()).toBeLessThanOrEqual(now)
      now += 60_000
      const appendedAt = now
      const appended = spool.append(probes, ['[2]'])
      expect(completeThrough('probes').getTime()).toBeLessThanOrEqual(appendedAt)
      await appended
      now += hourMs
      expect(completeThrough('probes').getTime()).toBeLessThanOrEqual(appendedAt)
      await spool.settle((await spool.take(probeFormat.table))!)
      expect(completeThrough('probes').getTime()).toBe(earliestOf(now))
    },
  )
})

test('what waits in other tables is dated back with the clock as well, and once', async () => {
  const other = { table: 'kick_chat_message', columns: ['n'] }
  await using spool = await openHere()
  await spool.append(other, ['[1]'])
  const first = now
  now += 2 * hourMs
  await spool.append(other, ['[2]'])
  now -= hourMs
  await spool.append(probes, ['[3]'])
  expect(spool.oldestPendingAt(other.table)).toBe(first)
  now -= 3 * hourMs
  await spool.append(probes, ['[4]'])
  const dated = now
  now += 10 * hourMs
  expect(spool.oldestPendingAt(other.table)).toBe(dated)
  expect(spool.oldestPendingAt(probeFormat.table)).toBe(dated)
})
