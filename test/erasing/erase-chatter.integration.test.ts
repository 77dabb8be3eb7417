import { afterAll, beforeAll, expect, test } from 'vitest'
import { archivesBetween } from '../../src/archive/archive-log.ts'
import { verifyArchive } from '../../src/archive/verify-archive.ts'
import { findChatter } from '../../src/erasing/find-chatter.ts'
import { number, text } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import {
  arrivedColumns,
  author,
  chatRow,
  clickHouseText,
  type ErasingFixture,
  hashesOf,
  inboxRow,
  insertRows,
  marks,
  marksInFiles,
  openErasingFixture,
  person,
} from '../support/erasing/erasing-fixture.ts'
import { chatBody, followBody } from '../support/platforms/kick-bodies.ts'
import { statement } from '../support/stores/statement.ts'
import { tableRows } from '../support/stores/table-rows.ts'
import { subscribedChannel } from '../support/webhooks/projector-fixture.ts'

const hour = 3_600_000
const now = Math.floor(Date.now() / hour) * hour
const always = { from: new Date(0), to: new Date('2200-01-01') }
let fixture: ErasingFixture
let channel: bigint

const insertFollow = statement(
  'test_follow',
  'INSERT INTO dm.kick_follow_event (channel_id, follower_platform_user_id, occurred_at) VALUES ($1, $2, now())',
)
const insertTwitch = statement(
  'test_twitch_channel',
  `INSERT INTO dm.streamer_channel (external_id, platform, platform_user_id) VALUES ('01KA0000000000000000000000', 'twitch', '5') RETURNING id`,
)
const sums = namedQuery({
  name: 'test_sums_by_hour',
  sql: `WITH hours AS (SELECT toStartOfHour(created_at), count() AS messages FROM kick_chat_message
      WHERE channel_id = {channel:UInt64} GROUP BY toStartOfHour(created_at)),
    people AS (SELECT platform_user_id AS by, count() AS messages FROM kick_chat_message
      WHERE channel_id = {channel:UInt64} GROUP BY toStartOfHour(created_at), platform_user_id)
    SELECT (SELECT toUInt32(sum(messages)) FROM hours) AS inHours, (SELECT toUInt32(sum(messages)) FROM people) AS ofPeople,
      (SELECT toUInt32(sum(messages)) FROM people WHERE by = {person:String}) AS ofPerson`,
  row: { inHours: number, ofPeople: number, ofPerson: number },
})
const partOf = namedQuery({
  name: 'test_part_of_message',
  sql: 'SELECT _part AS part FROM kick_chat_message WHERE message_id = {message:String}',
  row: { part: text },
})

beforeAll(async () => {
  fixture = await openErasingFixture()
  const { db, store } = fixture
  channel = await subscribedChannel(db, 501)
  const [twitch] = await db.query<{ id: bigint }>(insertTwitch)
  const said = (hoursAgo: number, index: number) => {
    const at = new Date(now - hoursAgo * hour + index * 1_000)
    const isPerson = index % 50 === 7 && hoursAgo % 2 === 0
    return chatRow({
      id: `m-${hoursAgo}-${index}`,
      channel: Number(channel),
      by: isPerson ? person.platformUserId : `${900 + (index % 9)}`,
      ...(isPerson && { name: 'Canary_Name', words: `canary words ${hoursAgo}` }),
      sentAt: at,
      arrivedAt: at,
    })
  }
  for (const hoursAgo of [6, 5, 4, 3, 0])
    await insertRows(
      store,
      chatFormat,
      Array.from({ length: 100 }, (_, index) => said(hoursAgo, index)),
      arrivedColumns,
    )
  // Somebody else, whom another platform gave the same number.
  await insertRows(store, chatFormat, [
    chatRow({
      id: 'twitch-1',
      channel: Number(twitch!.id),
      by: person.platformUserId,
      name: 'Else',
      words: 'kept',
      sentAt: new Date(now),
    }),
  ])
  const sender = { user_id: 777000777, username: 'Canary_Name', profile_picture: 'https://x.test/canary-picture.png' }
  const other = { user_id: 903, username: 'Name 903' }
  const at = new Date(now - hour)
  await insertRows(store, inboxFormat, [
    inboxRow('chat.message.sent', { ...chatBody(501, 'm-903'), sender: other }, at),
    inboxRow('chat.message.sent', { ...chatBody(501, 'm-1'), sender, content: 'canary words in a delivery' }, at),
    inboxRow(
      'chat.message.sent',
      { ...chatBody(501, 'm-903'), sender: other, replies_to: { content: 'canary words quoted', sender } },
      at,
    ),
    inboxRow('channel.followed', { ...followBody(501, 777000777), follower: sender }, at),
    inboxRow(
      'channel.subscription.gifts',
      { broadcaster: { user_id: 501 }, gifter: other, giftees: [other, sender] },
      at,
    ),
    // The same digits in another number, and a text that names the number.
    inboxRow('chat.message.sent', { ...chatBody(501, 'm-903'), sender: { ...other, user_id: 7770007771 } }, at),
  ])
  await db.query(insertFollow, [channel, person.platformUserId])
  await db.query(insertFollow, [channel, '903'])
  const { rows } = await fixture.archive()
  expect(rows).toBeGreaterThan(0)
})
afterAll(() => fixture[Symbol.asyncDispose]())

test('a person is gone from every table, file and object, and everything else is as it was', async () => {
  const { db, store, start, objects } = fixture
  const stores = { clickHouse: store, objects }
  const find = async () => {
    const places = []
    const signal = new AbortController().signal
    for await (const place of findChatter({ db, stores, env: 'test', subject: person, signal })) places.push(place)
    return places
  }
  const foundBefore = (await find()).map(({ place, found }) => [place.split(',')[0], found])
  expect(foundBefore).toEqual([
    ['ClickHouse kick_chat_message', 6],
    ['ClickHouse webhook_inbox', 4],
    ['Postgres dm.kick_follow_event', 1],
    ['archives', 4],
  ])
  const before = {
    clickHouse: await clickHouseText(store),
    objects: await fixture.objectFiles(),
    dm: await tableRows(db, 'dm'),
  }
  expect((await store.query(sums, { channel, person: person.platformUserId }))[0]).toMatchObject({ ofPerson: 6 })
  // Otherwise the search at the end proves nothing.
  expect(marksInFiles(before.objects)).toHaveLength(12)
  expect(marksInFiles(await fixture.files()).length).toBeGreaterThan(12)

  await using erasing = start()
  const id = await erasing.eraseChatter(author, person)
  const erasure = await erasing.settled(id, 60_000)
  expect(erasure).toMatchObject({ waitsFor: null, messages: 6n, follows: 1n })
  expect(erasure.finishedAt).not.toBeNull()

  const found = await find()
  expect(found.map(({ found, problems }) => [found, problems])).toEqual([
    [0, []],
    [0, []],
    [0, []],
    [0, []],
  ])
  expect(found.map(({ searched }) => searched)).toEqual([495, 2, 1, 396])

  // The sums by hour have nothing of the person either.
  expect(await store.query(sums, { channel, person: person.platformUserId })).toEqual([
    { inHours: 494, ofPeople: 494, ofPerson: 0 },
  ])

  // Every table of ClickHouse has exactly its other rows.
  const ours = (line: string) =>
    !marks.some((mark) => line.includes(mark)) || line.includes('"Else"') || line.includes('7770007771')
  for (const [table, rows] of await clickHouseText(store))
    expect([table, rows]).toEqual([table, before.clickHouse.get(table)!.split('\n').filter(ours).join('\n')])

  // Objects without the person are the same bytes; the others are new, and whole.
  const after = await fixture.objectFiles()
  const [old, present] = [hashesOf(before.objects), hashesOf(after)]
  const archives = await archivesBetween(db, 'test', always, 100)
  for (const archive of archives) {
    const hoursAgo = (now - archive.from.getTime()) / hour
    expect((await verifyArchive(stores, 'test', archive)).problems).toEqual([])
    if (hoursAgo % 2 === 1) for (const { key } of archive.manifest.objects) expect(present[key]).toBe(old[key])
  }
  const named = archives.flatMap(({ manifest }) => manifest.objects.map(({ key }) => key))
  expect([...after.keys()].filter((key) => !key.endsWith('manifest.json')).sort()).toEqual(named.sort())

  // The ledger and the audit log say that it was done, not whom.
  const rows = await tableRows(db, 'dm')
  expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
    new RegExp(marks.join('|')),
  )
  const target = `chatter:${erasure.subjectHash}`
  const { rows: audit } = await db.pool.query('SELECT action, target, after FROM dm.audit_log ORDER BY id')
  expect(audit).toEqual([
    { action: 'chatter.erase', target, after: { erasure: id, platform: 'kick' } },
    { action: 'erasure.finish', target, after: { erasure: id, messages: '6', follows: '1' } },
  ])
  expect(await erasing.lastOf(person)).toMatchObject({ id })
  expect(await erasing.lastOf({ ...person, platformUserId: '903' })).toBeNull()

  // No file below the data directory has a byte of it, aside from the rows and sums of the other person of this number.
  const [theirs] = await store.query(partOf, { message: 'twitch-1' })
  const others = [...(await fixture.files())].filter(
    ([name, bytes]) => !bytes.includes('twitch-1') && !name.includes(`/${theirs!.part}/chatters_by_hour.proj/`),
  )
  expect(marksInFiles(new Map(others))).toEqual([])
})
