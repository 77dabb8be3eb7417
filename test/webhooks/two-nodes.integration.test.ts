import { randomUUID } from 'node:crypto'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { readDelivery } from '../../src/platforms/kick/read-delivery.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { recordFirsts } from '../../src/webhooks/message-ids.ts'
import { projectBatch } from '../../src/webhooks/project-batch.ts'
import { createReceiptTime } from '../../src/webhooks/receipt-time.ts'
import { eventually } from '../support/lib/eventually.ts'
import { chatBody, followBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { delivery, startProjectorFixture, subscribedChannel, takeRows } from '../support/webhooks/projector-fixture.ts'

type Node = Awaited<ReturnType<typeof startProjectorFixture>>

const resources = new AsyncDisposableStack()
let database: TestDatabase
let nodes: [Node, Node]
let user = 300

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const start = async () => resources.use(await startProjectorFixture(database))
  nodes = [await start(), await start()]
})
afterAll(() => resources.disposeAsync())
beforeEach(async () => {
  user += 1
  await subscribedChannel(database.db, user)
})

/** What a node whose clock stands receives of these: the same instants on every node. */
const receivedBy = (deliveries: readonly Delivery[]): Delivery[] => {
  const receiptTime = createReceiptTime(() => Date.parse('2026-01-01T12:00:06Z'))
  return deliveries.map((one) => ({ ...one, receivedAt: receiptTime(), receipt: randomUUID() }))
}

/** Rows that both nodes made, one after the other. */
const rowsOf = async (target: { table: string; columns: readonly string[] }) =>
  (await Promise.all(nodes.map(({ spool }) => takeRows(spool, target)))).flat()

test('300 deliveries that two nodes receive at the same instants are projected once each', async () => {
  const sent = Array.from({ length: 300 }, (_, n) => delivery('chat.message.sent', chatBody(user, `${user}-${n}`)))
  await Promise.all(nodes.map((node) => node.deliver(...receivedBy(sent))))
  const inbox = Map.groupBy(await rowsOf(inboxFormat), ({ message_id }) => message_id)
  expect(inbox.size).toBe(300)
  for (const rows of inbox.values())
    expect(rows.map(({ outcome }) => outcome).toSorted()).toEqual(['PROJECTED', 'REPEATED'])
  expect(await rowsOf(chatFormat)).toHaveLength(300)
})

test('a chat message that two nodes are told at the same instants under different message ids is one message', async () => {
  const told = () => Array.from({ length: 50 }, (_, n) => delivery('chat.message.sent', chatBody(user, `${user}-${n}`)))
  await Promise.all(nodes.map((node) => node.deliver(...receivedBy(told()))))
  const outcomes = (await rowsOf(inboxFormat)).map(({ outcome }) => outcome)
  expect(outcomes.toSorted()).toEqual([...Array(50).fill('PROJECTED'), ...Array(50).fill('REPEATED')])
  expect(await rowsOf(chatFormat)).toHaveLength(50)
})

test('copies that a node receives in one batch at one instant count once', async () => {
  const one = delivery('channel.followed', followBody(user, 9))
  await nodes[0].deliver(...receivedBy([one, one, one]).map((copy) => ({ ...copy, receivedAt: one.receivedAt })))
  const rows = await rowsOf(inboxFormat)
  expect(rows.map(({ outcome }) => outcome).toSorted()).toEqual(['PROJECTED', 'REPEATED', 'REPEATED'])
  // Pages of the list are cut between milliseconds.
  expect(new Set(rows.map(({ received_at }) => received_at)).size).toBe(3)
})

const projected = (deliveries: readonly Delivery[]) =>
  projectBatch(
    { db: database.db, log: silentLog },
    deliveries.map((one) => ({ delivery: one, fact: readDelivery(one) })),
  )

test('a spool that moved to another place after a crash between the two stores loses nothing and repeats nothing', async () => {
  await using home = await temporaryDirectory('moved-spool')
  const [before, after] = [path.join(home.path, 'before'), path.join(home.path, 'after')]
  const sent = receivedBy([1, 2, 3].map((n) => delivery('chat.message.sent', chatBody(user, `${user}-${n}`))))
  // As far as a process came that died between the commit of the projection and that of the spool.
  await projected(sent)
  const db = { ...database.db, transaction: () => Promise.reject(new Error('the database is away')) }
  {
    await using died = await startProjectorFixture({ db, directory: before })
    await died.append(...sent)
  }
  await rename(before, after)
  await using moved = await startProjectorFixture({ ...database, directory: after })
  await moved.drained()
  // Another node was sent the same meanwhile.
  await nodes[1].deliver(...receivedBy(sent))
  expect((await takeRows(moved.spool, inboxFormat)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('PROJECTED'))
  expect(await takeRows(moved.spool, chatFormat)).toHaveLength(3)
  expect((await rowsOf(inboxFormat)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('REPEATED'))
})

const waiting = statement(
  'test_waiting',
  `SELECT count(*)::integer AS count FROM pg_stat_activity
   WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%webhook_message_ids%'`,
)

test('a batch that is tried again while its lost commit is still under way is its own', async () => {
  const { db } = database
  const keys = receivedBy([delivery('channel.followed', followBody(user, 6))])
  const [foreign] = receivedBy(keys)
  let again: Promise<boolean[]> | undefined
  let other: Promise<boolean[]> | undefined
  await db.transaction(async (tx) => {
    expect(await recordFirsts(tx, keys)).toEqual([true])
    again = db.transaction((second) => recordFirsts(second, keys))
    other = db.transaction((second) => recordFirsts(second, [foreign!]))
    await eventually('both wait', async () => (await db.query<{ count: number }>(waiting))[0]?.count === 2)
  })
  expect(await again).toEqual([true])
  expect(await other).toEqual([false])
})
