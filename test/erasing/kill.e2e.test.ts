import path from 'node:path'
import { expect, test } from 'vitest'
import { archivesBetween } from '../../src/archive/archive-log.ts'
import { exportChat } from '../../src/archive/export-chat.ts'
import { verifyArchive } from '../../src/archive/verify-archive.ts'
import { newKeyText, parseKeyRing } from '../../src/config/key-ring.ts'
import { createErasing } from '../../src/erasing/erasing.ts'
import { findChatter } from '../../src/erasing/find-chatter.ts'
import { silentLog } from '../../src/lib/log.ts'
import { bigint, number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { openFileObjects } from '../../src/stores/objects/file-objects.ts'
import { filesBelow } from '../support/archive/archive-fixture.ts'
import { author, hashesOf, marksInFiles, person } from '../support/erasing/erasing-fixture.ts'
import { runErasingProcess } from '../support/erasing/erasing-process.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'

/** Rows of chat; the same again are in archives. ERASE_ROWS=50000000 by hand. */
const rows = Number(process.env.ERASE_ROWS ?? 200_000)
/** `ERASE_KILLS=20` for the long run. */
const kills = Number(process.env.ERASE_KILLS ?? 6)
const always = { from: new Date(0), to: new Date('2200-01-01') }

/** Each 10,000th row is of the person. */
const isPerson = `number % 10000 = 7`
const fill = (channel: bigint, from: number, count: number) => `INSERT INTO kick_chat_message
  (env, channel_id, channel_slug, message_id, platform_user_id, username, content, created_at, inserted_at)
  SELECT 'test', ${channel}, 'slug', concat('m', toString(number)), if(${isPerson}, '${person.platformUserId}', toString(1000 + number % 5000)),
    if(${isPerson}, 'Canary_Name', concat('Name ', toString(number % 5000))),
    if(${isPerson}, 'canary words', concat('words ', toString(cityHash64(number)))),
    toStartOfHour(now()) - 36000 + intDiv(number * 28800, ${rows}) AS at, at FROM numbers(${from}, ${count})`

const contentOfOthers = namedQuery({
  name: 'test_content_of_others',
  pool: 'heavy',
  sql: `SELECT toFloat64(count()) AS rows, sum(cityHash64(*)) AS hash FROM kick_chat_message WHERE platform_user_id != {id:String}`,
  row: { rows: number, hash: bigint },
})

const insertFollow = statement(
  'test_follow',
  'INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at) VALUES ($1, $2, now())',
)

test(`a person is erased although the process is killed ${kills} times, and nobody else loses a byte`, async () => {
  await using directory = await temporaryDirectory('erasing-kill')
  await using database = await createTestDatabase()
  const { db } = database
  const keys = newKeyText()
  const ring = parseKeyRing(keys)!
  const clickHouseDirectory = path.join(directory.path, 'clickhouse')
  const objects = openFileObjects(path.join(directory.path, 'objects'))
  const signal = new AbortController().signal
  const channel = await subscribedChannel(db, 501)
  await db.query(insertFollow, [channel, person.platformUserId])
  await db.query(insertFollow, [channel, '1001'])

  const open = async () => {
    const opened = await openTestClickHouse({ directory: clickHouseDirectory })
    const content = async () => (await opened.store.query(contentOfOthers, { id: person.platformUserId }))[0]!
    return { ...opened, content }
  }
  const before = await (async () => {
    await using clickHouse = await open()
    const step = 5_000_000
    for (let from = 0; from < rows; from += step)
      await clickHouse.store.command(fill(channel, from, Math.min(step, rows - from)))
    const partRows = Math.max(1_000, Math.floor(rows / 40))
    await exportChat({ db, clickHouse: clickHouse.store, objects, env: 'test', log: silentLog, partRows }, signal)
    return { content: await clickHouse.content(), objects: hashesOf(await filesBelow(objects.place)) }
  })()
  expect(before.content.rows).toBe(rows - rows / 10_000)
  const archivesBefore = await archivesBetween(db, 'test', always, 100)

  const id = await createErasing({ databases: { dm: db, public: db }, ring }).eraseChatter(author, person)
  const began = performance.now()
  const node = { databaseUrl: database.url, directory: directory.path, keys }
  // Later and later: first while it looks, then while ClickHouse rewrites its parts, and at last among the archives.
  for (let killed = 0; killed < kills; killed++)
    expect(await runErasingProcess({ ...node, dieAt: 5 + 5 * Math.round((killed * 20) / kills) })).toBe(false)
  expect(await runErasingProcess(node)).toBe(true)
  const seconds = Math.round((performance.now() - began) / 1_000)
  if (process.env.ERASE_ROWS) console.log(`${rows} rows, killed ${kills} times: ${seconds} s`)

  await using clickHouse = await open()
  const { store } = clickHouse
  expect(await clickHouse.content()).toEqual(before.content)
  const stores = { clickHouse: store, objects }
  for await (const place of findChatter({ db, stores, env: 'test', subject: person, signal }))
    expect(place).toMatchObject({ found: 0, problems: [] })
  const archives = await archivesBetween(db, 'test', always, 100)
  expect(archives).toHaveLength(archivesBefore.length)
  const objectsNow = hashesOf(await filesBelow(objects.place))
  let erased = 0
  for (const [index, archive] of archives.entries()) {
    expect((await verifyArchive(stores, 'test', archive)).problems).toEqual([])
    erased += archivesBefore[index]!.manifest.rows - archive.manifest.rows
    // What is named as before is as before, byte for byte.
    for (const { key } of archive.manifest.objects)
      if (before.objects[key]) expect(objectsNow[key]).toBe(before.objects[key])
  }
  expect(erased).toBe(rows / 10_000)
  expect(marksInFiles(await filesBelow(directory.path))).toEqual([])
  const { rows: follows } = await db.pool.query('SELECT follower_platform_user_id AS id FROM dm.kick_follow_event')
  expect(follows).toEqual([{ id: '1001' }])
  const {
    rows: [erasure],
  } = await db.pool.query('SELECT * FROM dm.erasure WHERE id = $1', [id])
  expect(erasure).toMatchObject({ sealed_subject: null, messages: BigInt(rows / 10_000), follows: 1n })
  expect(erasure.finished_at).not.toBeNull()
  const { rows: audit } = await db.pool.query('SELECT action FROM dm.audit_log ORDER BY id')
  expect(audit).toEqual([{ action: 'chatter.erase' }, { action: 'erasure.finish' }])
}, 1_200_000)
