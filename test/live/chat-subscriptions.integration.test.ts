import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { operatorKey, startTestApi, type TestApi } from '../support/http/api.ts'
import { connectLive, Inbox } from '../support/live/live-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'
import { seed } from '../support/stores/seed.ts'
import { chatLine } from '../support/telemetry/chat-rows.ts'

let database: TestDatabase
let api: TestApi
let channelId: bigint
let wsUrl: string

beforeAll(async () => {
  database = await createTestDatabase()
  channelId = await seed(database.db).channel({ slug: 'talkative' })
  api = await startTestApi({ db: database.db })
  wsUrl = `${api.url.replace('http', 'ws')}/graphql`
})

afterAll(async () => {
  await api[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const chat = `subscription ($id: ID, $slug: String) { chat(id: $id, slug: $slug) { messageId username platformUserId content slugAtTheTime createdAt } }`

const operator = { authorization: `Bearer ${operatorKey}` }

const followers = async (count: number): Promise<void> => {
  while (api.services.live.stats().subscribers.chat !== count) await new Promise((resolve) => setImmediate(resolve))
}

const say = (id: string, text = 'hello') =>
  api.services.live.publishChat([{ channelId, slug: 'talkative', line: chatLine({ at: 1_000, id, text, by: 'fan' }) }])

const expected = (messageId: string, content = 'hello') => ({
  chat: {
    messageId,
    username: 'name of fan',
    platformUserId: 'fan',
    content,
    slugAtTheTime: 'talkative',
    createdAt: '1970-01-01T00:16:40.000Z',
  },
})

/** The events of a stream over HTTP. */
const listen = async (variables: object, key?: string) => {
  const outgoing = request(`${api.url}/graphql`, {
    method: 'POST',
    headers: {
      Accept: 'text/event-stream',
      'Content-Type': 'application/json',
      ...(key && { Authorization: `Bearer ${key}` }),
    },
  })
  outgoing.end(JSON.stringify({ query: chat, variables }))
  outgoing.on('error', () => undefined)
  const results = new Inbox<{ data?: unknown; errors?: { extensions: { code: string } }[] }>()
  let text = ''
  outgoing.on('response', (response) => {
    response.on('error', () => undefined)
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const events = (text + chunk).split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^event: next\ndata: (.*)$/m.exec(event)?.[1]
        if (data) results.put(JSON.parse(data))
      }
    })
  })
  return { results, [Symbol.dispose]: () => void outgoing.destroy() }
}

test('operators are told lines over WebSocket and as server-sent events, by id and by slug, rendered once', async () => {
  await using socket = await connectLive(wsUrl, operator)
  socket.subscribe('a', chat, { id: `${channelId}` })
  socket.subscribe('b', chat, { slug: 'Talkative' })
  using stream = await listen({ slug: 'talkative' }, operatorKey)
  await followers(3)
  expect(api.services.live.stats()).toMatchObject({ groups: 1, audiences: 1 })
  await say('one')
  await say('two', `emoji 🙂 \\ " '`)
  const messages = [
    await socket.inbox.next(),
    await socket.inbox.next(),
    await socket.inbox.next(),
    await socket.inbox.next(),
  ]
  for (const id of ['a', 'b'])
    expect(messages.filter((message) => message.id === id).map(({ payload }) => payload.data)).toEqual([
      expected('one'),
      expected('two', `emoji 🙂 \\ " '`),
    ])
  expect((await stream.results.next()).data).toEqual(expected('one'))
})

test('everybody else is FORBIDDEN, whatever the transport, and follows nothing', async () => {
  await followers(0)
  await using socket = await connectLive(wsUrl)
  socket.subscribe('a', chat, { id: `${channelId}` })
  expect(await socket.inbox.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] })
  using stream = await listen({ id: `${channelId}` })
  expect((await stream.results.next()).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  expect(api.services.live.stats().subscribers.chat).toBe(0)
})

test.each([
  [{}, 'Give exactly one of id and slug.'],
  [{ id: '1', slug: 'talkative' }, 'Give exactly one of id and slug.'],
  [{ id: '999999' }, 'id: there is no channel "999999".'],
  [{ slug: 'nobody' }, 'slug: nobody on kick was seen as "nobody".'],
  [{ slug: 'not a slug' }, 'slug must be 1 to 40 letters, digits, "_" or "-".'],
])('with %j the subscription is refused', async (variables, message) => {
  await using socket = await connectLive(wsUrl, operator)
  socket.subscribe('a', chat, variables)
  expect(await socket.inbox.next()).toMatchObject({
    type: 'error',
    payload: [{ message, extensions: { code: 'BAD_USER_INPUT' } }],
  })
})

test('a client that stops reading is ended with an error when it reads again, and the others miss nothing', async () => {
  await followers(0)
  await using slow = await connectLive(wsUrl, operator)
  await using healthy = await connectLive(wsUrl, operator)
  slow.subscribe('s', chat, { id: `${channelId}` })
  healthy.subscribe('h', chat, { id: `${channelId}` })
  await followers(2)
  slow.socket.pause()
  const text = 'x'.repeat(5_000)
  const count = 6_000
  for (let from = 0; from < count; from += 500) {
    const lines = Array.from({ length: 500 }, (_, n) => ({
      channelId,
      slug: 'talkative',
      line: chatLine({ at: 1, id: `${from + n}`, text }),
    }))
    await api.services.live.publishChat(lines)
    const told = await healthy.inbox.take(500)
    expect(told.map(({ payload }) => payload.data.chat.messageId)).toEqual(lines.map(({ line }) => line.messageId))
  }
  slow.socket.resume()
  for (let next = 0; ; next++) {
    const message = await slow.inbox.next()
    if (message.type === 'error') {
      expect(message.payload).toMatchObject([
        { message: expect.stringContaining('did not keep up'), extensions: { code: 'UNAVAILABLE' } },
      ])
      expect(next).toBeLessThan(count)
      break
    }
    expect(Number(message.payload.data.chat.messageId)).toBe(next)
  }
  await followers(1)
})
