import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDelivery } from '../../../src/platforms/kick/read-delivery.ts'
import {
  chatBody,
  everyBody,
  followBody,
  metadataBody,
  person,
  statusBody,
} from '../../support/platforms/kick-bodies.ts'

const sentAt = new Date('2026-01-01T12:00:05Z')

const read = (eventType: string, body: unknown, eventVersion = '1') =>
  readDelivery({ eventType, eventVersion, sentAt, body: typeof body === 'string' ? body : JSON.stringify(body) })

const broadcaster = { platformUserId: '1', slug: 'user-1', displayName: 'User 1', avatarUrl: undefined }

describe('what each type tells', () => {
  test('a chat message, with its text as it was written', () => {
    expect(read('chat.message.sent', chatBody(1, 'b1c7'))).toEqual({
      kind: 'chat',
      broadcaster,
      line: {
        messageId: 'b1c7',
        platformUserId: '77',
        username: 'User 77',
        content: 'hello [emote:37226:KEKW]',
        emotes: '[{"emote_id":"37226","positions":[{"s":6,"e":23}]}]',
        badges: '[{"type":"moderator","text":"Mod"}]',
        createdAt: new Date('2026-01-01T12:00:00Z'),
      },
    })
  })

  test('a follow, dated by its delivery', () => {
    expect(read('channel.followed', followBody(1, 2))).toEqual({
      kind: 'follow',
      broadcaster,
      followerUserId: '2',
      occurredAt: sentAt,
    })
  })

  test('the start and the end of a broadcast', () => {
    const startedAt = new Date('2026-01-01T12:00:00Z')
    const endedAt = new Date('2026-01-01T12:00:03Z')
    expect(read('livestream.status.updated', statusBody(1, '2026-01-01T12:00:00Z', null))).toEqual({
      kind: 'stream-start',
      broadcaster,
      startedAt,
      title: 'A title',
    })
    expect(
      read('livestream.status.updated', statusBody(1, '2026-01-01T23:00:00.000000000+11:00', '2026-01-01T12:00:03Z')),
    ).toEqual({ kind: 'stream-end', broadcaster, startedAt, endedAt, title: 'A title' })
  })

  test('an end that does not say when is dated by its delivery, and never before the start', () => {
    const end = { ...statusBody(1, '2026-01-01T12:00:00Z', null), is_live: false }
    expect(read('livestream.status.updated', end)).toMatchObject({ kind: 'stream-end', endedAt: sentAt })
    expect(read('livestream.status.updated', { ...end, started_at: '2026-01-01T13:00:00Z' })).toMatchObject({
      startedAt: new Date('2026-01-01T13:00:00Z'),
      endedAt: new Date('2026-01-01T13:00:00Z'),
    })
    expect(read('livestream.status.updated', { ...end, started_at: '0001-01-01T00:00:00Z' })).toMatchObject({
      startedAt: null,
    })
  })

  test('metadata, whichever of its two names the category has', () => {
    const told = { kind: 'metadata', broadcaster, title: 'Now', category: 'Chess', language: 'en', isMature: false }
    const body = metadataBody(1, 'Now') as { metadata: Record<string, unknown> }
    expect(read('livestream.metadata.updated', body)).toEqual(told)
    const { category: _, ...older } = body.metadata
    expect(read('livestream.metadata.updated', { ...body, metadata: older })).toEqual(told)
    const unset = { id: 0, name: '', thumbnail: '' }
    expect(
      read('livestream.metadata.updated', { ...body, metadata: { title: ' ', category: unset, Category: unset } }),
    ).toEqual({ kind: 'metadata', broadcaster, title: undefined, category: undefined, language: undefined })
  })

  test.each(Object.keys(everyBody).filter((type) => !/^(chat|channel.followed|livestream)/.test(type)))(
    '%s is kept as it came',
    (type) => {
      expect(read(type, everyBody[type])).toEqual({ kind: 'kept', broadcaster })
    },
  )

  test.each(['channel.raided', 'CHAT.MESSAGE.SENT', '__proto__', ''])('the type %o is unsupported', (type) => {
    expect(read(type, everyBody['channel.followed'])).toEqual({ kind: 'unsupported' })
  })

  test.each(['2', '01', '', '1.0'])('version %o is unsupported', (version) => {
    expect(read('channel.followed', everyBody['channel.followed'], version)).toEqual({ kind: 'unsupported' })
  })
})

describe('a type that its body does not have', () => {
  // The two have one shape; which of them it is nobody signs.
  const alike = (a: string, b: string) => [a, b].every((type) => /subscription\.(new|renewal)/.test(type))
  const pairs = Object.keys(everyBody).flatMap((type) =>
    Object.keys(everyBody).flatMap((claimed) => (type === claimed || alike(type, claimed) ? [] : [[type, claimed]])),
  )
  test.each(pairs)('%s claimed to be %s is a mismatch', (type, claimed) => {
    expect(read(claimed!, everyBody[type!])).toMatchObject({ kind: 'type-mismatch', reason: expect.any(String) })
  })

  test.each([
    ['chat.message.sent', { message_id: 7 }],
    ['chat.message.sent', { message_id: 'x'.repeat(101) }],
    ['chat.message.sent', { message_id: 'a\0b' }],
    ['chat.message.sent', { content: null }],
    ['chat.message.sent', { sender: null }],
    ['chat.message.sent', { sender: { username: 'nobody' } }],
    ['channel.followed', { follower: { user_id: -1 } }],
    ['livestream.status.updated', { is_live: 'true' }],
    ['livestream.status.updated', { started_at: 'soon' }],
    ['livestream.metadata.updated', { metadata: [] }],
    ['livestream.metadata.updated', { metadata: {} }],
  ])('%s with %o is a mismatch', (type, change) => {
    expect(read(type, { ...everyBody[type], ...change })).toMatchObject({ kind: 'type-mismatch' })
  })
})

describe('a body that is no event', () => {
  test.each([
    '',
    'null',
    '[]',
    '"text"',
    '17',
    '{',
    '{"broadcaster":{"user_id":1}',
    '\ufeff{}',
    'base64:AAAA',
    '{}',
    '{"broadcaster":null}',
    '{"broadcaster":{"user_id":0}}',
    '{"broadcaster":{"user_id":"1e3"}}',
    '{"broadcaster":{"user_id":9223372036854775808}}',
  ])('%o is malformed under every type', (body) => {
    for (const type of Object.keys(everyBody)) expect(read(type, body)).toMatchObject({ kind: 'malformed' })
  })

  test('more levels than a stack may meet are malformed wherever they are, and few are harmless', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const chat = (levels: number) =>
      JSON.stringify(chatBody(1, 'b1c7')).replace(/^\{/, `{"emotes":${nested(levels)},"more":${nested(levels)},`)
    for (const body of [nested(10_000), chat(10_000), chat(100)])
      expect(read('chat.message.sent', body)).toMatchObject({ kind: 'malformed' })
    expect(read('chat.message.sent', chat(99))).toMatchObject({ kind: 'chat' })
    const emotes = JSON.stringify(chatBody(1, 'b1c7', { emotes: 'HERE' })).replace('"HERE"', nested(99))
    expect(read('chat.message.sent', emotes)).toMatchObject({ kind: 'chat', line: { emotes: '[]' } })
  })
})

describe('what may vary', () => {
  const line = (more: object) => {
    const fact = read('chat.message.sent', chatBody(1, 'b1c7', more as Record<string, unknown>))
    return fact.kind === 'chat' ? fact.line : expect.fail(JSON.stringify(fact))
  }

  test('a sender without an identity has no badges', () => {
    const { identity: _, ...bare } = person(77)
    for (const sender of [bare, person(77, { identity: null }), person(77, { identity: { badges: null } })])
      expect(line({ sender }).badges).toBe('[]')
  })

  test('emotes may be null, be counted by a number, and point anywhere', () => {
    expect(line({ emotes: null }).emotes).toBe('[]')
    expect(line({ emotes: [{ emote_id: 5, positions: [{ s: -4, e: 99_999 }, null] }, null, {}] }).emotes).toBe(
      '[{"emote_id":"5","positions":[{"s":-4,"e":99999}]}]',
    )
  })

  test('ids may be text, and larger than a number holds', () => {
    const body = JSON.stringify(chatBody(1, 'b1c7')).replaceAll('"user_id":1,', '"user_id":9007199254740993,')
    expect(read('chat.message.sent', body)).toMatchObject({ broadcaster: { platformUserId: '9007199254740993' } })
    expect(read('channel.followed', { broadcaster: person(1), follower: { user_id: '12' } })).toMatchObject({
      followerUserId: '12',
    })
  })

  test.each([
    '2026-01-01T12:00:00Z',
    '2026-01-01T23:00:00+11:00',
    '2026-01-01T12:00:00.000000000Z',
    '2026-01-01t06:30:00.0-05:30',
  ])('%s is the same instant', (created_at) => {
    expect(line({ created_at }).createdAt).toEqual(new Date('2026-01-01T12:00:00Z'))
  })

  test.each([null, 'yesterday', '0001-01-01T00:00:00Z', '2026-02-30T00:00:00Z'])(
    'a message said to be of %o is dated by its delivery',
    (created_at) => {
      expect(line({ created_at }).createdAt).toEqual(sentAt)
    },
  )

  test('text is neither trimmed nor cut, keeps its NUL, and half a surrogate becomes U+FFFD', () => {
    for (const content of ['', '  a  ', 'a\0b', 'x'.repeat(10_000), '😀'])
      expect(line({ content }).content).toBe(content)
    const body = JSON.stringify(chatBody(1, 'b1c7', { content: 'HERE' })).replace('HERE', 'a\\ud83db')
    expect(read('chat.message.sent', body)).toMatchObject({ line: { content: 'a\ufffdb' } })
  })

  test('fields that nobody knows change nothing', () => {
    for (const [type, body] of Object.entries(everyBody))
      expect(read(type, { ...body, later: { is: [1] } })).toEqual(read(type, body))
  })

  test('no JSON value in the place of any field makes a reader throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(everyBody)), fc.jsonValue(), fc.nat(), (type, value, place) => {
        const names = Object.keys(everyBody[type]!)
        const fact = read(type, { ...everyBody[type], [names[place % names.length]!]: value })
        expect(['unsupported', undefined]).not.toContain(fact.kind)
      }),
      { numRuns: 500 },
    )
  })
})
