import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { readDelivery } from '../../src/platforms/kick/read-delivery.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import { openPostgres } from '../../src/stores/postgres/postgres.ts'
import { deliveryQueue, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { chatBody, followBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { kickReader } from '../support/webhooks/delivery-readers.ts'
import { delivery, startProjectorFixture, subscribedChannel, takeRows } from '../support/webhooks/projector-fixture.ts'

let database: TestDatabase
let fixture: Awaited<ReturnType<typeof startProjectorFixture>>
let user = 100
let channelId: bigint

beforeAll(async () => {
  database = await createTestDatabase()
  fixture = await startProjectorFixture(database)
})
afterAll(async () => {
  await fixture[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(async () => {
  user += 1
  channelId = await subscribedChannel(database.db, user)
})

const followsOf = statement(
  'test_follows',
  `SELECT follower_platform_user_id AS follower FROM dm.kick_follow_event WHERE channel_id = $1 ORDER BY 1`,
)
const follows = () => database.db.query<{ follower: string }>(followsOf, [channelId])
const outcomes = async () => (await takeRows(fixture.spool, inboxFormat)).map(({ outcome }) => outcome)

test('a row that is no delivery is a dead letter, and those beside it are projected', async () => {
  const good = [1, 2].map((follower) => delivery('channel.followed', followBody(user, follower)))
  // No genuine delivery has such an id, and the database can not keep it.
  const impossible = delivery('channel.followed', followBody(user, 3), { messageId: 'a\0b' })
  const rows = [...good, impossible].map(encodeDelivery)
  await fixture.spool.append(deliveryQueue, [rows[0]!, 'no delivery', rows[2]!, rows[1]!])
  await fixture.drained()
  const letters = await fixture.spool.deadLetters({ after: 0, limit: 10 })
  expect(letters.map(({ row }) => row)).toEqual(['no delivery', encodeDelivery(impossible)])
  expect((await follows()).map(({ follower }) => follower)).toEqual(['1', '2'])
  expect(await outcomes()).toEqual(['PROJECTED', 'PROJECTED'])
  expect(fixture.projector.stats()).toMatchObject({ buried: 2, failures: 0 })
})

test('a delivery with a fact that the database refuses is kept as MALFORMED once, and those beside it are projected', async () => {
  const read: typeof readDelivery = (message) => {
    const fact = readDelivery(message)
    return fact.kind === 'follow' && fact.followerUserId === '13' ? { ...fact, followerUserId: '1\x003' } : fact
  }
  await using own = await startProjectorFixture({ ...database, sources: new Map([['kick', { ...kickReader, read }]]) })
  const [a, refused, b] = [12, 13, 14].map((follower) => delivery('channel.followed', followBody(user, follower)))
  await own.deliver(a!, refused!, b!)
  await own.deliver({ ...refused!, receivedAt: refused!.receivedAt + 1_000n })
  expect((await follows()).map(({ follower }) => follower)).toEqual(['12', '14'])
  const rows = await takeRows(own.spool, inboxFormat)
  expect(rows.map(({ message_id, outcome }) => [message_id, outcome])).toEqual([
    [a!.messageId, 'PROJECTED'],
    [refused!.messageId, 'MALFORMED'],
    [b!.messageId, 'PROJECTED'],
    [refused!.messageId, 'REPEATED'],
  ])
  expect(own.projector.stats()).toMatchObject({ repeats: 1, buried: 0, failures: 0 })
})

test.each(['refuse', 'reset', 'lose-commit'] as const)(
  'a database whose way is %s gets every delivery once it is back',
  async (mode) => {
    const { hostname: host, port } = new URL(database.url)
    await using proxy = await startFaultProxy({ host, port: Number(port) })
    const url = new URL(database.url)
    url.port = String(proxy.port)
    await using db = openPostgres({ url: url.href, log: silentLog, max: 2, connectTimeoutMs: 500 })
    await using own = await startProjectorFixture({ db })
    await own.deliver(delivery('chat.message.sent', chatBody(user, `before-${user}`)))
    await proxy.set(mode)
    const lines = [1, 2, 3].map((n) => delivery('chat.message.sent', chatBody(user, `during-${user}-${n}`)))
    await own.spool.append(deliveryQueue, lines.map(encodeDelivery))
    if (mode !== 'lose-commit')
      await eventually('several attempts have failed', () => own.projector.stats().failures >= 3)
    await proxy.set('pass')
    await own.drained()
    const ids = ['before', 'during', 'during', 'during'].map((when, n) => `${when}-${user}${n ? `-${n}` : ''}`)
    expect((await takeRows(own.spool, chatFormat)).map((row) => row.message_id)).toEqual(ids)
    expect((await takeRows(own.spool, inboxFormat)).map((row) => row.outcome)).toEqual(Array(4).fill('PROJECTED'))
    expect(own.projector.stats()).toMatchObject({ failures: 0, buried: 0 })
  },
)

test('who listens for chat is told what is durable and only that, and can not hold it up', async () => {
  const told: string[] = []
  await using own = await startProjectorFixture({
    ...database,
    onChat: (lines) => {
      told.push(...lines.map(({ channelId: id, line }) => `${id} ${line.messageId}`))
      throw new TypeError('a listener that fails')
    },
  })
  await own.deliver(
    delivery('chat.message.sent', chatBody(user, 'told')),
    delivery('chat.message.sent', chatBody(user, 'told')),
    delivery('chat.message.sent', chatBody(99_999, 'untracked')),
  )
  expect(told).toEqual([`${channelId} told`])
  expect(own.projector.stats()).toMatchObject({ failures: 0, buried: 0 })
})
