import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { SpoolLockedError } from '../../src/ingest/spool-errors.ts'
import { silentLog } from '../../src/lib/log.ts'
import { engineSink, startEngine } from '../support/ingest/ingest-engine.ts'
import { startWriter, whatWasSaid } from '../support/ingest/ingest-writing.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const kills = 24
const options = { maxBytes: 1e9, log: silentLog, clock: Date.now }

let engine: Awaited<ReturnType<typeof startEngine>>
beforeAll(async () => {
  engine = await startEngine()
  await engine.query('CREATE DATABASE vf')
  for (const table of ['vf.sample', 'vf.other']) {
    await engine.query(
      `CREATE TABLE ${table} (n UInt64, at DateTime64(3, 'UTC'), note String)
       ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY n SETTINGS non_replicated_deduplication_window = 10000`,
    )
  }
})
afterAll(() => engine?.[Symbol.asyncDispose]())

/** Lets a writer run until it has said `lines` lines and kills it. */
const writeUntilKilled = async (home: string, first: number, lines: number): Promise<void> => {
  const child = startWriter([home, engine.url, String(first)])
  const exited = once(child, 'exit')
  let seen = 0
  for await (const _line of createInterface(child.stdout)) if (++seen === lines) child.kill('SIGKILL')
  expect((await exited)[1]).toBe('SIGKILL')
}

test('while a program has the spool open another is refused, and once it has been killed none is', async () => {
  await using home = await temporaryDirectory('ingest-crash')
  const directory = join(home.path, 'spool')
  const child = startWriter([home.path])
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  await expect(openSpool({ ...options, directory })).rejects.toThrow(SpoolLockedError)
  child.kill('SIGKILL')
  await exited
  await using _spool = await openSpool({ ...options, directory })
})

test('whenever the program is killed, every acknowledged row is stored exactly once and no other row appears', async () => {
  await using home = await temporaryDirectory('ingest-crash')
  let next = 1
  for (let kill = 0; kill < kills; kill++) {
    const lines = 1 + Math.floor(Math.random() ** 2 * 600)
    await writeUntilKilled(home.path, next, lines)
    next = ((await whatWasSaid(home.path)).tried.at(-1) ?? 0) + 1
  }
  const { tried, acked, failed } = await whatWasSaid(home.path)
  expect(failed).toEqual([])

  await using spool = await openSpool({ ...options, directory: join(home.path, 'spool') })
  await using shipper = startShipper({ ...options, spool, sink: engineSink(engine.url) })
  expect(await shipper.flush(60_000)).toBe(true)
  expect(spool.stats().deadLetters).toBe(0)

  const sql = 'SELECT n, count() FROM (SELECT n FROM vf.sample UNION ALL SELECT n FROM vf.other) GROUP BY n'
  const counts = new Map((await engine.query<[string, string]>(sql)).map(([n, count]) => [Number(n), Number(count)]))
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([])
  expect(acked.filter((n) => !counts.has(n))).toEqual([])
  const attempted = new Set(tried)
  expect([...counts.keys()].filter((n) => !attempted.has(n))).toEqual([])
  expect(acked.length).toBeGreaterThan(kills)
}, 120_000)
