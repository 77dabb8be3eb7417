import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'

const path = '/public/v1/events/subscriptions'
const chat = { name: 'chat.message.sent', version: 1 }
const follow = { name: 'channel.followed', version: 1 }
const status = { name: 'livestream.status.updated', version: 1 }

let kick: KickFixture
let authorization: string

beforeEach(async () => {
  kick = await startKickFixture()
  authorization = `Bearer ${await kick.authorize()}`
})
afterEach(() => kick[Symbol.asyncDispose]())

const send = async (method: string, query: string, body?: unknown) => {
  const headers = { authorization, 'content-type': 'application/json' }
  const response = await fetch(`${kick.server.url}${path}${query}`, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}
const subscribe = (broadcaster_user_id: number, ...events: object[]) =>
  send('POST', '', { broadcaster_user_id, events, method: 'webhook' })
const listed = async (query = ''): Promise<{ id: string; event: string }[]> => (await send('GET', query)).body.data
const eventsListed = async () => (await listed()).map(({ event }) => event)

describe('the subscriptions of the app', () => {
  it('are made one for each event, listed in the documented shape and filtered by channel', async () => {
    const created = await subscribe(7, chat, follow)
    expect(created).toEqual({
      status: 200,
      body: {
        data: [chat, follow].map((event) => ({ ...event, subscription_id: expect.stringMatching(/^[0-9A-Z]{26}$/) })),
        message: 'OK',
      },
    })
    await subscribe(8, follow)
    expect(await listed('?broadcaster_user_id=7')).toEqual(
      [chat, follow].map(({ name }, n) => ({
        id: created.body.data[n].subscription_id,
        app_id: kick.server.credentials.clientId,
        broadcaster_user_id: 7,
        event: name,
        version: 1,
        method: 'webhook',
        created_at: '2026-01-01T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
      })),
    )
    expect((await listed()).length).toBe(3)
  })

  it('are made twice when asked for twice, unless switched to one', async () => {
    await subscribe(7, chat)
    await subscribe(7, chat)
    const ids = (await listed()).map(({ id }) => id)
    expect(new Set(ids).size).toBe(2)
    kick.server.subscriptions.switches.allowsDuplicates = false
    const { body } = await subscribe(7, chat)
    expect(ids).toContain(body.data[0].subscription_id)
    expect((await listed()).length).toBe(2)
  })

  it('are deleted by repeated id, and unknown ids do no harm', async () => {
    const { body } = await subscribe(7, chat, follow, status)
    const [first, second] = body.data
    const answer = await send('DELETE', `?id=${first.subscription_id}&id=${second.subscription_id}&id=unknown`)
    expect(answer).toEqual({ status: 204, body: null })
    expect(await eventsListed()).toEqual([status.name])
  })

  it('are deleted 300 at once and not 301', async () => {
    const query = (count: number) => `?${Array.from({ length: count }, (_, n) => `id=${n}`).join('&')}`
    expect((await send('DELETE', query(300))).status).toBe(204)
    expect(await send('DELETE', query(301))).toEqual({
      status: 400,
      body: { data: 'id: at most 300 values', message: 'Invalid request' },
    })
    expect((await send('DELETE', '')).status).toBe(400)
  })

  it('fail one by one: the others of the same request are made', async () => {
    kick.server.faults.add({ kind: 'item-error', ids: [7], times: 1, error: 'try again' })
    const { status: code, body } = await subscribe(7, chat, follow, { name: 'no.such.event', version: 1 })
    expect(code).toBe(200)
    expect(body.data).toEqual([
      { ...chat, error: 'try again' },
      { ...follow, subscription_id: expect.any(String) },
      { name: 'no.such.event', version: 1, error: 'unknown event or version' },
    ])
    expect(await eventsListed()).toEqual([follow.name])
  })

  it('are limited by type of event, with chat apart', async () => {
    Object.assign(kick.server.subscriptions.switches, { maxPerEvent: 2, maxChat: 1 })
    const error = 'event subscription limit reached'
    await subscribe(1, chat, follow)
    expect((await subscribe(2, chat, follow)).body.data).toEqual([
      { ...chat, error },
      { ...follow, subscription_id: expect.any(String) },
    ])
    kick.server.subscriptions.switches.limitRefuses = 'request'
    expect(await subscribe(3, status, follow, status)).toEqual({
      status: 400,
      body: { data: error, message: 'Bad request' },
    })
    expect(await eventsListed()).toEqual([chat.name, follow.name, follow.name, status.name])
    await send('DELETE', `?id=${(await listed())[0]!.id}`)
    expect((await subscribe(2, chat)).body.data[0]).toHaveProperty('subscription_id')
  })

  it('are listed late: new ones appear and deleted ones vanish after the lag', async () => {
    await subscribe(7, chat)
    kick.server.subscriptions.switches.listLagMs = 300_000
    expect(await eventsListed()).toEqual([])
    kick.advance(300_000)
    expect(await eventsListed()).toEqual([chat.name])
    await send('DELETE', `?id=${(await listed())[0]!.id}`)
    kick.advance(299_999)
    expect(await eventsListed()).toEqual([chat.name])
    expect(kick.server.subscriptions.count).toBe(0)
    kick.advance(1)
    expect(await eventsListed()).toEqual([])
  })

  it('are confirmed with 201 when switched', async () => {
    kick.server.subscriptions.switches.createdStatus = 201
    expect((await subscribe(7, chat)).status).toBe(201)
  })

  it.each([
    ['no channel', { events: [chat], method: 'webhook' }],
    ['a channel as text', { broadcaster_user_id: '7', events: [chat], method: 'webhook' }],
    ['no events', { broadcaster_user_id: 7, events: [], method: 'webhook' }],
    ['an event without version', { broadcaster_user_id: 7, events: [{ name: chat.name }], method: 'webhook' }],
    ['another method', { broadcaster_user_id: 7, events: [chat], method: 'websocket' }],
    ['a list', [1]],
    ['nothing', undefined],
  ])('refuse %s', async (_case, body) => {
    expect(await send('POST', '', body)).toEqual({
      status: 400,
      body: { data: expect.any(String), message: 'Invalid request' },
    })
    expect(await listed()).toEqual([])
  })

  it('are nobody’s without a token', async () => {
    authorization = 'Bearer no'
    for (const method of ['GET', 'DELETE', 'POST']) {
      expect((await send(method, '', method === 'POST' ? {} : undefined)).status).toBe(401)
    }
  })
})
