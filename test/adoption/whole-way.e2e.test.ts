import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { migrateClickHouse } from '../../src/stores/clickhouse/migrate.ts'
import { historyOf } from '../support/legacy/adopted-state.ts'
import { type LegacySystem, makeAwkwardSystems } from '../support/legacy/adopting.ts'
import { findMissing } from '../support/legacy/find-missing.ts'
import { onConnection } from '../support/legacy/legacy-database.ts'
import { startOldWriters, type WritersReport } from '../support/legacy/old-writers.ts'
import { isOutside, outsideOf, outsideRows } from '../support/legacy/outside.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { compareDescriptions } from '../support/stores/compare-descriptions.ts'
import { describeDatabase } from '../support/stores/describe-database.ts'
import { describeHistory } from '../support/stores/describe-history.ts'
import { migrationSettings } from '../support/stores/migrate-clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

let stack: AsyncDisposableStack
let system: LegacySystem
let written: WritersReport

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  const systems = stack.use(await makeAwkwardSystems())
  system = stack.use(await systems.create())
})
afterAll(() => stack.disposeAsync())

const outsideNow = () =>
  onConnection(system.url, async (client) => ({
    objects: outsideOf(await describeDatabase(client)),
    rows: await outsideRows(client),
  }))

test('Phase A lets every old writer go on, loses nothing that they write, and touches nothing of others', async () => {
  const others = await onConnection(system.url, async (client) => outsideOf(await describeDatabase(client)))
  await using writers = await startOldWriters({ url: system.url })
  const { code, stderr } = await system.run('adopt', 'phase-a')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  // They go on for a while in the overlap.
  const until = writers.statements() + 300
  await expect.poll(() => writers.statements()).toBeGreaterThan(until)
  written = await writers.stop()
  expect(written.failures).toEqual([])
  await onConnection(system.url, async (client) => {
    expect(await findMissing(client, written.facts, 'legacy')).toEqual([])
    expect(await findMissing(client, written.facts, 'adopted')).toEqual([])
    expect(outsideOf(await describeDatabase(client))).toEqual(others)
  })
})

test('Phase B refuses while old writers wrote a moment ago, and without a word of consent', async () => {
  expect(await system.run('adopt', 'phase-b', '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--quiet-for'),
  })
  expect(await system.run('adopt', 'phase-b', '--quiet-for', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--yes'),
  })
})

test('after Phase B both stores are those of an empty install object by object, but for what is the environment’s own', async () => {
  const others = await outsideNow()
  expect(await system.run('adopt', 'phase-b', '--quiet-for', '0', '--yes')).toMatchObject({ code: 0, stderr: '' })
  expect(await outsideNow()).toEqual(others)
  await using empty = await createTestDatabase()
  const [adopted, installed] = await Promise.all(
    [system.url, empty.url].map((url) => onConnection(url, describeDatabase)),
  )
  const differences = compareDescriptions(adopted!, installed!).filter(
    // Deliveries of another service stay where they are.
    ({ object }) => !isOutside(object) && !/\bwebhooks\b/.test(object),
  )
  expect(differences).toEqual([
    // It deletes a streamer with what hangs on it, and no longer the history of its channels.
    {
      object: 'function public.delete_streamer_cascade(integer)',
      left: expect.not.stringContaining('streamer_trust_score_history'),
      right: undefined,
    },
    // That it is adopted, and since when.
    {
      object: 'public._prisma_migrations 20261129000100_public_baseline',
      left: expect.stringMatching(/ adopted \d{4}-\d\d-\d\dT/),
      right: expect.not.stringContaining('adopted'),
    },
  ])
  await using history = await system.openHistory()
  const described = await describeHistory(history)
  await history[Symbol.asyncDispose]()
  // With the retention that a program has: tables of tests keep everything.
  await using directory = await temporaryDirectory('empty-install')
  await using install = await openTestClickHouse({ directory: directory.path })
  await migrateClickHouse(install.store, {
    directory: 'clickhouse/migrations',
    settings: migrationSettings,
    log: silentLog,
  })
  const historyDifferences = compareDescriptions(described, await describeHistory(install.store))
  expect(historyDifferences.filter(({ object }) => !object.includes('sumsub_webhooks'))).toEqual([])
})

test('after Phase B the program works on it, `status` says since when, and no phase runs again', async () => {
  const before = await outsideNow()
  expect(await system.run('adopt', 'status')).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^This database is adopted since \d{4}-[^\n]+Z: run `channelscope start`\.\nwebhooks\.incoming stays /,
    ),
    stderr: '',
  })
  for (const args of [['plan'], ['phase-a'], ['phase-b', '--yes'], ['rollback']])
    expect(await system.run('adopt', ...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^This database is adopted[^\n]+\n$/),
    })
  expect(await system.run('migrate')).toMatchObject({ code: 0, stderr: '' })
  expect(await outsideNow()).toEqual(before)
})

test('what the old writers wrote is in the stores of an empty install', async () => {
  await onConnection(system.url, async (client) => {
    expect(await findMissing(client, written.facts, 'adopted')).toEqual([])
  })
  await using store = await system.openHistory()
  const history = await historyOf(store)
  const textOf = (table: string) => history[table]!.join('\n')
  const lost = (table: string, keys: Iterable<string>) => [...keys].filter((key) => !textOf(table).includes(`"${key}"`))
  const chat = [...written.facts.chat].flatMap(([id, message]) => (message ? [id] : []))
  expect(lost('kick_chat_message', chat)).toEqual([])
  expect(lost('webhook_inbox', written.facts.deliveries.keys())).toEqual([])
})
