import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newUlid } from '../../src/lib/ids.ts'
import { chatFormat } from '../../src/stores/clickhouse/tables/kick-chat-message.ts'
import { inboxFormat } from '../../src/stores/clickhouse/tables/webhook-inbox.ts'
import type { Postgres } from '../../src/stores/postgres/postgres.ts'
import { statement } from '../../src/stores/postgres/statement.ts'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import { deliveryQueue, encodeDelivery } from '../../src/webhooks/delivery-row.ts'
import { cases } from '../support/lib/cases.ts'
import { chatBody, followBody, metadataBody, person, statusBody } from '../support/platforms/kick-bodies.ts'
import { createTestDatabase } from '../support/stores/postgres.ts'
import { temporaryDirectory } from '../support/stores/temporary-directory.ts'
import { delivery, startProjectorFixture, subscribedChannel, takeRows } from '../support/webhooks/projector-fixture.ts'

/** Something that happens to the channel, in seconds since its day began. */
type Happening =
  | { kind: 'chat'; at: number; id: number }
  | { kind: 'follow'; at: number; follower: number }
  | { kind: 'metadata'; at: number; title: number }
  | { kind: 'broadcast'; at: number; seconds: number; title: number; told: 'start' | 'end' | 'both' }

const day = Date.UTC(2026, 0, 1, 12)
const instant = (at: number): Date => new Date(day + at * 1_000)
const written = (at: number): string => instant(at).toISOString().replace('.000', '')
const renamedAt = 900

const second = fc.integer({ min: 0, max: 1_800 })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('chat' as const), at: second, id: fc.nat(8) }),
  fc.record({ kind: fc.constant('follow' as const), at: second, follower: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('metadata' as const), at: second, title: fc.nat(5) }),
  fc.record({
    kind: fc.constant('broadcast' as const),
    at: second,
    seconds: fc.integer({ min: 1, max: 300 }),
    title: fc.nat(5),
    told: fc.constantFrom('start', 'end', 'both'),
  }),
)
/** Broadcasts of one channel do not overlap, and no two messages of different text share an id. */
const dayOf = fc.array(happening, { minLength: 1, maxLength: 14 }).map((happenings) => {
  let free = 0
  const chats = new Set<number>()
  return happenings
    .toSorted((a, b) => a.at - b.at)
    .filter((one) => {
      if (one.kind === 'chat') return !chats.has(one.id) && chats.add(one.id)
      if (one.kind !== 'broadcast') return true
      if (one.at < free) return false
      free = one.at + one.seconds + 5
      return true
    })
})

/** What the platform sends of a happening, as the channel was then. */
const deliveriesOf = (user: number, one: Happening): Delivery[] => {
  const sent = (at: number, type: string, body: object): Delivery => {
    const slug = at < renamedAt ? `user-${user}` : `renamed-${user}`
    return delivery(type, { ...body, broadcaster: person(user, { channel_slug: slug }) }, { sentAt: instant(at) })
  }
  if (one.kind === 'chat') return [sent(one.at, 'chat.message.sent', chatBody(user, `${user}-${one.id}`))]
  if (one.kind === 'follow') return [sent(one.at, 'channel.followed', followBody(user, one.follower))]
  if (one.kind === 'metadata')
    return [sent(one.at, 'livestream.metadata.updated', metadataBody(user, `Title ${one.title}`))]
  const end = one.at + one.seconds
  const status = (at: number, ended: string | null) =>
    sent(at, 'livestream.status.updated', statusBody(user, written(one.at), ended, `Title ${one.title}`))
  return [
    ...(one.told === 'end' ? [] : [status(one.at, null)]),
    ...(one.told === 'start' ? [] : [status(end, written(end))]),
  ]
}

/** How deliveries come: their order, what is sent again as it is or under another id, and where they are cut. */
const arrangement = fc.record({
  order: fc.infiniteStream(fc.nat()),
  again: fc.infiniteStream(fc.constantFrom('once', 'once', 'same-id', 'new-id')),
  appends: fc.infiniteStream(fc.integer({ min: 1, max: 6 })),
  maxRows: fc.integer({ min: 1, max: 7 }),
  restarts: fc.infiniteStream(fc.constantFrom(false, false, false, true)),
})
type Arrangement = typeof arrangement extends fc.Arbitrary<infer T> ? T : never

const next = <T>(stream: fc.Stream<T>): T => stream.next().value as T

/** Received in this order, after all of them were sent. */
const received = (deliveries: readonly Delivery[]): Delivery[] => {
  const from = BigInt(day + 3_600_000) * 1_000n
  return deliveries.map((one, index) => ({ ...one, receivedAt: from + BigInt(index) }))
}

const arrange = (deliveries: readonly Delivery[], { order, again }: Arrangement): Delivery[] => {
  const all = deliveries.flatMap((one) => {
    const how = next(again)
    if (how === 'once') return [one]
    return [one, { ...one, ...(how === 'new-id' && { messageId: newUlid() }) }]
  })
  return all
    .map((one) => ({ one, place: next(order) }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ one }) => one)
}

const stateOf = statement(
  'test_state',
  `SELECT replace(c.current_slug, c.platform_user_id, '') AS slug, c.status,
     (SELECT jsonb_agg(jsonb_build_array(f.follower_platform_user_id, f.occurred_at) ORDER BY f.follower_platform_user_id)
      FROM dm.kick_follow_event f WHERE f.channel_id = c.id) AS follows,
     (SELECT jsonb_agg(jsonb_build_array(s.started_at, s.ended_at, s.end_source) ORDER BY s.started_at)
      FROM dm.stream_session s WHERE s.channel_id = c.id) AS sessions,
     (SELECT jsonb_agg(jsonb_build_array(e.event, e.last_event_at) ORDER BY e.event)
      FROM dm.event_subscription e WHERE e.channel_id = c.id) AS heard
   FROM dm.streamer_channel c WHERE c.id = $1`,
)

let users = 0

/** What is stored in the end of a day that came in this way; without one, everything came once and in order. */
const live = async (db: Postgres, happenings: readonly Happening[], how?: Arrangement) => {
  const user = 1_000 + ++users
  const channelId = await subscribedChannel(db, user)
  const sent = happenings
    .flatMap((one) => deliveriesOf(user, one))
    .toSorted((a, b) => a.sentAt.getTime() - b.sentAt.getTime())
  const arriving = received(how ? arrange(sent, how) : sent)
  await using directory = await temporaryDirectory('webhook-order')
  const start = () =>
    startProjectorFixture({ db, directory: directory.path, limits: { maxRows: how?.maxRows ?? 10_000 } })
  let fixture = await start()
  for (let at = 0; at < arriving.length; ) {
    const count = how ? next(how.appends) : arriving.length
    await fixture.spool.append(deliveryQueue, arriving.slice(at, at + count).map(encodeDelivery))
    at += count
    if (how && next(how.restarts)) {
      await fixture[Symbol.asyncDispose]()
      fixture = await start()
    }
  }
  await fixture.drained()
  const inbox = await takeRows(fixture.spool, inboxFormat)
  const chats = await takeRows(fixture.spool, chatFormat)
  await fixture[Symbol.asyncDispose]()
  const ids = (rows: typeof inbox) => rows.map((row) => row.message_id).toSorted()
  const firsts = inbox.filter((row) => row.repeat_of !== row.message_id)
  expect(ids(inbox), 'every delivery is in the inbox').toEqual(arriving.map(({ messageId }) => messageId).toSorted())
  expect(ids(firsts), 'every message id is there once that is no repetition').toEqual([...new Set(ids(inbox))])
  const [state] = await db.query(stateOf, [channelId])
  return {
    state,
    chats: chats.map(({ message_id, created_at }) => `${message_id} ${created_at}`.replace(/^\d+/, '')).toSorted(),
  }
}

test('a day of deliveries ends the same in any order, however often they come and under however many ids', {
  timeout: 120_000,
}, async () => {
  await using database = await createTestDatabase()
  await fc.assert(
    fc.asyncProperty(dayOf, arrangement, async (happenings, how) => {
      const expected = await live(database.db, happenings)
      expect(await live(database.db, happenings, how)).toEqual(expected)
    }),
    { numRuns: cases(8), endOnFailure: true },
  )
})
