import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyStatus } from '../../src/sessions/apply-status.ts'
import type { StatusObservation } from '../../src/sessions/status-observation.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { cases } from '../support/lib/cases.ts'
import { eventually } from '../support/lib/eventually.ts'
import { brokenRules, sessionsThatWentOn } from '../support/live/journal-invariants.ts'
import { statusBody } from '../support/platforms/kick-bodies.ts'
import { received } from '../support/sessions/received.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { statement } from '../support/stores/statement.ts'
import { delivery, startProjectorFixture, subscribedChannel } from '../support/webhooks/projector-fixture.ts'

type Node = Awaited<ReturnType<typeof startProjectorFixture>>

const resources = new AsyncDisposableStack()
let database: TestDatabase
let nodes: [Node, Node]
let users = 0

beforeAll(async () => {
  database = resources.use(await createTestDatabase())
  const start = async () => resources.use(await startProjectorFixture({ db: database.db, limits: { maxRows: 2 } }))
  nodes = [await start(), await start()]
})
afterAll(() => resources.disposeAsync())

/** Before the deliveries are sent. */
const minute = (minutes: number): Date => new Date(Date.UTC(2026, 0, 1, 11, minutes))

/** What the platform tells of one broadcast a minute: the starts have even numbers, the end of each has the next one. */
const tellingOf = (user: number, count: number): Delivery => {
  const startedAt = minute(Math.floor(count / 2))
  const ended = count % 2 === 0 ? null : new Date(+startedAt + 50_000).toISOString()
  return delivery('livestream.status.updated', statusBody(user, startedAt.toISOString(), ended))
}

const readTold = statement(
  'test_told',
  `SELECT extract(minute FROM session_started_at)::integer AS minute, event_type AS type, previous_status AS before, new_status AS after
   FROM dm.status_event WHERE channel_id = $1 ORDER BY id`,
)
const readStatus = statement('test_status_now', 'SELECT status FROM dm.streamer_channel WHERE id = $1')

const told = async (channelId: bigint): Promise<string[]> => {
  const rows = await database.db.query<Record<'minute' | 'type' | 'before' | 'after', string>>(readTold, [channelId])
  return rows.map(({ minute, type, before, after }) => `${minute} ${type} ${before} ${after}`)
}
const statusOf = async (channelId: bigint) => (await database.db.query<{ status: string }>(readStatus, [channelId]))[0]

test.each([
  {
    name: 'while a newer one is on',
    order: [2, 0, 1],
    told: ['1 stream_start unknown online', '0 stream_start online online', '0 stream_end online online'],
    status: 'online',
  },
  {
    name: 'after a newer one was over',
    order: [3, 1, 2, 0],
    told: [
      '1 stream_start unknown online',
      '1 stream_end online offline',
      '0 stream_start offline offline',
      '0 stream_end offline offline',
    ],
    status: 'offline',
  },
  {
    name: 'between two that are known',
    order: [0, 4, 3],
    told: [
      '0 stream_start unknown online',
      '0 stream_end online offline',
      '2 stream_start offline online',
      '1 stream_start online online',
      '1 stream_end online online',
    ],
    status: 'online',
  },
])('a broadcast that is learned of $name is told by two nodes without a change of status', async (one) => {
  const user = ++users
  const channelId = await subscribedChannel(database.db, user)
  for (const [turn, count] of one.order.entries()) await nodes[turn % 2]!.deliver(tellingOf(user, count))
  expect(await told(channelId)).toEqual(one.told)
  expect(await statusOf(channelId)).toEqual({ status: one.status })
  expect(await brokenRules(database.db)).toEqual([])
})

test('whoever waits for the news of another node tells an older broadcast as one that is learned of late', async () => {
  const { db } = database
  const channelId = await subscribedChannel(db, ++users)
  const started = (at: Date): StatusObservation => ({
    kind: 'live',
    channelId,
    at,
    source: 'webhook',
    ...received(at),
    startedAt: at,
    details: {},
  })
  const waiting = statement(
    'test_waiting_for_channel',
    `SELECT count(*)::integer AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'`,
  )
  let older = Promise.resolve()
  await db.transaction(async (tx) => {
    await applyStatus(tx, [started(minute(1))])
    older = db.transaction(async (other) => void (await applyStatus(other, [started(minute(0))])))
    await eventually('the other waits', async () => (await db.query<{ count: number }>(waiting))[0]!.count === 1)
  })
  await older
  expect(await told(channelId)).toEqual([
    '1 stream_start unknown online',
    '0 stream_start online online',
    '0 stream_end online online',
  ])
  expect(await brokenRules(db)).toEqual([])
})

test('whatever two nodes are told at the same time, in any order and more than once, the journal never misleads', {
  timeout: 120_000,
}, async () => {
  const toldTo = fc.tuple(fc.nat(11), fc.constantFrom(0, 1))
  await fc.assert(
    fc.asyncProperty(fc.array(toldTo, { minLength: 1, maxLength: 24 }), async (sent) => {
      const user = ++users
      const channelId = await subscribedChannel(database.db, user)
      const numbers = [...new Set(sent.map(([count]) => count))]
      const deliveries = new Map(numbers.map((count) => [count, tellingOf(user, count)]))
      const receivedBy = (node: number): Delivery[] =>
        sent.flatMap(([count, to]) => (to === node ? [{ ...deliveries.get(count)!, receipt: randomUUID() }] : []))
      await Promise.all(
        nodes.map(async (node, index) => {
          const received = receivedBy(index)
          if (received.length > 0) await node.deliver(...received)
        }),
      )
      const last = Math.max(...numbers)
      const isOver = last % 2 === 1
      expect(await statusOf(channelId)).toEqual({ status: isOver ? 'offline' : 'online' })
      expect(await told(channelId)).toHaveLength(
        new Set(numbers.map((count) => count >> 1)).size * 2 - (isOver ? 0 : 1),
      )
      expect(await brokenRules(database.db)).toEqual([])
      expect(await sessionsThatWentOn(database.db)).toEqual([])
    }),
    { numRuns: cases(12), endOnFailure: true },
  )
})

const appendEvent = statement(
  'test_append_event',
  `INSERT INTO dm.status_event (channel_id, session_started_at, event_type, previous_status, new_status, source, event_timestamp,
     received_timestamp, processed_timestamp)
   SELECT $1, $2, $3, $4, $5, 'webhook', $2, $2, now()`,
)
const putStatus = statement('test_put_status', 'UPDATE dm.streamer_channel SET status = $2 WHERE id = $1')

const follows = 'each event follows from the one before'
const takeTurns = 'a start and an end of a session take turns, up to now'
const isStatus = 'the status is that of the last event and of the open session'

/** Two sessions, of which the second is on; the events are `<session> <type> <before> <after>`. */
test.each([
  {
    name: 'nothing when all is well',
    events: ['0 start unknown online', '0 end online offline', '1 start offline online'],
    broken: [],
  },
  {
    name: 'nothing when the first is learned of late',
    events: ['1 start unknown online', '0 start online online', '0 end online online'],
    broken: [],
  },
  {
    name: 'nothing when a session went on',
    events: [
      '0 start unknown online',
      '0 end online offline',
      '1 start offline online',
      '1 end online offline',
      '1 start offline online',
    ],
    broken: [],
  },
  {
    name: 'an old broadcast that takes a channel offline',
    events: ['1 start unknown online', '0 start online online', '0 end online offline'],
    broken: [follows, isStatus],
  },
  {
    name: 'an old broadcast that is told as news',
    events: ['1 start unknown online', '0 start offline online', '0 end online offline'],
    broken: [follows, isStatus],
  },
  {
    name: 'a newer broadcast that changes nothing',
    events: ['0 start unknown online', '0 end online offline', '1 start offline offline'],
    broken: [follows, isStatus],
  },
  {
    name: 'an event that nothing led to',
    events: ['0 start unknown online', '0 end online offline', '1 start unknown online'],
    broken: [follows],
  },
  {
    name: 'an end that is not told',
    events: ['0 start unknown online', '1 start offline online'],
    broken: [follows, takeTurns],
  },
  {
    name: 'a start that is told twice',
    events: ['1 start unknown online', '0 start online online', '0 start online online'],
    broken: [takeTurns],
  },
])('the rules about the journal find $name', async ({ events, broken }) => {
  await using own = await createTestDatabase()
  const { db } = own
  const make = seed(db)
  const channelId = await make.channel({ status: 'online' })
  await make.session(channelId, minute(0), minute(1))
  await make.session(channelId, minute(2))
  for (const event of events) {
    const [session, type, before, after] = event.split(' ')
    await db.query(appendEvent, [channelId, minute(session === '0' ? 0 : 2), `stream_${type}`, before, after])
  }
  await db.query(putStatus, [channelId, 'online'])
  const found = await brokenRules(db)
  expect(found.map(({ rule }) => rule)).toEqual(broken)
  for (const one of found) {
    expect(one.channels).toEqual([channelId])
    expect(one.told).toHaveLength(events.length)
  }
})
