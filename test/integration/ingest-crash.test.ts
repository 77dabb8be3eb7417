import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startShipper } from '../../src/ingest/shipper.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { SpoolLockedError } from '../../src/ingest/spool-errors.ts'
import { silentLog } from '../../src/lib/log.ts'
import { engineSink, startEngine } from '../support/ingest-engine.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const kills = 24
const writer = fileURLToPath(new URL('../support/ingest-writer.ts', import.meta.url))
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

const startWriter = (...args: string[]) =>
  spawn(process.execPath, [writer, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })

/** Lets a writer run until it has said `lines` lines, kills it, and tells the numbers it tried and was promised. */
const writeUntilKilled = async (directory: string, first: number, lines: number) => {
  const child = startWriter(directory, engine.url, String(first))
  const exited = once(child, 'exit')
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (said.length === lines) child.kill('SIGKILL')
  }
  expect((await exited)[1]).toBe('SIGKILL')
  expect(said.filter((line) => line.startsWith('failed'))).toEqual([])
  const numbers = (word: string): number[] =>
    said.filter((line) => line.startsWith(word)).flatMap((line) => line.split(' ').slice(1).map(Number))
  return { tried: numbers('try'), acked: numbers('acked') }
}

test('while a program has the spool open another is refused, and once it has been killed none is', async () => {
  await using directory = await temporaryDirectory('ingest-crash')
  const child = startWriter(directory.path)
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  await expect(openSpool({ ...options, directory: directory.path })).rejects.toThrow(SpoolLockedError)
  child.kill('SIGKILL')
  await exited
  await using _spool = await openSpool({ ...options, directory: directory.path })
})

test('whenever the program is killed, every acknowledged row is stored exactly once and no other row appears', async () => {
  await using directory = await temporaryDirectory('ingest-crash')
  const tried: number[] = []
  const acked: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    const lines = 1 + Math.floor(Math.random() ** 2 * 600)
    const life = await writeUntilKilled(directory.path, (tried.at(-1) ?? 0) + 100, lines)
    tried.push(...life.tried)
    acked.push(...life.acked)
  }

  await using spool = await openSpool({ ...options, directory: directory.path })
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
