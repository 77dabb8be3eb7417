import { decodeTime } from 'ulid'
import { describe, expect, it } from 'vitest'
import { demoDeliveries } from '../support/webhooks/demo-deliveries.ts'

const minute = 60_000
const hour = 60 * minute
const demo = demoDeliveries()
const { subscribe, emit, settled, pass, header, publicKey, isGenuine } = demo

describe('a delivery', () => {
  it('has the documented headers, is dated by the platform’s clock and signed with the key that is served', async () => {
    const { id } = subscribe('channel.followed')
    emit('channel.followed', { follower: '☕' })
    await settled()
    expect(demo.inbox.received).toMatchObject([
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
    expect(decodeTime(String(header('message-id')[0]))).toBe(demo.kick.now())
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
      demo.kick.server.webhooks.emit({
        type: 'channel.followed',
        broadcasterUserId: 7,
        at: 0,
        body: () => ({ n: rendered++ }),
      })
    follow()
    subscribe('channel.followed')
    demo.kick.server.webhooks.url = null
    follow()
    demo.kick.server.webhooks.url = demo.inbox.url
    demo.kick.server.webhooks.isOn = false
    demo.kick.server.webhooks.isOn = true
    expect(demo.kick.server.subscriptions.count).toBe(0)
    follow()
    subscribe('channel.followed')
    demo.kick.server.webhooks.isOn = false
    follow()
    await settled()
    expect([rendered, demo.inbox.received.length]).toEqual([0, 0])
  })

  it('is signed with the new key once it has been rotated', async () => {
    subscribe('channel.followed')
    const old = await publicKey()
    await demo.kick.server.webhooks.rotateKey()
    emit('channel.followed')
    await settled()
    expect(await publicKey()).not.toBe(old)
    expect([isGenuine(old), isGenuine(await publicKey())]).toEqual([false, true])
  })

  it('reuses connections', async () => {
    subscribe('channel.followed')
    for (let n = 0; n < 50; n++) emit('channel.followed', { n })
    await settled()
    expect(demo.inbox.received.length).toBe(50)
    expect(demo.inbox.connections).toBeLessThanOrEqual(4)
    expect(demo.kick.server.webhooks.stats).toMatchObject({
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
    demo.inbox.status = 503
    emit('channel.followed')
    await settled()
    demo.inbox.status = 200
    await pass(hour)
    expect(demo.inbox.received.length).toBe(1)
    expect(demo.kick.server.webhooks.stats).toMatchObject({ sent: 1, delivered: 0, failed: 1 })
  })

  it('is asked three times under the same id when the platform tries again', async () => {
    demo.kick.server.webhooks.retry = 'three-attempts'
    subscribe('channel.followed')
    demo.inbox.status = 500
    emit('channel.followed')
    await settled()
    await pass(minute - 1)
    expect(demo.inbox.received.length).toBe(1)
    await pass(1)
    expect(demo.inbox.received.length).toBe(2)
    await pass(10 * minute)
    await pass(hour)
    expect(demo.inbox.received.length).toBe(3)
    expect(new Set(header('message-id')).size).toBe(1)
  })

  it('is unsubscribed from a type that has failed for more than a day, and from no other', async () => {
    subscribe('channel.followed')
    subscribe('channel.followed', 8)
    subscribe('chat.message.sent')
    const fail = async (ms: number) => {
      demo.kick.advance(ms)
      demo.inbox.status = 500
      emit('channel.followed')
      await settled()
      demo.inbox.status = 200
      emit('chat.message.sent')
      await settled()
    }
    await fail(0)
    emit('channel.followed')
    await settled()
    await fail(23 * hour)
    await fail(24 * hour)
    expect(demo.kick.server.subscriptions.count).toBe(3)
    await fail(1)
    expect(demo.kick.server.subscriptions.list().map(({ event }) => event)).toEqual(['chat.message.sent'])
  })

  it('holds up a bounded number of deliveries and not the end of the platform', async () => {
    subscribe('channel.followed')
    demo.inbox.status = null
    for (let n = 0; n < 100; n++) emit('channel.followed', { n })
    expect(demo.kick.server.webhooks.stats.overflowed).toBe(40)
    await demo.kick.server[Symbol.asyncDispose]()
    expect(demo.inbox.received.length).toBeLessThanOrEqual(4)
  })
})
