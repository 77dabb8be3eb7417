import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { readDelivery } from '../../src/platforms/kick/read-delivery.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { deliveryQueue, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { projectBatch } from '../../src/webhooks/project-batch.ts'
import { chatBody, everyBody, followBody, metadataBody, person, statusBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { statement } from '../support/stores/statement.ts'
import { kickReader } from '../support/webhooks/delivery-readers.ts'
import {
  delivery,
  sentAt,
  startProjectorFixture,
  subscribedChannel,
  takeRows,
} from '../support/webhooks/projector-fixture.ts'

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
afterEach(async () => {
  await inbox()
  await chats()
})

const inbox = () => takeRows(fixture.spool, inboxFormat)
const chats = () => takeRows(fixture.spool, chatFormat)
const outcomes = async (): Promise<unknown[]> => (await inbox()).map(({ outcome }) => outcome)

const followsOf = statement(
  'test_follows',
  `SELECT follower_platform_user_id AS follower, occurred_at AS at FROM dm.kick_follow_event WHERE channel_id = $1 ORDER BY 1`,
)
const follows = () => database.db.query<{ follower: string; at: Date }>(followsOf, [channelId])
const sessionsOf = statement(
  'test_sessions',
  `SELECT started_at AS "startedAt", ended_at AS "endedAt", title, category FROM dm.stream_session WHERE channel_id = $1 ORDER BY 1`,
)
const sessions = () => database.db.query(sessionsOf, [channelId])
const everythingOf = statement(
  'test_everything',
  `SELECT to_jsonb(c) AS channel,
     (SELECT jsonb_agg(s ORDER BY s.id) FROM dm.event_subscription s WHERE s.channel_id = c.id) AS subscriptions,
     (SELECT count(*) FROM dm.kick_follow_event f WHERE f.channel_id = c.id) AS follows,
     (SELECT count(*) FROM dm.stream_session o WHERE o.channel_id = c.id) AS sessions,
     (SELECT count(*) FROM dm.status_event e WHERE e.channel_id = c.id) AS events
   FROM dm.streamer_channel c WHERE c.id = $1`,
)
const everything = () => database.db.query(everythingOf, [channelId])

const at = (seconds: number): Date => new Date(sentAt.getTime() + seconds * 1_000)
const later = (seconds: number) => ({ sentAt: at(seconds), receivedAt: BigInt(at(seconds).getTime()) * 1_000n + 77n })

describe('a delivery counts once', () => {
  test('a hundred copies in parallel have one effect, and one row of the inbox has the payload', async () => {
    const before = fixture.projector.stats().repeats
    const one = delivery('chat.message.sent', chatBody(user, 'copied'))
    const copies = Array.from({ length: 100 }, (_, i) => ({ ...one, receivedAt: one.receivedAt + BigInt(i) }))
    await Promise.all(copies.map((copy) => fixture.spool.append(deliveryQueue, [encodeDelivery(copy)])))
    await fixture.drained()
    const rows = await inbox()
    const [first, ...repeats] = rows.toSorted((a, b) => String(b.payload).length - String(a.payload).length)
    expect(first).toMatchObject({ message_id: one.messageId, outcome: 'PROJECTED', verified: 1, repeat_of: '' })
    expect(repeats).toHaveLength(99)
    for (const repeat of repeats)
      expect(repeat).toMatchObject({ outcome: 'REPEATED', payload: '', repeat_of: one.messageId, verified: 1 })
    expect(await chats()).toMatchObject([{ message_id: 'copied', channel_id: Number(channelId) }])
    expect(fixture.projector.stats().repeats - before).toBe(99)
  })

  test('a copy that comes later changes nothing, and leaves a row without its payload', async () => {
    const one = delivery('channel.followed', followBody(user, 2))
    await fixture.deliver(one)
    await inbox()
    const before = await everything()
    await fixture.deliver({ ...one, receivedAt: one.receivedAt + 1n })
    expect(await inbox()).toMatchObject([
      {
        outcome: 'REPEATED',
        reason: 'its id came before',
        message_id: one.messageId,
        repeat_of: one.messageId,
        payload: '',
      },
    ])
    expect(await everything()).toEqual(before)
  })

  test('a chat message under another message id is kept as REPEATED and is one message', async () => {
    const first = delivery('chat.message.sent', chatBody(user, 'twice'))
    await fixture.deliver(first)
    await fixture.deliver(delivery('chat.message.sent', chatBody(user, 'twice')))
    expect(await inbox()).toMatchObject([
      { outcome: 'PROJECTED', reason: '', repeat_of: '', payload: first.body },
      { outcome: 'REPEATED', reason: 'the chat message came before', repeat_of: first.messageId, payload: '' },
    ])
    expect(await chats()).toHaveLength(1)
  })

  test('a follow under another message id is one follow, since the earliest instant told', async () => {
    await fixture.deliver(
      delivery('channel.followed', followBody(user, 3), later(60)),
      delivery('channel.followed', followBody(user, 3)),
      delivery('channel.followed', followBody(user, 4)),
    )
    await fixture.deliver(delivery('channel.followed', followBody(user, 4), later(90)))
    expect(await follows()).toEqual([
      { follower: '3', at: sentAt },
      { follower: '4', at: sentAt },
    ])
  })

  test('one that was projected before the process died is not taken for a repeat', async () => {
    const { db } = database
    const lost = [
      delivery('chat.message.sent', chatBody(user, 'before-the-crash')),
      delivery('channel.followed', followBody(user, 5)),
      delivery('livestream.status.updated', statusBody(user, '2026-01-01T12:00:00Z', null)),
    ]
    const readings = lost.map((one) => ({ delivery: one, fact: readDelivery(one) }))
    const first = await projectBatch({ db, log: silentLog }, readings)
    const before = await everything()
    await fixture.deliver(...lost)
    expect(await outcomes()).toEqual(first.map(({ outcome }) => outcome))
    expect(await chats()).toMatchObject([{ message_id: 'before-the-crash' }])
    expect(await everything()).toEqual(before)
  })
})

describe('what becomes of a delivery', () => {
  test('a broadcast that begins, changes and ends is one session', async () => {
    await fixture.deliver(
      delivery('livestream.status.updated', statusBody(user, '2026-01-01T12:00:00Z', null, 'First')),
      delivery('livestream.metadata.updated', metadataBody(user, 'Second', 'Chess'), later(60)),
    )
    expect(await sessions()).toEqual([
      { startedAt: new Date('2026-01-01T12:00:00Z'), endedAt: null, title: 'Second', category: 'Chess' },
    ])
    const end = statusBody(user, '2026-01-01T12:00:00Z', '2026-01-01T12:10:00Z', 'Second')
    await fixture.deliver(delivery('livestream.status.updated', end, later(601)))
    expect(await sessions()).toMatchObject([{ endedAt: new Date('2026-01-01T12:10:00Z'), title: 'Second' }])
    expect(await outcomes()).toEqual(['PROJECTED', 'PROJECTED', 'PROJECTED'])
  })

  test('who the broadcaster is now comes with every delivery, and an older one does not undo it', async () => {
    const renamed = { broadcaster: person(user, { channel_slug: `renamed-${user}`, username: 'Renamed' }) }
    await fixture.deliver(delivery('channel.followed', { ...followBody(user, 2), ...renamed }, later(60)))
    await fixture.deliver(delivery('channel.followed', followBody(user, 3)))
    expect(await everything()).toMatchObject([
      { channel: { current_slug: `renamed-${user}`, display_name: 'Renamed' } },
    ])
    await fixture.deliver(delivery('chat.message.sent', chatBody(user, 'old-name')))
    expect((await chats()).at(-1)).toMatchObject({ channel_slug: `user-${user}` })
  })

  const days = 86_400
  test.each<[string, (user: number) => Delivery]>([
    ['PROJECTED', (id) => delivery('chat.message.sent', chatBody(id, `a-${id}`), { sentAt: at(-299) })],
    ['LATE', (id) => delivery('chat.message.sent', chatBody(id, `b-${id}`), { sentAt: at(-302) })],
    ['LATE', (id) => delivery('chat.message.sent', chatBody(id, `c-${id}`), { sentAt: at(-7 * days + 60) })],
    ['QUARANTINED', (id) => delivery('chat.message.sent', chatBody(id, `d-${id}`), { sentAt: at(-7 * days - 60) })],
    ['PROJECTED', (id) => delivery('chat.message.sent', chatBody(id, `e-${id}`), { sentAt: at(290) })],
    ['QUARANTINED', (id) => delivery('chat.message.sent', chatBody(id, `f-${id}`), { sentAt: at(310) })],
    ['KEPT', (id) => delivery('kicks.gifted', { ...everyBody['kicks.gifted'], broadcaster: person(id) })],
    ['UNTRACKED', () => delivery('chat.message.sent', chatBody(99_999, 'g'))],
    ['UNSUPPORTED', (id) => delivery('channel.raided', followBody(id, 2))],
    ['UNSUPPORTED', (id) => delivery('channel.followed', followBody(id, 2), { eventVersion: '2' })],
    ['TYPE_MISMATCH', (id) => delivery('chat.message.sent', statusBody(id, '2026-01-01T12:00:00Z', null))],
    ['MALFORMED', (id) => delivery('channel.followed', {}, { body: `{"broadcaster":{"user_id":${id}}` })],
    ['MALFORMED', (id) => delivery('channel.followed', followBody(id, 2), { body: '[]' })],
    ['MALFORMED', (id) => delivery('channel.followed', followBody(id, 2), { body: 'base64:/w==' })],
  ])('%s, and its id is remembered', async (outcome, make) => {
    const one = make(user)
    const before = await everything()
    await fixture.deliver(one)
    await fixture.deliver({ ...one, receivedAt: one.receivedAt + 1n })
    expect(await inbox()).toMatchObject([
      {
        outcome,
        message_id: one.messageId,
        payload: one.body,
        subscription_id: one.subscriptionId,
        event_version: one.eventVersion,
        reason: ['PROJECTED', 'LATE', 'KEPT'].includes(outcome) ? '' : expect.stringMatching(/^[a-z]/),
      },
      { outcome: 'REPEATED', message_id: one.messageId, repeat_of: one.messageId, payload: '' },
    ])
    const projected = outcome === 'PROJECTED' || outcome === 'LATE'
    expect(await chats()).toHaveLength(projected ? 1 : 0)
    if (!projected && outcome !== 'KEPT') expect(await everything()).toEqual(before)
  })

  test('the genuine delivery of another app, replayed at us, changes nothing', async () => {
    const before = await everything()
    const foreign = { subscriptionId: '01KBHE78QE4HZY1617DK5FC7YD' }
    const start = statusBody(user, '2026-01-01T12:00:00Z', null)
    await fixture.deliver(
      delivery('chat.message.sent', chatBody(user, 'foreign'), foreign),
      delivery('channel.followed', followBody(user, 6), foreign),
      delivery('livestream.status.updated', start, { subscriptionId: null }),
      // Ours, and for another event of the same channel.
      delivery('livestream.status.updated', start, { subscriptionId: `sub-${user}-chat.message.sent` }),
      // Ours, and for the same event of another channel.
      delivery('livestream.status.updated', start, { subscriptionId: `sub-${user - 1}-livestream.status.updated` }),
    )
    expect(await outcomes()).toEqual(Array(5).fill('UNTRACKED'))
    expect(await chats()).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('while the platform has not said under which id it delivers, any id will do', async () => {
    const pending = statement(
      'test_pending',
      `UPDATE dm.event_subscription SET status = 'pending', platform_subscription_id = NULL WHERE channel_id = $1 AND event = 'channel.followed'`,
    )
    await database.db.query(pending, [channelId])
    await fixture.deliver(
      delivery('channel.followed', followBody(user, 7), { subscriptionId: 'new' }),
      delivery('chat.message.sent', chatBody(user, 'not-pending'), { subscriptionId: 'new' }),
    )
    expect(await outcomes()).toEqual(['PROJECTED', 'UNTRACKED'])
  })

  test('each subscription remembers the newest instant at which it delivered', async () => {
    const lastEvents = statement(
      'test_last_events',
      `SELECT event, last_event_at AS at FROM dm.event_subscription WHERE channel_id = $1 AND last_event_at IS NOT NULL ORDER BY 1`,
    )
    await fixture.deliver(
      delivery('channel.followed', followBody(user, 2), later(30)),
      delivery('channel.followed', followBody(user, 3)),
      delivery('kicks.gifted', { ...everyBody['kicks.gifted'], broadcaster: person(user) }),
    )
    await fixture.deliver(delivery('channel.followed', followBody(user, 4), later(10)))
    expect(await database.db.query(lastEvents, [channelId])).toEqual([
      { event: 'channel.followed', at: at(30) },
      { event: 'kicks.gifted', at: sentAt },
    ])
  })
})

test('a subscription that the platform has ended is marked, unless it is not ours', async () => {
  const read = ({ body }: { body: string }) => ({
    kind: 'revoked' as const,
    subscriptionId: body,
    reason: 'user_removed',
  })
  await using own = await startProjectorFixture({ ...database, sources: new Map([['kick', { ...kickReader, read }]]) })
  const revocation = (id: string) => delivery('revocation', {}, { body: id })
  await own.deliver(revocation(`sub-${user}-channel.followed`), revocation('another'))
  const rows = await takeRows(own.spool, inboxFormat)
  expect(rows.map(({ outcome }) => outcome)).toEqual(['PROJECTED', 'UNTRACKED'])
  const revoked = statement(
    'test_revoked',
    `SELECT platform_subscription_id AS id FROM dm.event_subscription WHERE status = 'revoked'`,
  )
  expect(await database.db.query(revoked)).toEqual([{ id: `sub-${user}-channel.followed` }])
})

test('a batch costs the same statements whatever its size', async () => {
  let n = 0
  const everyKind = (of: number): Delivery[] => [
    delivery('chat.message.sent', chatBody(of, `s-${++n}`)),
    delivery('channel.followed', followBody(of, n)),
    delivery('kicks.gifted', { ...everyBody['kicks.gifted'], broadcaster: person(of) }),
  ]
  const statementsOf = async (users: readonly number[], times: number): Promise<(string | undefined)[]> => {
    const starts = users.map((of) =>
      delivery('livestream.status.updated', statusBody(of, '2026-01-01T12:00:00Z', null)),
    )
    const names: (string | undefined)[] = []
    const stop = database.db.onStatement((name, text) => names.push(name ?? text))
    await fixture.deliver(
      ...starts,
      ...users.flatMap((of) => Array.from({ length: times }, () => everyKind(of)).flat()),
    )
    stop()
    return names
  }
  const others = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => 5_000 + i)
  for (const other of others) await subscribedChannel(database.db, other)
  // Display names and status of the channel are new to both.
  const few = await statementsOf([user], 1)
  expect(await statementsOf(others, 100)).toEqual(few)
  expect(few.filter((name) => name === 'COMMIT').length).toBeLessThan(3)
  expect(few.length).toBeLessThan(26)
})

test('a subscription remembers how long it usually says nothing: the longest time, which the newer ones make it forget', async () => {
  const { db } = database
  const gapOf = statement(
    'test_usual_gap',
    `SELECT usual_gap_seconds AS gap FROM dm.event_subscription WHERE channel_id = $1 AND event = 'chat.message.sent'`,
  )
  const gaps: (number | null)[] = []
  for (const [n, seconds] of [0, 100, 110, 111, 200_000, 199_000].entries()) {
    await fixture.deliver(delivery('chat.message.sent', chatBody(user, `gap-${user}-${n}`), later(seconds)))
    gaps.push((await db.query<{ gap: number | null }>(gapOf, [channelId]))[0]!.gap)
  }
  expect(gaps).toEqual([null, 100, 90, 81, 86_400, 86_400])
})
