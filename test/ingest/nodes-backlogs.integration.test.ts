import { mkdir, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeOf, startCompleteness } from '../../src/app/start-completeness.ts'
import { readConfig } from '../../src/config/config.ts'
import { lostWithSpool } from '../../src/ingest/node-backlogs.ts'
import { openSpool } from '../../src/ingest/spool.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import type { HistoryKind } from '../../src/resolvers/context.ts'
import { probeFormat } from '../../src/stores/clickhouse/tables/kick-streamer-probe.ts'
import { openPostgres, type Postgres } from '../../src/stores/postgres/postgres.ts'
import { deliveryQueue } from '../../src/webhooks/delivery-row.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const clock = Date.now
const makeStale = statement('test_make_stale', `UPDATE dm.spool_backlog SET told_at = now() - interval '25 hours'`)
const toldBy = statement('test_told_by', 'SELECT json_agg(b) AS told FROM dm.spool_backlog b WHERE node = $1')
const putBack = statement(
  'test_put_back',
  `INSERT INTO dm.spool_backlog SELECT * FROM json_populate_recordset(null::dm.spool_backlog, $1) RETURNING target, oldest_at AS at`,
)
const stored = statement('test_backlogs', 'SELECT count(*)::integer AS count FROM dm.spool_backlog')

/** A pool that counts its statements. A node has no others than those by which it tells how far it is, and hears how far the others are. */
const counting = (db: Postgres) => {
  let asked = 0
  const query: Postgres['query'] = async (...of) => {
    try {
      return await db.query(...of)
    } finally {
      asked++
    }
  }
  return { db: { ...db, query }, asked: () => asked }
}

/** So often that nothing is waited for. */
const everyMs = 50
const running = new Set<() => number>()

/** Every node that runs has told and heard three times more. */
const allHaveTold = async (): Promise<void> => {
  const told = [...running].map((asked) => ({ asked, before: asked() }))
  await eventually('all have told', () =>
    told.every(({ asked, before }) => !running.has(asked) || asked() >= before + 3),
  )
}

/** A node as far as its spool and what it calls complete. */
const startNode = async (environment: Record<string, string> = {}, path?: string) => {
  const opened = new AsyncDisposableStack()
  const directory = path ?? opened.use(await temporaryDirectory('node')).path
  const config = readConfig({ ...database.variables, DATA_DIR: directory, ...environment })
  const spool = opened.use(await openSpool({ directory, maxBytes: 1e8, log, clock }))
  const { db, asked } = counting(database.db)
  const { completeThrough } = opened.use(
    await startCompleteness({ config, db, spool, losses: { all: () => [] }, clock, log, everyMs }),
  )
  // One that has a database of its own tells nobody.
  if (asked() > 0) {
    running.add(asked)
    opened.defer(() => void running.delete(asked))
  }
  return {
    directory,
    node: nodeOf(config),
    spool,
    completeThrough,
    /** It stays where it is, however often the nodes hear of each other. */
    stays: async (kind: HistoryKind, at: number) => {
      await eventually(`${kind} is complete up to there`, () => completeThrough(kind).getTime() === at)
      for (let time = 0; time < 3; time++) {
        await allHaveTold()
        expect(completeThrough(kind).getTime()).toBe(at)
      }
    },
    /** It comes to be complete up to now. */
    isComplete: (kind: HistoryKind) => {
      const now = clock()
      return eventually(`${kind} is complete`, () => completeThrough(kind).getTime() >= now)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('what one node still holds is not complete on any node of its environment, until it is settled', async () => {
  await using holder = await startNode()
  await using other = await startNode()
  await using stranger = await startNode({ TIER: 'another' })
  await holder.spool.append(deliveryQueue, ['1'])
  const oldest = holder.spool.oldestPendingAt(deliveryQueue.table)!
  for (const kind of ['chat', 'follows'] as const) {
    expect(holder.completeThrough(kind).getTime()).toBeLessThanOrEqual(oldest)
    await other.stays(kind, oldest)
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
  const first = kept.spool.oldestPendingAt(deliveryQueue.table)!
  await kept[Symbol.asyncDispose]()
  await other.stays('follows', first)
  let second: number
  {
    await using again = await startNode({}, directory.path)
    await again.spool.settle((await again.spool.take(deliveryQueue.table))!)
    await other.isComplete('follows')
    await again.spool.append(deliveryQueue, ['2'])
    second = again.spool.oldestPendingAt(deliveryQueue.table)!
  }
  await other.stays('follows', second)
  await database.db.query(makeStale)
  await other.isComplete('follows')
})

test('a process with a database of its own tells nobody', async () => {
  const before = await database.db.query(stored)
  {
    await using alone = await startNode({ DATABASE_URL: '', DM_DATABASE_URL: '' })
    await alone.isComplete('chat')
    await alone.spool.append(deliveryQueue, ['1'])
    expect(alone.completeThrough('chat').getTime()).toBeLessThanOrEqual(
      alone.spool.oldestPendingAt(deliveryQueue.table)!,
    )
  }
  expect(await database.db.query(stored)).toEqual(before)
})

test('a node whose directory is lost knows of what it last told the others, and one that is really new of nothing', async () => {
  await using directory = await temporaryDirectory('node')
  const config = readConfig({ ...database.variables, DATA_DIR: directory.path })
  const whose = { env: config.tier, node: nodeOf(config) }
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

test('what a node is about to append is not complete anywhere, before it is on any disk', async () => {
  await using asking = await startNode()
  await using other = await startNode()
  await other.isComplete('probes')
  const announced = asking.spool.announce(probeFormat.table)
  const since = asking.spool.oldestPendingAt(probeFormat.table)!
  await other.stays('probes', since)
  expect(asking.completeThrough('probes').getTime()).toBeLessThanOrEqual(since)
  announced[Symbol.dispose]()
  await other.isComplete('probes')
})

test('nothing is complete that a node which can not be heard of may still have seen', async () => {
  await using directory = await temporaryDirectory('node')
  await using other = await startNode()
  const silent = await startNode({}, directory.path)
  await other.isComplete('probes')
  // It is gone without a word, as a process is that was killed.
  const [row] = await database.db.query<{ told: object[] }>(toldBy, [silent.node])
  await silent[Symbol.asyncDispose]()
  const told = await database.db.query<{ target: string; at: Date }>(putBack, [JSON.stringify(row!.told)])
  await other.stays('probes', told.find(({ target }) => target === probeFormat.table)!.at.getTime())
  await using again = await startNode({}, directory.path)
  await other.isComplete('probes')
  await again.isComplete('probes')
})

test('a node that can not ask the database calls nothing complete that happened since', async () => {
  const shared = new URL(database.url)
  await using proxy = await startFaultProxy({ host: shared.hostname, port: Number(shared.port) })
  shared.port = String(proxy.port)
  await using db = openPostgres({ url: shared.href, log, max: 1, connectTimeoutMs: 500 })
  await using directory = await temporaryDirectory('node')
  const config = readConfig({ DATABASE_URL: shared.href, DATA_DIR: directory.path })
  await using spool = await openSpool({ directory: directory.path, maxBytes: 1e8, log, clock })
  const counted = counting(db)
  const options = { config, db: counted.db, spool, losses: { all: () => [] }, clock, log, everyMs }
  await using cut = await startCompleteness(options)
  await proxy.set('refuse')
  const now = clock()
  const before = counted.asked()
  await eventually('it has asked again and again', () => {
    expect(cut.completeThrough('probes').getTime()).toBeLessThan(now)
    return counted.asked() > before + 3
  })
  await proxy.set('pass')
  await eventually('it hears again', () => cut.completeThrough('probes').getTime() > now)
})
