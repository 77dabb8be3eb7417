import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordLosses, removeLosses } from '../../src/ingest/known-losses.ts'
import { exchangeBacklogs } from '../../src/ingest/node-backlogs.ts'
import { select } from '../../src/stores/postgres/model.ts'
import { sql, statement } from '../../src/stores/postgres/statement.ts'
import { everyBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { delivery, startProjectorFixture, subscribedChannel } from '../support/webhooks/projector-fixture.ts'

let database: TestDatabase
let channelId: bigint
let early: bigint
let later: bigint
const user = 4_711
const start = new Date('2026-01-01T10:00:00Z')
const at = (minutes: number) => new Date(start.getTime() + minutes * 60_000)

beforeAll(async () => {
  database = await createTestDatabase()
  channelId = await subscribedChannel(database.db, user)
  early = await seed(database.db).session(channelId, at(0), at(60))
  later = await seed(database.db).session(channelId, at(90), at(150))
})
afterAll(() => database?.[Symbol.asyncDispose]())

const readWaiting = statement(
  'test_waiting',
  sql`SELECT ${select('StreamSession', ['id', 'messages', 'aggregatesDueAt'])} FROM dm.stream_session WHERE aggregated_at IS NULL ORDER BY id`,
)

/** The sessions that are to be aggregated again after this, of which all were aggregated before it. */
const dueAfter = async (work: () => Promise<unknown>): Promise<bigint[]> => {
  const { db } = database
  await db.pool.query(
    `UPDATE dm.stream_session SET aggregated_at = now(), aggregates_due_at = '2026-01-02', messages = 5`,
  )
  await work()
  const rows = await db.query(readWaiting)
  for (const { messages, aggregatesDueAt } of rows) {
    expect(messages).toBe(5)
    expect(aggregatesDueAt.getTime()).toBeGreaterThan(Date.now() - 60_000)
  }
  return rows.map(({ id }) => id)
}

const bodyOf = (event: string) => {
  const body = everyBody[event] as { broadcaster: object }
  return { ...body, broadcaster: { ...body.broadcaster, user_id: user } }
}

const chatAt = (sentAt: Date, receivedAt: Date, more = {}) =>
  delivery(
    'chat.message.sent',
    {
      ...bodyOf('chat.message.sent'),
      message_id: `late-${receivedAt.getTime()}-${sentAt.getTime()}`,
      created_at: sentAt.toISOString(),
    } as { broadcaster?: unknown },
    { sentAt, receivedAt: BigInt(receivedAt.getTime()) * 1_000n, ...more },
  )

test('a message that is delivered long after it was sent makes its session wait, and no other', async () => {
  await using fixture = await startProjectorFixture({ db: database.db })
  expect(await dueAfter(() => fixture.deliver(chatAt(at(30), at(200))))).toEqual([early])
  expect(await dueAfter(() => fixture.deliver(chatAt(at(100), at(200))))).toEqual([later])
  // Between them nothing was on.
  expect(await dueAfter(() => fixture.deliver(chatAt(at(75), at(200))))).toEqual([])
})

test('a message that comes at once holds back the aggregates by itself, and a replay of it is told of', async () => {
  await using fixture = await startProjectorFixture({ db: database.db })
  const soon = new Date(at(40).getTime() + 2_000)
  expect(await dueAfter(() => fixture.deliver(chatAt(at(40), soon)))).toEqual([])
  expect(await dueAfter(() => fixture.deliver(chatAt(at(41), soon, { replay: true })))).toEqual([early])
})

test('a follow that comes late changes its session, and the one at whose time it was counted', async () => {
  await using fixture = await startProjectorFixture({ db: database.db })
  const follow = (occurredAt: Date, receivedAt: Date) => {
    const more = { sentAt: occurredAt, receivedAt: BigInt(receivedAt.getTime()) * 1_000n }
    return delivery('channel.followed', bodyOf('channel.followed'), more)
  }
  expect(await dueAfter(() => fixture.deliver(follow(at(100), at(300))))).toEqual([later])
  expect(await dueAfter(() => fixture.deliver(follow(at(10), at(301))))).toEqual([early, later])
})

test('a loss that is repaired makes the sessions of its time wait; one that is found does not', async () => {
  const { db } = database
  const loss = { source: 'clickhouse', target: 'kick_streamer_probe', name: 'part', rows: 3, setAside: null } as const
  expect(await dueAfter(() => recordLosses(db, 'test', [{ ...loss, from: at(100), to: at(101) }]))).toEqual([])
  expect(await dueAfter(() => removeLosses(db, 'test', [loss]))).toEqual([later])
  expect(await dueAfter(() => removeLosses(db, 'test', [loss]))).toEqual([])
})

test('a node that returns after it counted as gone makes the sessions wait since the rows that it held', async () => {
  const { db } = database
  const own = [{ target: 'kick_streamer_probe', through: at(100).getTime(), holds: true }]
  const tell = (progress = own) => exchangeBacklogs(db, { env: 'test', node: 'a' }, progress, ['kick_streamer_probe'])
  // Nobody waited for a node that nobody knew.
  expect(await dueAfter(() => tell())).toEqual([later])
  expect(await dueAfter(() => tell())).toEqual([])
  await db.pool.query(`UPDATE dm.spool_backlog SET told_at = now() - interval '25 hours'`)
  // It has sent them before it said anything.
  const sent = [{ ...own[0]!, through: Date.now(), holds: false }]
  expect(await dueAfter(() => tell(sent))).toEqual([later])
})

test('whoever moves an end, or takes it back, empties the aggregates in the same write', async () => {
  const { db } = database
  const moved = async (end: string) => {
    await db.pool.query(`UPDATE dm.stream_session SET aggregated_at = now(), messages = 5 WHERE id = $1`, [early])
    const { rows } = await db.pool.query(
      `UPDATE dm.stream_session SET title = 'x', ${end} WHERE id = $1 RETURNING aggregated_at IS NOT NULL AS there, messages`,
      [early],
    )
    return rows[0]
  }
  expect(await moved('ended_at = ended_at')).toEqual({ there: true, messages: 5 })
  expect(await moved("ended_at = ended_at + interval '1 minute'")).toEqual({ there: false, messages: null })
  expect(await moved('ended_at = NULL, end_source = NULL')).toEqual({ there: false, messages: null })
})
