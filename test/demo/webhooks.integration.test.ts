import { verify } from 'node:crypto'
import { decodeTime } from 'ulid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventType } from '../../src/demo/event-subscriptions.ts'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'
import { startWebhookInbox, type WebhookInbox } from '../support/webhooks/webhook-inbox.ts'

const minute = 60_000
const hour = 60 * minute

let kick: KickFixture
let inbox: WebhookInbox

beforeEach(async () => {
  kick = await startKickFixture({ webhooks: { capacity: 60, concurrency: 4 } })
  kick.world.add({ id: 7, slug: 'nova' })
  inbox = await startWebhookInbox()
  kick.server.webhooks.url = inbox.url
})
afterEach(async () => {
  await kick[Symbol.asyncDispose]()
  await inbox[Symbol.asyncDispose]()
})

const subscribe = (event: EventType, id = 7) => kick.server.subscriptions.create(id, event)!
const emit = (type: EventType, body: Record<string, unknown> = {}) =>
  kick.server.webhooks.emit({ type, broadcasterUserId: 7, at: kick.now(), body: () => body })
const settled = () => kick.server.webhooks.settled()
/** Lets time pass, sends what is due and waits for it. */
const pass = async (ms: number) => {
  kick.advance(ms)
  kick.server.webhooks.advance()
  await settled()
}
const header = (name: string) => inbox.received.map(({ headers }) => headers[`kick-event-${name}`])
const publicKey = async (): Promise<string> => (await kick.get('/public/v1/public-key')).body.data.public_key

const isGenuine = (key: string, n = 0): boolean => {
  const { headers, body } = inbox.received[n]!
  const signed = `${headers['kick-event-message-id']}.${headers['kick-event-message-timestamp']}.${body}`
  return verify('sha256', Buffer.from(signed), key, Buffer.from(String(headers['kick-event-signature']), 'base64'))
}

describe('a delivery', () => {
  it('has the documented headers, is dated by the platform’s clock and signed with the key that is served', async () => {
    const { id } = subscribe('channel.followed')
    emit('channel.followed', { follower: '☕' })
    await settled()
    expect(inbox.received).toMatchObject([
      {
        headers: {
          'content-type': 'application/json',
          'kick-event-subscription-id': id,
          'kick-event-message-timestamp': '2026-01-01T00:00:00Z',
          'kick-event-type': 'channel.followed',
          'kick-event-version': '1',
        },
        body: '{"follower":"☕"}',
      },
    ])
    expect(decodeTime(String(header('message-id')[0]))).toBe(kick.now())
    expect(isGenuine(await publicKey())).toBe(true)
  })

  it('goes out once for each subscription, each under an id of its own', async () => {
    const ids = [subscribe('channel.followed').id, subscribe('channel.followed').id]
    subscribe('channel.followed', 8)
    subscribe('chat.message.sent')
    emit('channel.followed')
    await settled()
    expect(header('subscription-id').sort()).toEqual(ids.sort())
    expect(new Set(header('message-id')).size).toBe(2)
  })

  it('is not even rendered without a subscription, a URL or the switch', async () => {
    let rendered = 0
    const follow = () =>
      kick.server.webhooks.emit({
        type: 'channel.followed',
        broadcasterUserId: 7,
        at: 0,
        body: () => ({ n: rendered++ }),
      })
    follow()
    subscribe('channel.followed')
    kick.server.webhooks.url = null
    follow()
    kick.server.webhooks.url = inbox.url
    kick.server.webhooks.isOn = false
    kick.server.webhooks.isOn = true
    expect(kick.server.subscriptions.count).toBe(0)
    follow()
    subscribe('channel.followed')
    kick.server.webhooks.isOn = false
    follow()
    await settled()
    expect([rendered, inbox.received.length]).toEqual([0, 0])
  })

  it('is signed with the new key once it has been rotated', async () => {
    subscribe('channel.followed')
    const old = await publicKey()
    await kick.server.webhooks.rotateKey()
    emit('channel.followed')
    await settled()
    expect(await publicKey()).not.toBe(old)
    expect([isGenuine(old), isGenuine(await publicKey())]).toEqual([false, true])
  })

  it('reuses connections', async () => {
    subscribe('channel.followed')
    for (let n = 0; n < 50; n++) emit('channel.followed', { n })
    await settled()
    expect(inbox.received.length).toBe(50)
    expect(inbox.connections).toBeLessThanOrEqual(4)
    expect(kick.server.webhooks.stats).toMatchObject({
      sent: 50,
      delivered: 50,
      failed: 0,
      byType: { 'channel.followed': { delivered: 50 } },
    })
  })
})

describe('a receiver that fails', () => {
  it('loses what it did not take', async () => {
    subscribe('channel.followed')
    inbox.status = 503
    emit('channel.followed')
    await settled()
    inbox.status = 200
    await pass(hour)
    expect(inbox.received.length).toBe(1)
    expect(kick.server.webhooks.stats).toMatchObject({ sent: 1, delivered: 0, failed: 1 })
  })

  it('is asked three times under the same id when the platform tries again', async () => {
    kick.server.webhooks.retry = 'three-attempts'
    subscribe('channel.followed')
    inbox.status = 500
    emit('channel.followed')
    await settled()
    await pass(minute - 1)
    expect(inbox.received.length).toBe(1)
    await pass(1)
    expect(inbox.received.length).toBe(2)
    await pass(10 * minute)
    await pass(hour)
    expect(inbox.received.length).toBe(3)
    expect(new Set(header('message-id')).size).toBe(1)
  })

  it('is unsubscribed from a type that has failed for more than a day, and from no other', async () => {
    subscribe('channel.followed')
    subscribe('channel.followed', 8)
    subscribe('chat.message.sent')
    const fail = async (ms: number) => {
      kick.advance(ms)
      inbox.status = 500
      emit('channel.followed')
      await settled()
      inbox.status = 200
      emit('chat.message.sent')
      await settled()
    }
    await fail(0)
    emit('channel.followed')
    await settled()
    await fail(23 * hour)
    await fail(24 * hour)
    expect(kick.server.subscriptions.count).toBe(3)
    await fail(1)
    expect(kick.server.subscriptions.list().map(({ event }) => event)).toEqual(['chat.message.sent'])
  })

  it('holds up a bounded number of deliveries and not the end of the platform', async () => {
    subscribe('channel.followed')
    inbox.status = null
    for (let n = 0; n < 100; n++) emit('channel.followed', { n })
    expect(kick.server.webhooks.stats.overflowed).toBe(40)
    await kick.server[Symbol.asyncDispose]()
    expect(inbox.received.length).toBeLessThanOrEqual(4)
  })
})

describe('faults on the way', () => {
  const faults = () => kick.server.webhooks.faults
  const bodies = () => inbox.received.map(({ body }) => JSON.parse(body).n)

  beforeEach(() => {
    subscribe('channel.followed')
    subscribe('chat.message.sent')
  })

  it('silence one type', async () => {
    faults().add({ kind: 'drop', types: ['channel.followed'] })
    emit('channel.followed')
    emit('chat.message.sent')
    await settled()
    expect(header('type')).toEqual(['chat.message.sent'])
    expect(kick.server.webhooks.stats).toMatchObject({ sent: 1, dropped: 1 })
  })

  it('drop the same deliveries for the same seed', async () => {
    const dropped = async (seed: number) => {
      await using other = await startKickFixture({ seed })
      other.server.subscriptions.create(7, 'channel.followed')
      other.server.webhooks.url = inbox.url
      other.server.webhooks.faults.add({ kind: 'drop', probability: 0.5 })
      inbox.received.length = 0
      for (let n = 0; n < 40; n++) {
        other.server.webhooks.emit({ type: 'channel.followed', broadcasterUserId: 7, at: 0, body: () => ({ n }) })
        await other.server.webhooks.settled()
      }
      return bodies()
    }
    const first = await dropped(1)
    expect(first.length).toBeGreaterThan(10)
    expect(first.length).toBeLessThan(30)
    expect(await dropped(1)).toEqual(first)
    expect(await dropped(2)).not.toEqual(first)
  })

  it('repeat a delivery under the same id, or under a new one', async () => {
    faults().add({ kind: 'duplicate', times: 1 })
    emit('channel.followed')
    await settled()
    expect([inbox.received.length, new Set(header('message-id')).size]).toEqual([2, 1])
    faults().add({ kind: 'duplicate-new-id', times: 1 })
    emit('channel.followed')
    await settled()
    expect([inbox.received.length, new Set(header('message-id')).size]).toEqual([4, 3])
    expect(new Set(header('subscription-id')).size).toBe(1)
  })

  it('delay for hours, dated by when it happened or by when it is sent', async () => {
    faults().add({ kind: 'delay', delayMs: 3 * hour, times: 1 })
    emit('channel.followed', { n: 1 })
    faults().add({ kind: 'delay', delayMs: 3 * hour, restamped: true, times: 1 })
    emit('channel.followed', { n: 2 })
    await pass(3 * hour - 1)
    expect(inbox.received.length).toBe(0)
    await pass(1)
    expect(Object.fromEntries(bodies().map((n, i) => [n, header('message-timestamp')[i]]))).toEqual({
      1: '2026-01-01T00:00:00Z',
      2: '2026-01-01T03:00:00Z',
    })
  })

  it('send a delivery after the next, or at last when the world goes on', async () => {
    await kick.server[Symbol.asyncDispose]()
    kick = await startKickFixture({ webhooks: { concurrency: 1 } })
    kick.server.webhooks.url = inbox.url
    subscribe('channel.followed')
    faults().add({ kind: 'reorder', times: 1 })
    emit('channel.followed', { n: 1 })
    emit('channel.followed', { n: 2 })
    emit('channel.followed', { n: 3 })
    await settled()
    expect(bodies()).toEqual([2, 1, 3])
    faults().add({ kind: 'reorder', times: 1 })
    emit('channel.followed', { n: 4 })
    await pass(0)
    expect(bodies()).toEqual([2, 1, 3, 4])
  })

  it('corrupt the signature, double the date or name another type', async () => {
    faults().add({ kind: 'corrupt-signature', times: 1 })
    emit('channel.followed')
    await settled()
    faults().add({ kind: 'double-date', times: 1 })
    faults().add({ kind: 'wrong-type', type: 'chat.message.sent', times: 1 })
    emit('channel.followed')
    await settled()
    const key = await publicKey()
    expect([isGenuine(key, 0), isGenuine(key, 1)]).toEqual([false, true])
    expect(header('message-timestamp')[1]).toBe('2026-01-01T2026-01-01T00:00:00Z')
    expect(header('type')).toEqual(['channel.followed', 'chat.message.sent'])
  })

  const p = { user_id: 1, is_anonymous: false, is_verified: false, identity: null }
  it.each([
    ['extra-fields', { a: { b: 1 } }, { a: { b: 1, added_later: null }, extra: expect.anything(), added_later: null }],
    [
      'category-twice',
      { metadata: { category: { id: 1 } } },
      { metadata: { category: { id: 1 }, Category: { id: 1 } } },
    ],
    ['unverified-null', { sender: p }, { sender: { ...p, is_verified: null } }],
    ['missing-identity', { sender: p }, { sender: { user_id: 1, is_anonymous: false, is_verified: false } }],
    ['emotes-null', { emotes: [{ emote_id: '5' }] }, { emotes: null }],
    ['numeric-emote-ids', { emotes: [{ emote_id: '5' }] }, { emotes: [{ emote_id: 5 }] }],
    [
      'anonymous-gifter',
      { gifter: p, giftees: [p] },
      { gifter: { user_id: null, is_anonymous: true, is_verified: null, identity: null }, giftees: [p] },
    ],
    ['offset-timestamps', { created_at: '2026-01-01T20:00:05Z' }, { created_at: '2026-01-02T07:00:05+11:00' }],
    [
      'fractional-timestamps',
      { created_at: '2026-01-01T20:00:05Z', ended_at: null },
      { created_at: expect.stringMatching(/^2026-01-01T20:00:05\.\d{6,9}Z$/), ended_at: null },
    ],
  ] as const)('write the body with %s', async (kind, body, expected) => {
    faults().add({ kind })
    emit('chat.message.sent', body)
    await settled()
    expect(JSON.parse(inbox.received[0]!.body)).toEqual(expected)
    expect(isGenuine(await publicKey())).toBe(true)
  })
})
