import { beforeEach, describe, expect, it } from 'vitest'
import { startKickFixture } from '../support/platforms/kick-fixture.ts'
import { demoDeliveries } from '../support/webhooks/demo-deliveries.ts'

const minute = 60_000
const hour = 60 * minute
const demo = demoDeliveries()
const { subscribe, emit, settled, pass, header, publicKey, isGenuine } = demo

describe('faults on the way', () => {
  const faults = () => demo.kick.server.webhooks.faults
  const bodies = () => demo.inbox.received.map(({ body }) => JSON.parse(body).n)

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
    expect(demo.kick.server.webhooks.stats).toMatchObject({ sent: 1, dropped: 1 })
  })

  it('drop the same deliveries for the same seed', async () => {
    const dropped = async (seed: number) => {
      await using other = await startKickFixture({ seed })
      other.server.subscriptions.create(7, 'channel.followed')
      other.server.webhooks.url = demo.inbox.url
      other.server.webhooks.faults.add({ kind: 'drop', probability: 0.5 })
      demo.inbox.received.length = 0
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
    expect([demo.inbox.received.length, new Set(header('message-id')).size]).toEqual([2, 1])
    faults().add({ kind: 'duplicate-new-id', times: 1 })
    emit('channel.followed')
    await settled()
    expect([demo.inbox.received.length, new Set(header('message-id')).size]).toEqual([4, 3])
    expect(new Set(header('subscription-id')).size).toBe(1)
  })

  it('delay for hours, dated by when it happened or by when it is sent', async () => {
    faults().add({ kind: 'delay', delayMs: 3 * hour, times: 1 })
    emit('channel.followed', { n: 1 })
    faults().add({ kind: 'delay', delayMs: 3 * hour, restamped: true, times: 1 })
    emit('channel.followed', { n: 2 })
    await pass(3 * hour - 1)
    expect(demo.inbox.received.length).toBe(0)
    await pass(1)
    expect(Object.fromEntries(bodies().map((n, i) => [n, header('message-timestamp')[i]]))).toEqual({
      1: '2026-01-01T00:00:00Z',
      2: '2026-01-01T03:00:00Z',
    })
  })

  it('send a delivery after the next, or at last when the world goes on', async () => {
    await demo.kick.server[Symbol.asyncDispose]()
    demo.kick = await startKickFixture({ webhooks: { concurrency: 1 } })
    demo.kick.server.webhooks.url = demo.inbox.url
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
    expect(JSON.parse(demo.inbox.received[0]!.body)).toEqual(expected)
    expect(isGenuine(await publicKey())).toBe(true)
  })
})
