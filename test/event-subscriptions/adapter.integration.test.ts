import { describe, expect, test } from 'vitest'
import type { EventType } from '../../src/platforms/platform.ts'
import { startKickAgainst } from '../support/platforms/kick-against.ts'
import type { Reply } from '../support/platforms/scripted-http.ts'

const path = '/public/v1/events/subscriptions'
const chat: EventType = { event: 'chat.message.sent', version: 1, limit: 1_000, quietMs: 1 }
const follow: EventType = { event: 'channel.followed', version: 1, limit: 10_000, quietMs: 1 }
const envelope = (data: unknown, status = 200): Reply => ({ status, json: { data, message: 'OK' } })
const apiOf = async (reply: Reply) => {
  const setup = await startKickAgainst({ api: () => reply })
  return { ...setup, api: setup.kick.eventSubscriptions!, [Symbol.asyncDispose]: setup[Symbol.asyncDispose] }
}

test('nine types are asked for, the scarce one first, none that needs the consent of the channel', async () => {
  await using setup = await apiOf(envelope([]))
  const names = setup.api.types.map(({ event }) => event)
  expect(names).toHaveLength(9)
  expect(names[0]).toBe('chat.message.sent')
  expect(names).not.toContain('channel.reward.redemption.updated')
  expect(setup.api.types.map(({ limit }) => limit)).toEqual([1_000, ...Array(8).fill(10_000)])
})

describe('list', () => {
  const row = {
    id: '01J',
    app_id: 'x',
    broadcaster_user_id: 7,
    event: 'channel.followed',
    version: 1,
    method: 'webhook',
  }

  test('gives every row, users of 64 bits to the last digit', async () => {
    const text = `{"data":[${JSON.stringify(row)},{"id":"01K","broadcaster_user_id":9223372036854775807,"event":"new.type","version":2}]}`
    await using setup = await apiOf({ text })
    expect(await setup.api.list()).toMatchObject({
      ok: true,
      value: [
        { id: '01J', platformUserId: '7', event: 'channel.followed', version: 1 },
        { id: '01K', platformUserId: '9223372036854775807', event: 'new.type', version: 2 },
      ],
      call: { endpoint: path, items: 2 },
    })
  })

  test.each([[{}], [{ ...row, id: '' }], [{ ...row, broadcaster_user_id: null }], [{ ...row, event: 7 }], ['text']])(
    'with the row %j is malformed: what is not listed would be asked for again',
    async (bad) => {
      await using setup = await apiOf(envelope([row, bad]))
      expect(await setup.api.list()).toMatchObject({ ok: false, failure: { kind: 'malformed' } })
    },
  )

  test('of twenty thousand subscriptions is read', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => ({ ...row, id: `01J${i}`, created_at: 'x'.repeat(120) }))
    await using setup = await apiOf(envelope(rows))
    const list = await setup.api.list()
    expect(list.ok && list.value.length).toBe(20_000)
  })
})

describe('create', () => {
  test.each([200, 201, 202])('takes %i for done, and each event has its own outcome', async (status) => {
    const items = [
      { name: 'channel.followed', version: 1, error: 'internal: DynamoDB retry quota exceeded' },
      { name: 'chat.message.sent', version: 1, subscription_id: '01J' },
    ]
    await using setup = await apiOf(envelope(items, status))
    const result = await setup.api.create('9223372036854775807', [chat, follow])
    expect(result.ok && result.value).toEqual({
      kind: 'answered',
      outcomes: new Map<string, object>([
        ['chat.message.sent', { ok: true, id: '01J' }],
        ['channel.followed', { ok: false, reason: 'failed', message: 'internal: DynamoDB retry quota exceeded' }],
      ]),
    })
    const [request] = setup.apiCalls()
    expect(request).toMatchObject({ method: 'POST', path, headers: { 'content-type': 'application/json' } })
    expect(request!.body).toBe(
      '{"broadcaster_user_id":9223372036854775807,"events":[{"name":"chat.message.sent","version":1},{"name":"channel.followed","version":1}],"method":"webhook"}',
    )
  })

  test('has a failure for an event that the answer leaves out, and keeps no long text', async () => {
    await using setup = await apiOf(envelope([{ name: 'channel.followed', error: 'x'.repeat(9_000) }]))
    const result = await setup.api.create('7', [chat, follow])
    const outcomes = result.ok && result.value.kind === 'answered' ? result.value.outcomes : new Map()
    expect(outcomes.get('chat.message.sent')).toMatchObject({ ok: false, reason: 'failed' })
    expect(outcomes.get('channel.followed').message).toHaveLength(200)
  })

  test.each([
    ['as a whole', { status: 400, json: { data: 'event subscription limit reached', message: 'Bad request' } }],
    [
      'as a whole, the other way round',
      { status: 400, json: { data: null, message: 'Event subscription limit reached' } },
    ],
  ])('knows a limit that is told %s', async (_name, reply) => {
    await using setup = await apiOf(reply)
    expect(await setup.api.create('7', [chat])).toMatchObject({ ok: true, value: { kind: 'limit' } })
  })

  test('knows a limit that is told of an item', async () => {
    await using setup = await apiOf(
      envelope([{ name: 'chat.message.sent', error: 'event subscription limit reached' }]),
    )
    const result = await setup.api.create('7', [chat])
    expect(result.ok && result.value.kind === 'answered' && [...result.value.outcomes.values()]).toMatchObject([
      { ok: false, reason: 'limit' },
    ])
  })

  test('does not take any other refusal for a limit', async () => {
    await using setup = await apiOf({ status: 400, json: { data: null, message: 'Invalid request' } })
    expect(await setup.api.create('7', [chat])).toMatchObject({ ok: false, failure: { kind: 'rejected' } })
  })
})

describe('remove', () => {
  test.each<Reply>([
    { status: 204, text: '' },
    { status: 200, text: 'OK' },
    { status: 202, json: {} },
  ])('takes %j for done', async (reply) => {
    await using setup = await apiOf(reply)
    const result = await setup.api.remove(['01J', 'a&b'])
    expect(result).toMatchObject({ ok: true, call: { items: 2, error: null } })
    const [request] = setup.apiCalls()
    expect(request).toMatchObject({ method: 'DELETE', path })
    expect(request!.query.getAll('id')).toEqual(['01J', 'a&b'])
  })

  test('that is refused or not answered is a failure', async () => {
    await using refused = await apiOf({ status: 400, json: { data: null, message: 'Invalid request' } })
    expect(await refused.api.remove(['01J'])).toMatchObject({ ok: false, failure: { kind: 'rejected' } })
    await using broken = await apiOf({ status: 500, text: 'oops' })
    expect(await broken.api.remove(['01J'])).toMatchObject({ ok: false, failure: { kind: 'unavailable' } })
  })
})
