import { afterAll, beforeAll, expect, test } from 'vitest'
import { archivesBetween } from '../../src/archive/archive-log.ts'
import { createArchiveVerifier } from '../../src/archive/archive-verifier.ts'
import { exportChat } from '../../src/archive/export-chat.ts'
import { silentLog as log } from '../../src/lib/log.ts'
import { openFileObjects } from '../../src/stores/objects/file-objects.ts'
import { type ObjectStore, ObjectStoreError } from '../../src/stores/objects/object-store.ts'
import { thisHour } from '../support/archive/archive-fixture.ts'
import { insertArchivedHour } from '../support/archive/archived-hour.ts'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { calmOperations } from '../support/http/calm-operations.ts'
import { trustedDocument } from '../support/http/trusted-document.ts'
import { insertChat } from '../support/live/chat.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'

const resources = new AsyncDisposableStack()
let database: TestDatabase
let objects: ObjectStore
let api: TestApi
let ids: string[]
/** What happens before an object is read. */
let beforeReading: () => Promise<void> = async () => undefined

beforeAll(async () => {
  const directory = resources.use(await temporaryDirectory('verify'))
  const { store: clickHouse } = resources.use(await openTestClickHouse())
  database = resources.use(await createTestDatabase())
  const { db } = database
  objects = openFileObjects(directory.path)
  const first = thisHour() - 5 * 3_600
  await insertChat(
    clickHouse,
    [0, 1, 2, 3_600].map((after) => ({ id: `m${after}`, sentAt: first + after, arrivedAt: first + after })),
  )
  await exportChat({ db, clickHouse, objects, env: 'test', log }, new AbortController().signal)
  const read: ObjectStore = {
    ...objects,
    get: async (key, signal) => {
      await beforeReading()
      return objects.get(key, signal)
    },
  }
  const archives = createArchiveVerifier({ db, env: 'test', clickHouse, objects: read })
  const services = {
    operations: { ...calmOperations(Date.now), archives },
    history: { store: clickHouse, env: 'test', completeThrough: () => new Date(), lost: () => [] },
  }
  api = resources.use(await startTestApi({ db, services }))
  const { data } = await api.ask('{ chatArchives { nodes { id } } }', {}, operatorKey)
  ids = data.chatArchives.nodes.map(({ id }: { id: string }) => id)
})
afterAll(() => resources.disposeAsync())

const verify = async (id: string) => api.ask(trustedDocument('VerifyArchive'), { id }, operatorKey)

test('an intact hour is told with what was read, and the audit log has who asked', async () => {
  expect(ids).toHaveLength(2)
  const { data } = await verify(ids[1]!)
  const { verdict, sentence, archive } = data.verifyArchive
  expect(archive.id).toBe(ids[1])
  expect(verdict).toMatchObject({ isIntact: true, objects: 1, rows: '3', problems: [] })
  expect(sentence).toBe(`Intact: 3 rows and ${verdict.bytes} bytes in 1 object are as they were archived.`)
  const { rows } = await database.db.pool.query(`SELECT role, target FROM dm.audit_log WHERE action = 'archive.verify'`)
  expect(rows).toEqual([{ role: 'OPERATOR', target: expect.stringMatching(/^archive:\d+$/) }])
})

test('an object that is missing is told in a sentence', async () => {
  const { data } = await api.ask('{ chatArchives(first: 1) { nodes { objects { key } } } }', {}, operatorKey)
  const { key } = data.chatArchives.nodes[0].objects[0]
  await objects.remove(key)
  const told = (await verify(ids[0]!)).data.verifyArchive
  expect(told.verdict).toMatchObject({ isIntact: false, objects: 0, rows: '0', problems: [`${key} is missing`] })
  expect(told.sentence).toBe(`Damaged: ${key} is missing.`)
})

test('objects that can not be read are no verdict, and the next attempt is a new one', async () => {
  beforeReading = () => Promise.reject(new ObjectStoreError('chat/x of host 10.0.0.1 can not be read'))
  const { errors } = await verify(ids[1]!)
  expect(errors).toMatchObject([
    { message: 'The objects of the archive can not be read now.', extensions: { code: 'UNAVAILABLE' } },
  ])
  beforeReading = async () => undefined
  expect((await verify(ids[1]!)).data.verifyArchive.verdict.isIntact).toBe(true)
})

test('an hour that is not archived and an id of something else are refused', async () => {
  const idOf = (key: bigint) => Buffer.from(`ChatArchive:${key}`).toString('base64url')
  const incomplete = await insertArchivedHour(database.db, 0)
  await database.db.pool.query('UPDATE dm.chat_archive_log SET success = false WHERE id = $1', [incomplete])
  expect((await verify(idOf(incomplete))).data.verifyArchive).toMatchObject({
    __typename: 'InvalidInput',
    argument: 'id',
    message: 'id must be that of an hour whose archive is complete.',
  })
  expect((await verify(idOf(999_999n))).data.verifyArchive).toMatchObject({ __typename: 'NotFound' })
  expect((await verify('x')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
})

test('whoever does not wait gets the result when they ask again, and those who ask meanwhile share one reading', async () => {
  const { store: clickHouse, env } = api.services.history
  const always = { from: new Date(1), to: new Date('2200-01-01') }
  const archives = await archivesBetween(database.db, env, always, 10)
  const archive = archives.find(({ manifest }) => manifest.rows === 3)!
  const { promise: reading, resolve: read } = Promise.withResolvers<void>()
  const keys: string[] = []
  const slow: ObjectStore = {
    ...objects,
    get: async (key, signal) => {
      keys.push(key)
      await reading
      return objects.get(key, signal)
    },
  }
  const verifier = createArchiveVerifier({ db: database.db, env, clickHouse, objects: slow })
  expect(await verifier.verify(archive, 0)).toBeNull()
  const again = [verifier.verify(archive, 60_000), verifier.verify(archive, 60_000)]
  read()
  for (const verdict of await Promise.all(again)) expect(verdict).toMatchObject({ rows: 3, problems: [] })
  // Its manifest and its object.
  expect(keys).toHaveLength(2)
  await verifier.verify(archive, 60_000)
  expect(keys).toHaveLength(4)
})
