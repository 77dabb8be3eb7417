import { once } from 'node:events'
import { copyFile, open, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultBatchLimits } from '../../src/ingest/batch-limits.ts'
import { openSpool, type Spool, type SpoolOptions } from '../../src/ingest/spool.ts'
import { SpoolClosedError, SpoolFullError, SpoolLockedError } from '../../src/ingest/spool-errors.ts'
import { type Log, silentLog } from '../../src/lib/log.ts'
import { startWriter, whatWasSaid } from '../support/ingest/ingest-writing.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const samples = { table: 'vf.sample', columns: ['n'] }

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeEach(async () => {
  directory = await temporaryDirectory('ingest-spool')
})
afterEach(() => directory[Symbol.asyncDispose]())

const openHere = (options: Partial<SpoolOptions> = {}): Promise<Spool> =>
  openSpool({ directory: directory.path, maxBytes: 1_000_000, log: silentLog, clock: () => 0, ...options })

const numbered = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `[${from + i}]`)

const bodyOf = async (spool: Spool, table = samples.table): Promise<string> => {
  const batch = await spool.take(table)
  return Buffer.from(batch!.body).toString()
}

const query = <T>(sql: string): T[] => {
  const database = new DatabaseSync(join(directory.path, 'spool.sqlite'))
  const rows = database.prepare(sql).all()
  database.close()
  return rows as T[]
}

test('appended rows are there after reopening, in the order of the appends', async () => {
  const spool = await openHere()
  await Promise.all([spool.append(samples, ['[1]', '[2]']), spool.append(samples, ['[3]'])])
  await spool.append(samples, ['[4]'])
  await spool[Symbol.asyncDispose]()

  await using reopened = await openHere()
  expect(reopened.stats()).toMatchObject({ tables: { 'vf.sample': { rows: 4, bytes: 16 } }, bytes: 16 })
  expect(await bodyOf(reopened)).toBe('[1]\n[2]\n[3]\n[4]\n')
})

test('the appends of one turn share one commit', async () => {
  const spool = await openHere()
  await Promise.all(numbered(1, 200).map((row) => spool.append(samples, [row])))
  await spool[Symbol.asyncDispose]()
  expect(query('SELECT first, last FROM chunk')).toEqual([{ first: 1, last: 200 }])
})

test('appends that were made before closing are durable, later ones are refused', async () => {
  const spool = await openHere()
  const before = spool.append(samples, ['[1]'])
  const closing = spool[Symbol.asyncDispose]()
  await expect(spool.append(samples, ['[2]'])).rejects.toThrow(SpoolClosedError)
  await Promise.all([before, closing])
  await using reopened = await openHere()
  expect(await bodyOf(reopened)).toBe('[1]\n')
})

test('a batch that was cut keeps its bytes and its token for ever, rows that arrive later get another', async () => {
  const spool = await openHere()
  await spool.append(samples, numbered(1, 3))
  const cut = await spool.take(samples.table)
  await spool.append(samples, numbered(4, 2))
  await spool[Symbol.asyncDispose]()

  await using reopened = await openHere()
  expect(await reopened.take(samples.table)).toEqual(cut)
  expect(await reopened.take(samples.table)).toEqual(cut)
  await reopened.settle(cut!)
  const next = await reopened.take(samples.table)
  expect(Buffer.from(next!.body).toString()).toBe('[4]\n[5]\n')
  expect(next!.token).not.toBe(cut!.token)
})

test('batches stay within the limits and cover every row once', async () => {
  await using spool = await openHere({ limits: { ...defaultBatchLimits, maxRows: 10, maxBytes: 60 } })
  for (let n = 0; n < 50; n += 5) await spool.append(samples, numbered(n, 5))
  await spool.append(samples, numbered(50, 45))
  await spool.append(samples, [`"${'x'.repeat(100)}"`])
  const rows: string[] = []
  for (let batch = await spool.take(samples.table); batch; batch = await spool.take(samples.table)) {
    const lines = Buffer.from(batch.body).toString().split('\n').slice(0, -1)
    expect(lines.length).toBe(batch.last - batch.first + 1)
    expect(lines.length).toBeLessThanOrEqual(10)
    expect(lines.length === 1 || batch.body.length <= 60).toBe(true)
    rows.push(...lines)
    await spool.settle(batch)
  }
  expect(rows).toEqual([...numbered(0, 95), `"${'x'.repeat(100)}"`])
  expect(spool.stats()).toMatchObject({ bytes: 0, tables: { 'vf.sample': { rows: 0, bytes: 0 } } })
})

test('rows are shipped with the columns they were rendered for, after an upgrade too', async () => {
  const spool = await openHere()
  await spool.append(samples, ['[1]'])
  await spool[Symbol.asyncDispose]()
  await using upgraded = await openHere()
  await upgraded.append({ ...samples, columns: ['n', 'm'] }, ['[2,2]'])
  const first = await upgraded.take(samples.table)
  await upgraded.settle(first!)
  const second = await upgraded.take(samples.table)
  expect([first?.columns, second?.columns]).toEqual([['n'], ['n', 'm']])
})

test('a file restored from a copy never repeats a token for other rows', async () => {
  const path = join(directory.path, 'spool.sqlite')
  await (await openHere())[Symbol.asyncDispose]()
  await copyFile(path, `${path}.copy`)
  const tokens: string[] = []
  for (const row of ['[1]', '[2]']) {
    await copyFile(`${path}.copy`, path)
    await using spool = await openHere()
    await spool.append(samples, [row])
    tokens.push((await spool.take(samples.table))!.token)
  }
  expect(new Set(tokens).size).toBe(2)
})

test('a full spool refuses rows, keeps what it has and accepts again once rows have been shipped', async () => {
  await using spool = await openHere({ maxBytes: 12 })
  await spool.append(samples, numbered(1, 2))
  await expect(spool.append(samples, numbered(3, 2))).rejects.toThrow(SpoolFullError)
  const together = await Promise.allSettled([spool.append(samples, ['[3]']), spool.append(samples, ['[4]'])])
  expect(together).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }])
  const batch = await spool.take(samples.table)
  expect(Buffer.from(batch!.body).toString()).toBe('[1]\n[2]\n[3]\n')
  await spool.settle(batch!)
  await spool.append(samples, numbered(5, 3))
})

test('a row that holds a newline is a bug of the caller', async () => {
  await using spool = await openHere()
  await expect(spool.append(samples, ['[1]\n'])).rejects.toThrow(TypeError)
})

test('the age of the oldest row counts from its append until it is settled', async () => {
  let now = 1_000
  await using spool = await openHere({ clock: () => now, steady: () => now })
  expect(spool.oldestPendingAt(samples.table)).toBeNull()
  const appended = spool.append(samples, ['[1]'])
  expect(spool.oldestPendingAt(samples.table)).toBe(1_000)
  await appended
  now = 2_000
  await spool.append(samples, ['[2]'])
  now = 5_000
  expect(spool.oldestPendingAt(samples.table)).toBe(1_000)
  expect(spool.stats().tables[samples.table]).toEqual({ rows: 2, bytes: 8, oldestAgeMs: 4_000 })
  await spool.settle((await spool.take(samples.table))!)
  expect(spool.oldestPendingAt(samples.table)).toBeNull()
})

test('a refused row is a dead letter after reopening, and the rows around it are not', async () => {
  const spool = await openHere({ clock: () => 7 })
  await spool.append(samples, numbered(1, 3))
  await spool.split((await spool.take(samples.table))!)
  await spool.split((await spool.take(samples.table))!)
  await spool.bury((await spool.take(samples.table))!, 'not a number')
  await spool[Symbol.asyncDispose]()

  await using reopened = await openHere()
  expect(reopened.stats()).toMatchObject({ deadLetters: 1, tables: { 'vf.sample': { rows: 2 } } })
  expect(await reopened.deadLetters({ after: 0, limit: 10 })).toEqual([
    { id: 1, ...samples, row: '[1]', reason: 'not a number', at: new Date(7) },
  ])
  expect(await reopened.deadLetters({ after: 1, limit: 10 })).toEqual([])
  const rest: string[] = []
  for (let batch = await reopened.take(samples.table); batch; batch = await reopened.take(samples.table)) {
    rest.push(Buffer.from(batch.body).toString())
    await reopened.settle(batch)
  }
  expect(rest).toEqual(['[2]\n', '[3]\n'])
  expect(reopened.stats().bytes).toBe('[1]\n'.length)
})

test('a second opener is told which directory is in use', async () => {
  await using _spool = await openHere()
  const error = await openHere().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(SpoolLockedError)
  expect((error as Error).message).toContain(directory.path)
})

test.each(['is no database at all', 'has damaged pages'])(
  'a file that %s is set aside, never deleted',
  async (damage) => {
    const path = join(directory.path, 'spool.sqlite')
    if (damage === 'is no database at all')
      await writeFile(path, 'not a database, but long enough to look at'.repeat(50))
    else {
      const spool = await openHere()
      await spool.append(samples, numbered(1, 20_000))
      await spool[Symbol.asyncDispose]()
      const file = await open(path, 'r+')
      const { size } = await file.stat()
      await file.write(Buffer.alloc(size - 4_096, 0xff), 0, size - 4_096, 4_096)
      await file.close()
    }
    const errors: object[] = []
    const log: Log = { ...silentLog, error: (fields) => errors.push(fields) }
    await using spool = await openHere({ log, clock: () => Date.UTC(2026, 0, 2, 3, 4, 5) })
    const setAside = join(directory.path, 'spool.corrupt-20260102T030405000Z.sqlite')
    expect(errors).toEqual([{ directory: directory.path, setAside }])
    expect(await readdir(directory.path)).toContain('spool.corrupt-20260102T030405000Z.sqlite')
    await spool.append(samples, ['[1]'])
    expect(await bodyOf(spool)).toBe('[1]\n')
  },
)

test('a file of another format is refused and left as it is', async () => {
  await (await openHere())[Symbol.asyncDispose]()
  query('PRAGMA user_version = 99')
  await expect(openHere()).rejects.toThrow('spool format 99')
  expect(query('PRAGMA user_version')).toEqual([{ user_version: 99 }])
})

test('when the disk takes no more, appends say so and every row that was stored is still there', async () => {
  const child = startWriter([directory.path], 4_000)
  child.stdout.resume()
  await once(child, 'exit')
  const { tried, acked, failed } = await whatWasSaid(directory.path)
  expect(failed).toContain('SpoolDiskError')

  await using spool = await openHere({ directory: join(directory.path, 'spool'), maxBytes: 1e9 })
  const stored: number[] = []
  for (let batch = await spool.take(samples.table); batch; batch = await spool.take(samples.table)) {
    for (const line of Buffer.from(batch.body).toString().split('\n').slice(0, -1)) stored.push(JSON.parse(line)[0])
    await spool.settle(batch)
  }
  const storedOnce = new Set(stored)
  expect(storedOnce.size).toBe(stored.length)
  expect(acked.filter((n) => !storedOnce.has(n))).toEqual([])
  expect(stored.filter((n) => !tried.includes(n))).toEqual([])
})
