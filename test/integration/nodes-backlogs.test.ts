import { mkdir, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { lostWithSpool } from '../../src/ingest/node-backlogs.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { type Completeness, nodeOf, startCompleteness } from '../../src/start-completeness.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import { deliveryQueue } from '../../src/webhooks/delivery-row.ts'
import { eventually } from '../support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const clock = Date.now
const makeStale = statement('test_make_stale', `UPDATE dm.spool_backlog SET told_at = now() - interval '25 hours'`)
const stored = statement('test_backlogs', 'SELECT count(*)::integer AS count FROM dm.spool_backlog')

/** A node as far as its spool and what it calls complete. */
const startNode = async (environment: Record<string, string> = {}, path?: string) => {
  const opened = new AsyncDisposableStack()
  const directory = path ?? opened.use(await temporaryDirectory('node')).path
  const config = readConfig({ DATABASE_URL: database.url, DATA_DIR: directory, ...environment })
  const spool = opened.use(await openSpool({ directory, maxBytes: 1e8, log, clock }))
  const { completeThrough } = opened.use(
    startCompleteness({ config, db: database.db, spool, losses: { all: () => [] }, clock, log }),
  )
  /** How far behind the present it is complete, in milliseconds. */
  const behind = (kind: Parameters<Completeness['completeThrough']>[0]) => clock() - completeThrough(kind).getTime()
  return {
    directory,
    spool,
    completeThrough,
    isBehind: (kind: Parameters<typeof behind>[0]) => eventually(`${kind} is not complete`, () => behind(kind) > 0),
    isComplete: (kind: Parameters<typeof behind>[0]) => eventually(`${kind} is complete`, () => behind(kind) <= 0),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('what one node still holds is not complete on any node of its environment, until it is settled', async () => {
  await using holder = await startNode()
  await using other = await startNode()
  await using stranger = await startNode({ ENVIRONMENT: 'another' })
  await holder.spool.append(deliveryQueue, ['1'])
  const oldest = holder.spool.oldestPendingAt(deliveryQueue.table)!
  for (const kind of ['chat', 'follows'] as const) {
    expect(holder.completeThrough(kind).getTime()).toBe(oldest)
    await other.isBehind(kind)
    expect(other.completeThrough(kind).getTime()).toBe(oldest)
  }
  await other.isComplete('probes')
  await stranger.isComplete('chat')
  await holder.spool.settle((await holder.spool.take(deliveryQueue.table))!)
  for (const kind of ['chat', 'follows'] as const) await other.isComplete(kind)
})

test('what a node that has ended left behind is waited for until it is back and done, or was silent for a day', async () => {
  await using other = await startNode()
  await using directory = await temporaryDirectory('node')
  const kept = await startNode({}, directory.path)
  await kept.spool.append(deliveryQueue, ['1'])
  await kept[Symbol.asyncDispose]()
  await other.isBehind('follows')
  {
    await using again = await startNode({}, directory.path)
    await again.spool.settle((await again.spool.take(deliveryQueue.table))!)
    await other.isComplete('follows')
    await again.spool.append(deliveryQueue, ['2'])
  }
  await other.isBehind('follows')
  await database.db.query(makeStale)
  await other.isComplete('follows')
})

test('a process with a database of its own tells nobody', async () => {
  const before = await database.db.query(stored)
  {
    await using alone = await startNode({ DATABASE_URL: '' })
    await alone.spool.append(deliveryQueue, ['1'])
    await alone.isBehind('chat')
  }
  expect(await database.db.query(stored)).toEqual(before)
})

test('a node whose directory is lost knows of what it last told the others, and one that is really new of nothing', async () => {
  await using directory = await temporaryDirectory('node')
  const config = readConfig({ DATABASE_URL: database.url, DATA_DIR: directory.path })
  const whose = { env: config.environment, node: nodeOf(config) }
  expect(await lostWithSpool(database.db, whose)).toEqual([])
  const kept = await startNode({}, directory.path)
  expect(kept.spool.isNew).toBe(true)
  await kept.spool.append(deliveryQueue, ['1'])
  const appendedAt = kept.spool.oldestPendingAt(deliveryQueue.table)!
  await kept[Symbol.asyncDispose]()
  await rm(directory.path, { recursive: true })
  await mkdir(directory.path)
  await using spool = await openSpool({ directory: directory.path, maxBytes: 1e8, log, clock })
  expect(spool.isNew).toBe(true)
  const lost = await lostWithSpool(database.db, whose)
  expect(lost).toMatchObject([{ source: 'spool', target: deliveryQueue.table, rows: null, setAside: null }])
  expect(lost[0]!.from.getTime()).toBeLessThanOrEqual(appendedAt)
  expect(lost[0]!.to.getTime()).toBeGreaterThan(appendedAt)
  expect(await lostWithSpool(database.db, whose)).toEqual(lost)
})
