import { describe, expect, it } from 'vitest'
import { createTwitchWebhooks } from '../../../src/platforms/twitch/twitch-webhooks.ts'
import type { TwitchDelivery, TwitchDeliveryOptions } from '../../support/platforms/twitch-delivery.ts'
import { delivery, secret, sentAt } from '../../support/platforms/twitch-samples.ts'

let now = sentAt
const webhooks = createTwitchWebhooks({ secrets: () => [secret], clock: () => now })
const verify = ({ headers, body }: TwitchDelivery, changes: Record<string, string | undefined> = {}) => {
  now = sentAt
  return webhooks.verify({ ...headers, ...changes }, body)
}

describe('a delivery', () => {
  it('that Twitch signed is one, with what the body says of its subscription', async () => {
    const sent = delivery({ id: 'e76c6bd4-55c9-4987-8304-da1588d8988b', subscriptionId: 'f1c2a387' })
    expect(await verify(sent)).toEqual({
      kind: 'delivery',
      message: {
        messageId: 'e76c6bd4-55c9-4987-8304-da1588d8988b',
        eventType: 'stream.online',
        eventVersion: '1',
        subscriptionId: 'f1c2a387',
        sentAt: new Date(sentAt),
        signature: sent.headers['twitch-eventsub-message-signature'],
        body: sent.body,
      },
    })
  })

  it('is the same on every resend', async () => {
    expect(await verify(delivery(), { 'twitch-eventsub-message-retry': '1' })).toMatchObject({ kind: 'delivery' })
  })

  it('signed with another secret is forged', async () => {
    expect(await verify(delivery({ secret: 'another secret' }))).toMatchObject({
      kind: 'forged',
      message: { eventType: 'stream.online' },
    })
  })

  it('with any byte of body, id, time or signature changed is not taken', async () => {
    const sent = delivery()
    const signed = [
      'twitch-eventsub-message-id',
      'twitch-eventsub-message-timestamp',
      'twitch-eventsub-message-signature',
    ]
    for (const name of signed) {
      const value = sent.headers[name]!
      for (let at = 0; at < value.length; at++) {
        const other = value[at] === '1' ? '2' : '1'
        const changed = value.slice(0, at) + other + value.slice(at + 1)
        expect((await verify(sent, { [name]: changed })).kind, `${name} at ${at}`).toMatch(/^(forged|malformed)$/)
      }
    }
    for (let at = 0; at < sent.body.length; at++) {
      const body = Buffer.from(sent.body)
      body[at]! ^= 1
      expect((await verify({ ...sent, body })).kind, `body at ${at}`).toBe('forged')
    }
  })

  it('whose signed bytes are split in another way is not taken', async () => {
    const sent = delivery()
    const { 'twitch-eventsub-message-id': id, 'twitch-eventsub-message-timestamp': timestamp } = sent.headers
    const whole = Buffer.concat([Buffer.from(id! + timestamp!), sent.body])
    const [idEnd, timeEnd] = [id!.length, id!.length + timestamp!.length]
    for (let first = 1; first < timeEnd + 5; first++) {
      for (let second = first + 1; second < timeEnd + 8; second++) {
        if (first === idEnd && second === timeEnd) continue
        const headers = {
          ...sent.headers,
          'twitch-eventsub-message-id': whole.subarray(0, first).toString(),
          'twitch-eventsub-message-timestamp': whole.subarray(first, second).toString(),
        }
        const { kind } = await verify({ headers, body: whole.subarray(second) })
        expect(kind, `${first} ${second}`).toBe('malformed')
      }
    }
  })

  it('sent up to ten minutes ago is taken, a replay after that is not', async () => {
    const { headers, body } = delivery()
    now = sentAt + 600_000
    expect((await webhooks.verify(headers, body)).kind).toBe('delivery')
    now = sentAt + 600_001
    expect(await webhooks.verify(headers, body)).toMatchObject({
      kind: 'forged',
      reason: 'it was sent more than ten minutes ago',
    })
  })

  it.each([
    ['message-id', undefined],
    ['message-id', 'a b'],
    ['message-id', 'x'.repeat(101)],
    ['message-timestamp', undefined],
    ['message-timestamp', '2026-11-22T12:00:00+00:00'],
    ['message-timestamp', '2026-02-30T12:00:00Z'],
    ['message-timestamp', '2026-11-22T12:00:00.1234567890Z'],
    ['message-timestamp', '1763812800'],
    ['message-signature', undefined],
    ['message-signature', 'sha256='],
    ['message-signature', `sha1=${'0'.repeat(40)}`],
    ['message-signature', `sha256=${'0'.repeat(63)}`],
    ['message-signature', `sha256=${'0'.repeat(64)}0`],
    ['message-type', undefined],
    ['message-type', 'keepalive'],
    ['subscription-type', undefined],
    ['subscription-type', 'stream online'],
    ['subscription-version', undefined],
  ])('with %s %j is malformed', async (name, value) => {
    expect((await verify(delivery(), { [`twitch-eventsub-${name}`]: value })).kind).toBe('malformed')
  })
})

describe('a challenge', () => {
  const challenge = (changes: Partial<TwitchDeliveryOptions> = {}) =>
    delivery({
      messageType: 'webhook_callback_verification',
      status: 'webhook_callback_verification_pending',
      event: undefined,
      challenge: 'pogchamp-kappa-360noscope-vohiyo',
      ...changes,
    })

  it('is answered with its text', async () => {
    expect(await verify(challenge())).toMatchObject({
      kind: 'challenge',
      text: 'pogchamp-kappa-360noscope-vohiyo',
      message: { subscriptionId: expect.any(String) },
    })
  })

  it('that Twitch did not sign is not answered, and neither is one without a plain text', async () => {
    expect((await verify(challenge({ secret: 'another secret' }))).kind).toBe('forged')
    expect((await verify(challenge({ challenge: '<script>alert(1)</script> ' }))).kind).toBe('malformed')
    expect((await verify(delivery(), { 'twitch-eventsub-message-type': 'webhook_callback_verification' })).kind).toBe(
      'malformed',
    )
  })

  it('sent again as a revocation ends nothing', async () => {
    const verified = await verify(challenge(), { 'twitch-eventsub-message-type': 'revocation' })
    expect(
      verified.kind === 'delivery' && webhooks.read({ ...verified.message, body: String(verified.message.body) }),
    ).toEqual({ kind: 'test' })
  })
})
