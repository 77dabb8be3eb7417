import { verify } from 'node:crypto'
import { afterEach, beforeEach } from 'vitest'
import type { EventType } from '../../../src/demo/event-subscriptions.ts'
import { type KickFixture, startKickFixture } from '../platforms/kick-fixture.ts'
import { startWebhookInbox, type WebhookInbox } from './webhook-inbox.ts'

/** For each test of a file: a demo platform with one channel that delivers to an inbox, and what a test does with them. */
export const demoDeliveries = () => {
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

  return {
    get kick() {
      return kick
    },
    set kick(value: KickFixture) {
      kick = value
    },
    get inbox() {
      return inbox
    },
    subscribe,
    emit,
    settled,
    pass,
    header,
    publicKey,
    isGenuine,
  }
}
