import fs from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  advanceWatermark,
  archivesBetween,
  finishWindow,
  leaseWindow,
  openWatermark,
  renewWindowLease,
} from '../../src/archive/archive-log.ts'
import { exportChat } from '../../src/archive/export-chat.ts'
import { restoreArchive } from '../../src/archive/restore-archive.ts'
import { verifyArchive } from '../../src/archive/verify-archive.ts'
import { windowAt } from '../../src/archive/window.ts'
import { silentLog } from '../../src/lib/log.ts'
import { number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../src/stores/clickhouse/open-clickhouse.ts'
import { openFileObjects } from '../../src/stores/objects/file-objects.ts'
import type { ObjectStore } from '../../src/stores/objects/object-store.ts'
import { filesBelow, hardMessages, thisHour } from '../support/archive/archive-fixture.ts'
import { insertChat } from '../support/live/chat.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const hour = 3_600
const signal = new AbortController().signal
let opened: AsyncDisposableStack
let database: TestDatabase
let store: ClickHouse
let objects: ObjectStore

beforeEach(async () => {
  opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('archive'))
  store = opened.use(await openTestClickHouse()).store
  database = opened.use(await createTestDatabase())
  objects = openFileObjects(directory.path)
})
afterEach(() => opened.disposeAsync())

const run = (options: Partial<Parameters<typeof exportChat>[0]> = {}) =>
  exportChat(
    { db: database.db, clickHouse: store, objects, env: 'test', log: silentLog, partRows: 50, ...options },
    signal,
  )

const ledger = () => archivesBetween(database.db, 'test', { from: new Date(0), to: new Date('2200-01-01') }, 1_000)

const contentOf = (table: string) =>
  namedQuery({
    name: 'content',
    pool: 'heavy',
    sql: `SELECT toString((env, channel_id, channel_slug, message_id, platform_user_id, username, content, emotes_json, badges_json, created_at)) AS row
      FROM ${table} ORDER BY row`,
    row: { row: text },
  })
const recent = (table: string) =>
  namedQuery({
    name: 'recent',
    sql: `SELECT toUInt32(countIf(inserted_at > now() - 300)) AS recent, toUInt32(count()) AS rows FROM ${table}`,
    row: { recent: number, rows: number },
  })

test('before anything arrived nothing is done, and hours without rows cost no row of the ledger', async () => {
  expect(await run()).toMatchObject({ windows: 0, through: null })
  const long = thisHour() - 500 * hour
  await insertChat(store, [{ id: 'old', sentAt: long, arrivedAt: long }])
  const began = thisHour()
  const { through, ...did } = await run()
  expect(did).toMatchObject({ windows: 1, objects: 1, rows: 1 })
  // The hour may have turned meanwhile.
  expect([began, thisHour()].map((at) => (at - hour) * 1000)).toContain(through!.getTime())
  expect(await ledger()).toHaveLength(1)
  expect(await run()).toMatchObject({ windows: 0, rows: 0 })
})

test('a row belongs to the hour in which it arrived, open hours wait, and other environments are left out', async () => {
  const closed = thisHour() - 3 * hour
  await insertChat(store, [
    { id: 'prompt', sentAt: closed, arrivedAt: closed },
    { id: 'other', sentAt: closed, arrivedAt: closed, env: 'prod' },
    { id: 'late', sentAt: closed - 5 * 24 * hour, arrivedAt: closed + hour },
    { id: 'open', sentAt: closed, arrivedAt: closed + 3 * hour },
  ])
  await run()
  expect((await ledger()).map(({ from, manifest }) => [from, manifest.rows])).toEqual([
    [new Date(closed * 1000), 1],
    [new Date((closed + hour) * 1000), 1],
  ])
})

test('an archive that is intact is found so, and restored into an empty table it is what it was', async () => {
  await insertChat(store, hardMessages())
  await run()
  const archives = await ledger()
  for (const archive of archives)
    expect((await verifyArchive({ clickHouse: store, objects }, 'test', archive)).problems).toEqual([])
  const restore = async (table: string) => {
    const results = []
    for (const archive of archives)
      results.push(await restoreArchive({ clickHouse: store, objects }, { ...archive, env: 'test' }, table))
    return results
  }
  expect((await restore('brought_back')).every(({ kind }) => kind === 'restored')).toBe(true)
  const rows = await store.query(contentOf('brought_back'), {})
  expect(rows).toEqual(await store.query(contentOf('kick_chat_message'), {}))
  await restore('brought_back')
  expect(await store.query(contentOf('brought_back'), {})).toEqual(rows)
  const [counts] = await store.query(recent('brought_back'), {})
  expect(counts!.recent).toBe(counts!.rows)
  expect((await restore('kick_chat_message')).every(({ kind }) => kind === 'present')).toBe(true)
  expect(await store.query(contentOf('kick_chat_message'), {})).toEqual(rows)
})

test('whatever is done to an archive is found: a lost object, another byte, fewer rows, another manifest', async () => {
  await insertChat(store, hardMessages())
  await run()
  const archives = await ledger()
  const [archive] = archives
  const object = archive!.manifest.objects[0]!
  const stores = { clickHouse: store, objects }
  const file = path.join(objects.place, object.key)
  const bytes = await fs.readFile(file)
  const problems = async () => (await verifyArchive(stores, 'test', archive!)).problems

  await fs.rm(file)
  expect(await problems()).toEqual([`${object.key} is missing`])
  await fs.writeFile(file, bytes.subarray(0, -1))
  expect(await problems()).toEqual([`${object.key} has ${bytes.length - 1} bytes instead of ${bytes.length}`])
  const other = Buffer.from(bytes)
  other[100]! ^= 1
  await fs.writeFile(file, other)
  expect(await problems()).toEqual([`${object.key} has other bytes than were archived`])
  expect(await restoreArchive(stores, { ...archive!, env: 'test' }, 'damaged')).toMatchObject({ kind: 'damaged' })
  await fs.writeFile(file, bytes)
  expect(await problems()).toEqual([])

  const claims = structuredClone(archive!)
  claims.manifest.objects[0]!.rows += 1
  const said = await verifyArchive(stores, 'test', claims)
  expect(said.problems).toEqual([
    expect.stringMatching(/manifest\.json differs from the ledger$/),
    `${object.key} has ${object.rows} rows instead of ${object.rows + 1}`,
  ])
  claims.manifest.objects[0]!.rows -= 1
  claims.manifest.objects[0]!.rowsHash = '1'
  expect((await verifyArchive(stores, 'test', claims)).problems.at(-1)).toBe(
    `${object.key} has other rows than were archived`,
  )
})

test('repeated, an export writes the same bytes under the same keys, whatever the size of parts is by then', async () => {
  await insertChat(store, hardMessages())
  await run()
  const first = await filesBelow(objects.place)
  expect(first.size).toBeGreaterThan(12)
  await database.db.pool.query('UPDATE dm.chat_archive_log SET success = false, manifest = NULL')
  await database.db.pool.query(`UPDATE dm.chat_export_watermark SET last_exported_at = 'epoch'`)
  await run({ partRows: 1_000_000 })
  expect(await filesBelow(objects.place)).toEqual(first)
})

test('an exporter that was overtaken can neither write on nor finish, and the watermark moves once', async () => {
  const { db } = database
  const window = windowAt(new Date('2026-11-22T13:00:00Z'))
  const plan = { starts: [window.from.getTime() / 1000] }
  const manifest = { version: 1 as const, env: 'test', windowFrom: '', windowTo: '', rows: 0, objects: [] }
  await openWatermark(db, 'test')
  await db.pool.query('UPDATE dm.chat_export_watermark SET last_exported_at = $1', [window.from])
  const slow = await leaseWindow(db, 'test', window, plan, 60)
  expect(await leaseWindow(db, 'test', window, plan, 60)).toBeNull()
  await db.pool.query(`UPDATE dm.chat_archive_log SET leased_until = now() - interval '1 second'`)
  const quick = await leaseWindow(db, 'test', window, { starts: [1, 2, 3] }, 60)
  expect(quick!.plan).toEqual(plan)
  await expect(renewWindowLease(db, slow!, window, 60)).rejects.toThrow('taken over')
  await expect(finishWindow(db, 'test', window, slow!, manifest)).rejects.toThrow('taken over')
  await finishWindow(db, 'test', window, quick!, manifest)
  expect(await openWatermark(db, 'test')).toEqual(window.to)
  await expect(finishWindow(db, 'test', window, quick!, manifest)).rejects.toThrow('taken over')
  expect(await leaseWindow(db, 'test', window, plan, 60)).toBeNull()
})

test('a store that fails leaves the hour for the next run and says why in the ledger', async () => {
  const arrivedAt = thisHour() - 3 * hour
  await insertChat(store, [{ id: 'one', sentAt: arrivedAt, arrivedAt }])
  const broken: ObjectStore = { ...objects, put: () => Promise.reject(new Error('the bucket is away')) }
  await expect(run({ objects: broken })).rejects.toThrow('the bucket is away')
  const { rows } = await database.db.pool.query('SELECT success, error, leased_until FROM dm.chat_archive_log')
  expect(rows).toEqual([{ success: false, error: 'the bucket is away', leased_until: null }])
  expect(await run()).toMatchObject({ windows: 1, rows: 1 })
})

test.each([1, 2, 30])(
  'an archive that is %i hours ahead of the clock of ClickHouse goes back, and what arrives there is archived',
  async (hours) => {
    const first = thisHour() - hour
    await insertChat(store, [{ id: 'before', sentAt: first - 3 * hour, arrivedAt: first - 3 * hour }])
    await run()
    // As a clock left it that was ahead: the hours to come count as archived, the first of them with a row.
    const ahead = first + hours * hour
    await insertChat(store, [{ id: 'early', sentAt: first, arrivedAt: ahead - hour }])
    const watermark = await openWatermark(database.db, 'test')
    expect(await advanceWatermark(database.db, 'test', watermark, new Date((ahead - hour) * 1000))).toBe(true)
    const window = windowAt(new Date((ahead - hour) * 1000))
    const claim = await leaseWindow(database.db, 'test', window, { starts: [ahead - hour] }, 60)
    const manifest = { version: 1 as const, env: 'test', windowFrom: '', windowTo: '', rows: 1, objects: [] }
    const said = { ...manifest, windowFrom: window.from.toISOString(), windowTo: window.to.toISOString() }
    await finishWindow(database.db, 'test', window, claim!, said)

    await run()
    const through = await openWatermark(database.db, 'test')
    // The hour may have turned meanwhile.
    expect([first, first + hour].map((at) => at * 1000)).toContain(through.getTime())
    expect((await ledger()).filter(({ from }) => from >= through)).toEqual([])
    expect(await run()).toMatchObject({ windows: 0, busy: false })
  },
)
