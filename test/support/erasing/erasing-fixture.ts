import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import path from 'node:path'
import { exportChat } from '../../../src/archive/export-chat.ts'
import { newKeyText, parseKeyRing } from '../../../src/config/key-ring.ts'
import { type ErasingOptions, startErasing } from '../../../src/erasing/erasing.ts'
import type { ChatterSubject } from '../../../src/erasing/subject.ts'
import { forgetImports } from '../../../src/imports/forget-imports.ts'
import { openSpool } from '../../../src/ingest/spool.ts'
import { silentLog } from '../../../src/lib/log.ts'
import { text } from '../../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../../src/stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import { chatFormat } from '../../../src/stores/clickhouse/tables/kick-chat-message.ts'
import type { InsertTarget } from '../../../src/stores/clickhouse/tables/row-format.ts'
import { openFileObjects } from '../../../src/stores/objects/file-objects.ts'
import { renderInboxRow } from '../../../src/webhooks/inbox-row.ts'
import { filesBelow } from '../archive/archive-fixture.ts'
import { openTestClickHouse } from '../stores/clickhouse.ts'
import { createTestDatabase } from '../stores/postgres.ts'
import { sidesOf } from '../stores/split-postgres.ts'
import { temporaryDirectory } from '../stores/temporary-directory.ts'
import { kickReader } from '../webhooks/delivery-readers.ts'
import { delivery } from '../webhooks/projector-fixture.ts'

export const author = { identity: { role: 'ADMIN', name: 'a test', subject: 'test' }, requestId: 'request-of-the-test' }

/** Someone whose every mark is found by its bytes. */
export const person = {
  kind: 'chatter',
  platform: 'kick',
  platformUserId: '777000777',
} as const satisfies ChatterSubject

/** What of the person must be nowhere in the end. */
export const marks = ['777000777', 'Canary_Name', 'canary words', 'canary-picture']

let batches = 0

/** Stores rows as one batch. */
export const insertRows = async (
  store: ClickHouse,
  target: InsertTarget,
  rows: readonly string[],
  columns = target.columns,
) =>
  store.insertBatch({
    table: target.table,
    columns,
    format: 'JSONCompactEachRow',
    body: Buffer.from(rows.map((row) => `${row}\n`).join('')),
    token: `erasing-${process.pid}-${batches++}`,
    rows: rows.length,
  })

export type Said = {
  id: string
  channel: number
  by: string
  name?: string
  words?: string
  sentAt: Date
  arrivedAt?: Date
}

/** A line of chat; with its arrival where that is given. */
export const chatRow = ({
  id,
  channel,
  by,
  name = `Name ${by}`,
  words = `words of ${id}`,
  sentAt,
  arrivedAt,
}: Said): string =>
  JSON.stringify([
    'test',
    channel,
    `slug-${channel}`,
    id,
    by,
    name,
    words,
    '[]',
    '[]',
    Math.floor(sentAt.getTime() / 1000),
    ...(arrivedAt ? [Math.floor(arrivedAt.getTime() / 1000)] : []),
  ])

export const arrivedColumns = [...chatFormat.columns, 'inserted_at']

/** A delivery as the inbox keeps it; without its body where it repeats another. */
export const inboxRow = (type: string, body: object, receivedAt: Date, repeatOf: string | null = null): string =>
  renderInboxRow(
    'test',
    { ...delivery(type, body), receivedAt: BigInt(receivedAt.getTime()) * 1_000n },
    repeatOf === null ? 'PROJECTED' : 'REPEATED',
    true,
    { channelUserId: kickReader.channelOf(JSON.stringify(body)), repeatOf },
  )

const tableNames = namedQuery({
  name: 'test_tables',
  sql: `SELECT name FROM system.tables WHERE database = {database:String} AND (engine LIKE '%MergeTree' OR engine = 'Memory') ORDER BY name`,
  row: { name: text },
})

const wholeTable = (table: string) =>
  namedQuery({ name: 'test_whole_table', pool: 'heavy', sql: `SELECT * FROM ${table} ORDER BY ALL`, row: {} })

/** Every row of every table of ClickHouse as text, by table. */
export const clickHouseText = async (store: ClickHouse): Promise<Map<string, string>> => {
  const texts = new Map<string, string>()
  for (const { name } of await store.query(tableNames, { database: store.database })) {
    const chunks: Buffer[] = []
    for await (const chunk of await store.stream(wholeTable(name), {}, 'JSONEachRow')) chunks.push(chunk)
    texts.set(name, Buffer.concat(chunks).toString())
  }
  return texts
}

/** The hashes of files by their path. */
export const hashesOf = (files: ReadonlyMap<string, Buffer>): Record<string, string> =>
  Object.fromEntries([...files].map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]))

/** The marks that are in the bytes of files, with the files that have them. */
export const marksInFiles = (files: ReadonlyMap<string, Buffer>): string[] =>
  [...files].flatMap(([name, bytes]) =>
    marks.filter((mark) => bytes.includes(mark)).map((mark) => `${mark} in ${name}`),
  )

/** Both stores, a spool and a folder for archives below one directory, and what erases in them. */
export const openErasingFixture = async (more: Partial<ErasingOptions> = {}) => {
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('erasing'))
  const database = opened.use(await createTestDatabase())
  const { store } = opened.use(await openTestClickHouse({ directory: path.join(directory.path, 'clickhouse') }))
  const spool = opened.use(
    await openSpool({ directory: path.join(directory.path, 'spool'), maxBytes: 1e9, log: silentLog, clock: Date.now }),
  )
  const objects = opened.use(openFileObjects(path.join(directory.path, 'objects')))
  const { db } = database
  const options: ErasingOptions = {
    databases: sidesOf(db),
    stores: { clickHouse: store, objects },
    env: 'test',
    environment: { name: 'test' },
    ring: parseKeyRing(newKeyText())!,
    node: 'node-of-the-test',
    platforms: null,
    ownsDatabase: true,
    onEmptied: async () => undefined,
    forgetImports: async () => (await forgetImports({ clickHouse: store, db }, 0)) !== null,
    spool,
    log: silentLog,
    everyMs: 50,
    ...more,
  }
  const stack = opened.move()
  return {
    directory: directory.path,
    db,
    store,
    spool,
    objects,
    options,
    start: () => startErasing(options),
    archive: () =>
      exportChat(
        { db, clickHouse: store, objects, env: 'test', log: silentLog, partRows: 40 },
        new AbortController().signal,
      ),
    objectFiles: () => filesBelow(path.join(directory.path, 'objects')),
    files: () => filesBelow(directory.path),
    remove: (file: string) => fs.rm(path.join(directory.path, file)),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

export type ErasingFixture = Awaited<ReturnType<typeof openErasingFixture>>
