import { globSync, renameSync, rmSync, truncateSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startKnownLosses } from '../../../src/app/start-known-losses.ts'
import { startPartWatch } from '../../../src/app/start-part-watch.ts'
import { readConfig } from '../../../src/config/config.ts'
import { silentLog as log } from '../../../src/lib/log.ts'
import { openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { statement } from '../../../src/stores/postgres/statement.ts'
import { viewerSeries } from '../../../src/telemetry/viewers.ts'
import { insertProbes } from '../../support/stores/clickhouse.ts'
import { migrateTestClickHouse } from '../../support/stores/migrate-clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'
import { temporaryDirectory } from '../../support/stores/temporary-directory.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(() => database.db.query(statement('test_no_losses', 'TRUNCATE dm.known_loss')))

const config = readConfig({ ENVIRONMENT: 'test' })
const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7_200_000
const second = 1_000
const from = new Date(hour)
const to = new Date(hour + 3_600_000)

/** The store and what watches its parts, as a process has them from its start to its end. */
const start = async (directory: string) => {
  await using opened = new AsyncDisposableStack()
  const store = opened.use(await openClickHouse({ directory: path.join(directory, 'clickhouse') }))
  await migrateTestClickHouse(store)
  await store.command('SYSTEM STOP MERGES')
  const losses = opened.use(await startKnownLosses({ config, db: database.db, log }))
  opened.use(await startPartWatch({ directory, clickHouse: store, losses, clock: Date.now, log }))
  const stack = opened.move()
  return { store, losses, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
type Started = Awaited<ReturnType<typeof start>>

/** A part of 20 minutes of probes of one channel, one a minute. */
const insertThird = ({ store }: Started, third: number, at = hour) =>
  insertProbes(
    store,
    Array.from({ length: 20 }, (_, minute) => ({
      channel: '1',
      at: at / second + (third * 20 + minute) * 60,
      startedAt: at / second,
      viewers: 10,
    })),
    `third-${at}-${third}`,
  )

const blockOf = (folder: string) => Number(path.basename(folder).split('_')[1])

/** The n-th part of each table, counted from 1. A migration that rewrites a table takes a number of a block itself. */
const partsOf = (directory: string, n: number) => {
  const parts = globSync(path.join(directory, 'clickhouse/store/*/*/[0-9]*_*_*_0')).filter(
    (folder) =>
      !folder.includes('detached') &&
      globSync(path.join(folder, '*elapsed*')).length + globSync(path.join(folder, 'data.bin')).length > 0,
  )
  const byTable = Map.groupBy(parts, (folder) => path.dirname(folder))
  return [...byTable.values()].flatMap((folders) => folders.sort((a, b) => blockOf(a) - blockOf(b)).slice(n - 1, n))
}
/** Damages the first file of rows of the parts: of the probes and of their slots. */
const damage = (folders: readonly string[]) => {
  for (const folder of folders) truncateSync(globSync(path.join(folder, '*.bin'))[0]!, 3)
}

const third = (n: number) => ({
  from: new Date(hour + n * 1_200_000),
  to: new Date(hour + n * 1_200_000 + 19 * 60_000 + second),
})

const seriesOf = async ({ store, losses }: Started) => {
  const lost = losses
    .all()
    .filter(({ target }) => target === 'kick_streamer_probe')
    .map((loss) => ({ from: loss.from.getTime(), to: loss.to.getTime(), mayReturn: loss.acceptedAt === null }))
  const channel = {
    channelId: 1n,
    platform: 'kick',
    platformUserId: '1',
    firstSeenAt: from,
    lastProbedAt: to,
    intervalSeconds: 60,
  }
  const asked = {
    env: 'test',
    range: { from, to },
    bucket: 'HOUR',
    maxPoints: 10,
    timezone: 'UTC',
    fill: 'NULL',
  } as const
  const now = new Date()
  const series = await viewerSeries(store, { ...asked, channels: [channel as never], now, completeThrough: now, lost })
  return series.get(1n)!
}

test('a damaged part that the engine puts aside at a start is told with its rows and its span, and history is honest about it', async () => {
  await using directory = await temporaryDirectory('damaged')
  {
    await using running = await start(directory.path)
    for (const n of [0, 1, 2]) await insertThird(running, n)
    expect(running.losses.all()).toEqual([])
    expect(await seriesOf(running)).toMatchObject({ meta: { coverage: 1 }, outages: [] })
  }
  damage(partsOf(directory.path, 2))
  const expected = { source: 'clickhouse', target: 'kick_streamer_probe', rows: 20, ...third(1) }
  for (let starts = 0; starts < 2; starts++) {
    await using running = await start(directory.path)
    const found = running.losses.all().filter(({ target }) => target === 'kick_streamer_probe')
    expect(found).toMatchObject([{ ...expected, setAside: expect.stringContaining('detached/broken') }])
    expect(running.losses.notices()).toContainEqual(
      expect.stringMatching(/^ClickHouse lost 20 rows of kick_streamer_probe from /),
    )
    const { meta, outages } = await seriesOf(running)
    // The lost time counts by its length.
    expect(meta.coverage).toBeCloseTo(1 - (19 * 60 + 1) / 3_600)
    expect(meta.completeThrough).toEqual(third(1).from)
    expect(outages).toEqual([{ ...third(1), reason: 'lost' }])
  }
})

test('a part that is not there any more is told, and taken back when it is', async () => {
  await using directory = await temporaryDirectory('vanished')
  {
    await using running = await start(directory.path)
    for (const n of [0, 1, 2]) await insertThird(running, n)
  }
  const folders = partsOf(directory.path, 1)
  expect(folders.length).toBeGreaterThan(0)
  const elsewhere = (folder: string) => path.join(directory.path, folder.replaceAll('/', '-'))
  for (const folder of folders) renameSync(folder, elsewhere(folder))
  {
    await using running = await start(directory.path)
    expect(running.losses.all().filter(({ target }) => target === 'kick_streamer_probe')).toMatchObject([
      { rows: 20, ...third(0), setAside: null },
    ])
  }
  for (const folder of folders) renameSync(elsewhere(folder), folder)
  await using running = await start(directory.path)
  expect(running.losses.all()).toEqual([])
})

test('a damaged part that was younger than the last note is told as well', async () => {
  await using directory = await temporaryDirectory('unnoted')
  const before = new Date()
  {
    await using running = await start(directory.path)
    await insertThird(running, 0)
  }
  // As if the process had been killed before it noted the part.
  rmSync(path.join(directory.path, 'clickhouse-parts.json'))
  damage(partsOf(directory.path, 1))
  await using running = await start(directory.path)
  const [loss] = running.losses.all().filter(({ target }) => target === 'kick_streamer_probe')
  expect(loss).toMatchObject({ rows: null, setAside: expect.stringContaining('broken') })
  expect(loss!.to.getTime()).toBeGreaterThanOrEqual(before.getTime())
})

test('what outlived its time, and what was merged, is no loss', async () => {
  await using directory = await temporaryDirectory('merged')
  {
    await using running = await start(directory.path)
    for (const n of [0, 1, 2]) await insertThird(running, n)
    await insertThird(running, 0, hour - 8_000 * 86_400_000)
  }
  for (const folder of partsOf(directory.path, 4)) rmSync(folder, { recursive: true })
  {
    await using running = await start(directory.path)
    expect(running.losses.all()).toEqual([])
    await running.store.command('SYSTEM START MERGES')
    await running.store.command('OPTIMIZE TABLE kick_streamer_probe FINAL')
  }
  await using running = await start(directory.path)
  expect(running.losses.all()).toEqual([])
})
