import { once } from 'node:events'
import { copyFile, cp, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCompleteness } from '../../src/app/start-completeness.ts'
import { startKnownLosses } from '../../src/app/start-known-losses.ts'
import { readConfig } from '../../src/config/config.ts'
import { lossOfSpool, readLosses } from '../../src/ingest/known-losses.ts'
import { openSpool, type Spool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { probeFormat } from '../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { startWriter, whatWasSaid } from '../support/ingest/ingest-writing.ts'
import { eventually } from '../support/lib/eventually.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const samples = { table: probeFormat.table, columns: ['n'] }
const others = { table: 'kick_chat_message', columns: ['n'] }
const start = Date.UTC(2026, 0, 2, 3, 4, 5)

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let now: number
beforeEach(async () => {
  directory = await temporaryDirectory('ingest-loss')
  now = start
})
afterEach(() => directory[Symbol.asyncDispose]())

const inside = (name: string) => path.join(directory.path, name)
const openHere = (where = directory.path): Promise<Spool> =>
  openSpool({ directory: where, maxBytes: 1e9, log, clock: () => now })
const numbered = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `[${from + i}]`)

/** A spool that was closed with rows in it: 1,911 of one table, of which `settled` have left, and 3 of another. */
const leftBehind = async (settled = 0): Promise<void> => {
  await using spool = await openHere()
  if (settled > 0) {
    await spool.append(samples, numbered(1, settled))
    await spool.settle((await spool.take(samples.table))!)
  }
  await spool.append(samples, numbered(settled + 1, 1_911 - settled))
  now += 60_000
  await spool.append(others, numbered(1, 3))
}

const lost = (spool: Spool) => Object.fromEntries(spool.losses.map(({ table, rows }) => [table, rows]))

describe('acknowledged rows that are gone at the next start are counted, and what is left of the file is set aside', () => {
  test.each([
    ['was emptied', () => truncate(inside('spool.sqlite'), 0), true],
    ['was removed', () => rm(inside('spool.sqlite')), false],
    ['is no database any more', () => writeFile(inside('spool.sqlite'), 'not a database'.repeat(100)), true],
    [
      'has damaged pages',
      async () => {
        const { size } = await stat(inside('spool.sqlite'))
        await using file = await open(inside('spool.sqlite'), 'r+')
        const first = 16_384
        await file.write(Buffer.alloc(size - first, 0xff), 0, size - first, first)
      },
      true,
    ],
  ])('when the file %s', async (_, damage, isSetAside) => {
    await leftBehind()
    await damage()
    await using spool = await openHere()
    expect(lost(spool)).toEqual({ [samples.table]: 1_911, [others.table]: 3 })
    for (const loss of spool.losses) {
      expect(loss.from).toBeLessThanOrEqual(start)
      expect(loss.to).toBeGreaterThan(loss.table === others.table ? start + 60_000 : start)
      expect(loss.setAside === null).toBe(!isSetAside)
      if (loss.setAside) expect(await readdir(directory.path)).toContain(path.basename(loss.setAside))
    }
    await spool.append(samples, ['[5000]'])
    expect(Buffer.from((await spool.take(samples.table))!.body).toString()).toBe('[5000]\n')
  })

  test('when only some of it were still there to be lost', async () => {
    await leftBehind(1_000)
    await truncate(inside('spool.sqlite'), 0)
    await using spool = await openHere()
    expect(lost(spool)).toEqual({ [samples.table]: 911, [others.table]: 3 })
  })

  test('when an older copy was put in its place', async () => {
    await leftBehind()
    await copyFile(inside('spool.sqlite'), inside('copy'))
    {
      await using spool = await openHere()
      await spool.append(samples, numbered(1, 20))
    }
    await rename(inside('copy'), inside('spool.sqlite'))
    await using spool = await openHere()
    expect(lost(spool)).toEqual({ [samples.table]: 20 })
    expect(spool.stats().tables[samples.table]!.rows).toBe(1_911)
  })

  test.each([0.3, 0.6, 0.95])(
    'when its log is damaged %f of the way through, of which the rest survives',
    async (where) => {
      const child = startWriter([directory.path])
      child.stdout.resume()
      const home = inside('spool')
      await eventually('some rows were acknowledged', async () => {
        const said = await whatWasSaid(directory.path).catch(() => null)
        return said !== null && said.acked.length > 120
      })
      child.kill('SIGKILL')
      await once(child, 'exit')
      const walFile = path.join(home, 'spool.sqlite-wal')
      const before = await readFile(walFile)
      const at = Math.floor(before.length * where)
      await using file = await open(walFile, 'r+')
      await file.write(Buffer.alloc(2_000, 0xee), 0, 2_000, at)

      const { acked } = await whatWasSaid(directory.path)
      await using spool = await openHere(home)
      const stored = new Set<number>()
      for (let batch = await spool.take('vf.sample'); batch; batch = await spool.take('vf.sample')) {
        for (const line of Buffer.from(batch.body).toString().split('\n').slice(0, -1)) stored.add(JSON.parse(line)[0])
        await spool.settle(batch)
      }
      const gone = acked.filter((n) => !stored.has(n)).length
      expect(gone).toBeGreaterThan(0)
      expect(spool.losses).toHaveLength(1)
      // The last row may have been stored although nobody was told any more.
      expect([gone, gone + 1]).toContain(spool.losses[0]!.rows)
      const aside = await readFile(`${spool.losses[0]!.setAside}-wal`)
      expect(aside.length).toBe(before.length)
      expect(aside.subarray(0, at).equals(before.subarray(0, at))).toBe(true)
    },
  )
})

describe('nothing is missed that is not gone', () => {
  test('after a clean end, an end in the middle, and many of them', async () => {
    for (let round = 1; round <= 3; round++) {
      const child = startWriter([directory.path, '', String(round * 10_000)])
      child.stdout.resume()
      await eventually('it writes', async () => {
        const said = await whatWasSaid(directory.path).catch(() => null)
        return said !== null && said.acked.filter((n) => n >= round * 10_000).length > 20
      })
      child.kill('SIGKILL')
      await once(child, 'exit')
      await using spool = await openHere(inside('spool'))
      expect(spool.losses).toEqual([])
      await spool.settle((await spool.take('vf.sample'))!)
    }
    await using spool = await openHere(inside('spool'))
    expect(spool.losses).toEqual([])
  })

  test('when rows were settled that the ledger still knows of, as after a loss of power', async () => {
    await leftBehind()
    await copyFile(inside('spool.ledger.json'), inside('old-ledger'))
    {
      await using spool = await openHere()
      for (let batch = await spool.take(samples.table); batch; batch = await spool.take(samples.table))
        await spool.settle(batch)
    }
    await copyFile(inside('old-ledger'), inside('spool.ledger.json'))
    await using spool = await openHere()
    expect(spool.losses).toEqual([])
  })

  test('when the ledger is missing or can not be read, which is said', async () => {
    await leftBehind()
    await rm(inside('spool.ledger.json'))
    await (await openHere())[Symbol.asyncDispose]()
    await writeFile(inside('spool.ledger.json'), '{"id":')
    const warnings: string[] = []
    await using spool = await openSpool({
      directory: directory.path,
      maxBytes: 1e9,
      log: { ...log, warn: (_: object, text: string) => void warnings.push(text) },
      clock: () => now,
    })
    expect(spool.losses).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(spool.stats().tables[samples.table]!.rows).toBe(1_911)
  })
})

test('a loss is found at every start until somebody was told of it, under one name', async () => {
  await leftBehind()
  await truncate(inside('spool.sqlite'), 0)
  const first = await openHere()
  const { losses } = first
  await first[Symbol.asyncDispose]()
  await cp(inside('spool.ledger.json'), inside('seen'))
  const second = await openHere()
  expect(second.losses).toEqual(losses)
  await second.lossesTold()
  await second[Symbol.asyncDispose]()
  await using third = await openHere()
  expect(third.losses).toEqual([])
})

test('history, readiness and metrics tell what the spool has lost', async () => {
  await using database = await createTestDatabase()
  const config = readConfig({ DATA_DIR: directory.path })
  await leftBehind()
  await truncate(inside('spool.sqlite'), 0)
  await using spool = await openHere()
  await using losses = await startKnownLosses({ config, db: database.db, log })
  await losses.tell(spool.losses.map(lossOfSpool))
  await using completeness = await startCompleteness({ config, db: database.db, spool, losses, clock: () => now, log })
  expect(completeness.lost('probes')).toEqual([{ from: expect.any(Number), to: start + 1, mayReturn: true }])
  expect(completeness.lost('chat')).toHaveLength(1)
  expect(completeness.lost('follows')).toEqual([])
  expect(losses.notices()).toEqual([
    expect.stringMatching(/^A spool lost 1911 rows of kick_streamer_probe from .* what is damaged was set aside\.$/),
    expect.stringMatching(/^A spool lost 3 rows of kick_chat_message from /),
  ])
  expect(await readLosses(database.db, config.tier)).toHaveLength(2)
})
