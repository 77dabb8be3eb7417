import fs from 'node:fs/promises'
import path from 'node:path'
import { archivesBetween } from '../../../src/archive/archive-log.ts'
import { createChatTable } from '../../../src/archive/chat-table.ts'
import { decodeManifest } from '../../../src/archive/manifest.ts'
import { insertObject } from '../../../src/archive/read-archive.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import { type ClickHouse, openClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { insertChat, type TestMessage } from '../live/chat.ts'
import { copyClickHouseTemplate } from '../stores/clickhouse.ts'
import { startClickHouseHttp } from '../stores/clickhouse-http.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'

const hour = 3_600
const always = { from: new Date(0), to: new Date('2200-01-01') }

/** The start of the current hour, in seconds. */
export const thisHour = (): number => Math.floor(Date.now() / 1000 / hour) * hour

/** What makes an export hard: rows at both ends of a window, many in one second, old and future ones, and hours without any. */
export const hardMessages = (): TestMessage[] => {
  const end = thisHour() - 2 * hour
  const messages: TestMessage[] = []
  const add = (arrivedAt: number, count: number, sentAt = arrivedAt - 1) => {
    for (let index = 0; index < count; index++)
      messages.push({
        id: `m${messages.length}`,
        channel: 1 + (index % 5),
        sentAt,
        arrivedAt,
        content: `at ${arrivedAt}`,
      })
  }
  for (const hoursAgo of [30, 29, 28, 9, 8, 5, 3, 1]) {
    const from = end - hoursAgo * hour
    add(from, 25)
    add(from + 1, 3)
    // More than an object takes, all in one second.
    if (hoursAgo % 2 === 0) add(from + 1800, 55)
    add(from + 2000, 4, from - 20 * 24 * hour)
    add(from + 2001, 2, from + 9_000)
    add(from + hour - 1, 25)
  }
  return messages
}

/** Messages of the current hour. */
export const openMessages = (): TestMessage[] =>
  [0, 1, 30].map((second, index) => ({ id: `open${index}`, sentAt: thisHour(), arrivedAt: thisHour() + second }))

const idsOf = (table: string) =>
  namedQuery({
    name: 'ids',
    pool: 'heavy',
    sql: `SELECT message_id AS id FROM ${table} ORDER BY id`,
    row: { id: text },
  })

/** Every file of a folder, by its path below it. */
export const filesBelow = async (folder: string): Promise<Map<string, Buffer>> => {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(files.map(async (file) => [path.relative(folder, file), await fs.readFile(file)] as const)),
  )
}

/** What all manifests among the objects add up to: the ids of their messages, and the keys that no manifest names. */
export const unionOf = async (store: ClickHouse, objects: ReadonlyMap<string, Buffer>) => {
  const table = `union_${Math.random().toString(36).slice(2)}`
  await store.command(createChatTable(table))
  const strays = new Set(objects.keys())
  for (const [key, bytes] of objects) {
    if (!key.endsWith('/manifest.json')) continue
    strays.delete(key)
    for (const object of decodeManifest(bytes)!.objects) {
      strays.delete(object.key)
      await insertObject(store, table, { ...object, body: objects.get(object.key)! })
    }
  }
  const ids = (await store.query(idsOf(table), {})).map(({ id }) => id)
  await store.command(`DROP TABLE ${table}`)
  return { ids, strays: [...strays] }
}

/** Postgres, a ClickHouse that several processes can ask, and a folder for objects. */
export const openArchiveFixture = async () => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('archive'))
  const engine = path.join(directory.path, 'clickhouse')
  await copyClickHouseTemplate(engine)
  const server = opened.use(await startClickHouseHttp(engine))
  const store = opened.use(await openClickHouse({ url: server.url }))
  const database = opened.use(await createTestDatabase())
  const stack = opened.move()
  return {
    store,
    database,
    dataDir: directory.path,
    clickHouseUrl: server.url,
    exporter: { databaseUrl: database.url, clickHouseUrl: server.url, dataDir: directory.path },
    insert: (messages: readonly TestMessage[]) => insertChat(store, messages),
    ledger: () => archivesBetween(database.db, 'test', always, 1_000),
    files: () => filesBelow(path.join(directory.path, 'objects')),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
