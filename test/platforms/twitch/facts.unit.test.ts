import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTwitchWebhooks } from '../../../src/platforms/twitch/twitch-webhooks.ts'
import { webhookSecret } from '../../../src/platforms/twitch/webhook-secret.ts'
import type { TwitchDeliveryOptions } from '../../support/platforms/twitch-delivery.ts'
import { broadcaster, delivery, online, secret, sentAt } from '../../support/platforms/twitch-samples.ts'

const webhooks = createTwitchWebhooks({ secrets: () => [secret], clock: () => sentAt })

const factOf = (changes: Partial<TwitchDeliveryOptions>, claims: object = {}) => {
  const { headers, body } = delivery(changes)
  return webhooks.read({
    eventType: headers['twitch-eventsub-subscription-type']!,
    eventVersion: headers['twitch-eventsub-subscription-version']!,
    sentAt: new Date(sentAt),
    body: String(body),
    ...claims,
  })
}

describe('a fact', () => {
  const seen = { platformUserId: '1337', slug: 'cool_user', displayName: 'Cool_User' }

  it('of a stream that begins', () => {
    expect(factOf({})).toEqual({
      kind: 'stream-start',
      broadcaster: seen,
      startedAt: new Date('2026-11-22T11:59:58Z'),
      onAt: new Date(sentAt),
      platformStreamId: '9001',
    })
  })

  it('of a rerun that begins is kept and starts nothing', () => {
    expect(factOf({ event: { ...online, type: 'rerun' } })).toEqual({ kind: 'kept', broadcaster: seen })
  })

  it('of a stream that ends, when it was told, without saying which', () => {
    expect(factOf({ type: 'stream.offline', event: broadcaster })).toEqual({
      kind: 'stream-end',
      broadcaster: seen,
      startedAt: null,
      endedAt: new Date(sentAt),
    })
  })

  it('of a stream that ends, which one where it says so', () => {
    expect(factOf({ type: 'stream.offline', event: { ...broadcaster, id: '9001' } })).toMatchObject({
      kind: 'stream-end',
      platformStreamId: '9001',
    })
  })

  it('of new details', () => {
    const event = { ...broadcaster, title: 'Best Stream', language: 'en', category_id: '1', category_name: 'Fortnite' }
    expect(factOf({ type: 'channel.update', version: '2', event })).toEqual({
      kind: 'metadata',
      broadcaster: seen,
      title: 'Best Stream',
      category: 'Fortnite',
      language: 'en',
    })
  })

  it('of a follow', () => {
    const event = { ...broadcaster, user_id: '1234', followed_at: '2026-11-22T11:58:00.123456789Z' }
    expect(factOf({ type: 'channel.follow', version: '2', event })).toEqual({
      kind: 'follow',
      broadcaster: seen,
      followerUserId: '1234',
      occurredAt: new Date('2026-11-22T11:58:00.123Z'),
    })
  })

  it('of a chat message, with emotes where they stand in its text', () => {
    const emote = (text: string, id: string) => ({ type: 'emote', text, emote: { id, emote_set_id: '0' } })
    const fragments = [emote('Kappa', '25'), { type: 'text', text: ' hi ' }, emote('Kappa', '25')]
    const event = {
      ...broadcaster,
      chatter_user_id: '4145994',
      chatter_user_login: 'viptest',
      chatter_user_name: 'VipTest',
      message_id: 'cc106a89-1814-919d-454c-f4f2f970aae7',
      message: { text: 'Kappa hi Kappa', fragments },
      badges: [{ set_id: 'subscriber', id: '12', info: '16' }, { id: 'nothing' }],
    }
    expect(factOf({ type: 'channel.chat.message', event })).toEqual({
      kind: 'chat',
      broadcaster: seen,
      line: {
        messageId: 'cc106a89-1814-919d-454c-f4f2f970aae7',
        platformUserId: '4145994',
        username: 'VipTest',
        content: 'Kappa hi Kappa',
        emotes: '[{"emote_id":"25","positions":[{"s":0,"e":4},{"s":9,"e":13}]}]',
        badges: '[{"type":"subscriber","text":"12"}]',
        createdAt: new Date(sentAt),
      },
    })
  })

  it.each(['authorization_revoked', 'user_removed', 'notification_failures_exceeded', 'version_removed'])(
    'of a subscription that has ended by %s',
    (status) => {
      expect(factOf({ event: undefined, status, subscriptionId: 'f1c2' })).toEqual({
        kind: 'revoked',
        subscriptionId: 'f1c2',
        reason: status,
      })
    },
  )

  it.each([
    ['another type than its body', {}, { eventType: 'stream.offline' }, 'type-mismatch'],
    ['another version than its body', {}, { eventVersion: '2' }, 'type-mismatch'],
    ['an unknown type', { type: 'channel.raid' }, {}, 'unsupported'],
    ['a later version', { version: '2' }, {}, 'unsupported'],
    ['no broadcaster', { event: { ...online, broadcaster_user_id: '' } }, {}, 'malformed'],
    ['no start', { event: { ...online, started_at: null } }, {}, 'type-mismatch'],
    ['no follower', { type: 'channel.follow', version: '2', event: broadcaster }, {}, 'type-mismatch'],
    ['no message', { type: 'channel.chat.message', event: broadcaster }, {}, 'type-mismatch'],
    ['no event', { event: undefined }, {}, 'malformed'],
    ['no JSON', {}, { body: '{"subscription":' }, 'malformed'],
    ['bytes that are no text', {}, { body: 'base64:/w==' }, 'malformed'],
    ['nothing', {}, { body: 'null' }, 'malformed'],
  ] as const)('with %s is %s', (_name, changes, claims, kind) => {
    expect(factOf(changes as object, claims).kind).toBe(kind)
  })

  it('is read from whatever is sent without an exception', () => {
    const types = ['stream.online', 'stream.offline', 'channel.update', 'channel.follow', 'channel.chat.message']
    const anything = fc.record({
      type: fc.constantFrom(...types),
      version: fc.constantFrom('1', '2'),
      event: fc.object(),
    })
    fc.assert(
      fc.property(anything, ({ type, version, event }) => {
        factOf({ type, version, event: { ...event, broadcaster_user_id: '1' } })
      }),
      { numRuns: 300 },
    )
  })
})

it('the secret has the length and the characters that Twitch takes, and depends on nothing but the app', () => {
  expect(secret).toMatch(/^[\x21-\x7e]{10,100}$/)
  expect([webhookSecret('client secret'), webhookSecret('another')]).toEqual([
    secret,
    expect.not.stringMatching(secret),
  ])
})
