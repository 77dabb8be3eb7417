import { once } from 'node:events'
import net from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { adminKey } from '../../support/http/api.ts'
import { insertTestChannels } from '../../support/live/live-changes.ts'
import { connectLive, type LiveClient, openSocket } from '../../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

/** JSON that parses and that nobody can write again: writing takes a stack for each level. */
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

let database: TestDatabase
let node: LiveNode
let channelId: string
const printed: string[] = []
const write = process.stderr.write

beforeAll(async () => {
  process.stderr.write = ((text: string) => {
    printed.push(text)
    return true
  }) as typeof write
  database = await createTestDatabase()
  node = await startLiveNode({ url: database.url, allowedOrigins: ['https://panel.example'] })
  channelId = `${(await insertTestChannels(database.db, 1))[0]!.id}`
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  process.stderr.write = write
  expect(printed).toEqual([])
})

const init = { type: 'connection_init' }
const query = (id: string, text = '{ me { role } }') => ({ id, type: 'subscribe', payload: { query: text } })
const watch = (id: string) => query(id, `subscription { channelStatus(ids: ["${channelId}"]) { __typename } }`)

const closes: [string, number, (client: LiveClient) => void][] = [
  ['garbage', 4400, ({ socket }) => socket.send('garbage')],
  ['a binary message that is not JSON', 4400, ({ socket }) => socket.send(Buffer.from([1, 2, 3]))],
  ['a ping that no stack could answer', 4400, ({ socket }) => socket.send(`{"type":"ping","payload":{"a":${deep}}}`)],
  [
    'variables that are nested without end',
    4400,
    ({ socket }) =>
      socket.send(`{"id":"1","type":"subscribe","payload":{"query":"{ me { role } }","variables":{"a":${deep}}}}`),
  ],
  [
    'a greeting that is nested without end',
    4400,
    ({ socket }) => socket.send(`{"type":"connection_init","payload":{"a":${deep}}}`),
  ],
  ['an unknown type', 4400, ({ send }) => send({ type: 'hello' })],
  ['a type that only servers send', 4400, ({ send }) => send({ type: 'connection_ack' })],
  ['subscribe before init', 4401, ({ send }) => send(query('1'))],
  [
    'two inits',
    4429,
    ({ send }) => {
      send(init)
      send(init)
    },
  ],
]
test.each(closes)('%s closes the socket with %i', async (_, code, act) => {
  await using client = await openSocket(node.wsUrl)
  act(client)
  expect((await client.closed).code).toBe(code)
})

test('no init in time closes the socket with 4408', async () => {
  await using hasty = await startLiveNode({ url: database.url, limits: { initMs: 100 } })
  await using client = await openSocket(hasty.wsUrl)
  expect((await client.closed).code).toBe(4408)
})

const closesLater: [string, number, (client: LiveClient) => void][] = [
  [
    'an id that is in use',
    4409,
    ({ send }) => {
      send(watch('1'))
      send(watch('1'))
    },
  ],
  ['an empty id', 4400, ({ send }) => send(query(''))],
  ['an id of 129 characters', 4400, ({ send }) => send(query('x'.repeat(129)))],
  ['an id of 10 KB', 4400, ({ send }) => send(query('x'.repeat(10_000)))],
  [
    'the end of an operation with an id of 10 KB',
    4400,
    ({ send }) => send({ type: 'complete', id: 'é'.repeat(5_000) }),
  ],
  [
    'an id of 128 characters of four bytes that is in use',
    4409,
    ({ send }) => {
      send(watch('😀'.repeat(64)))
      send(watch('😀'.repeat(64)))
    },
  ],
  ['a missing payload', 4400, ({ send }) => send({ id: '1', type: 'subscribe' })],
  ['a message of 64 KiB and a byte', 1009, ({ socket }) => socket.send('x'.repeat(64 * 1024 + 1))],
  ['a message of 10 MB', 1009, ({ socket }) => socket.send('x'.repeat(10_000_000))],
  [
    'a message in very many frames of one byte',
    1008,
    ({ socket }) => {
      for (let i = 0; i <= 64 * 1024; i++) socket.send('x', { fin: false })
    },
  ],
  ['text that is not UTF-8', 1007, ({ socket }) => socket.send(Buffer.from([0xc3, 0x28]), { binary: false })],
]
test.each(closesLater)('after init, %s closes the socket with %i', async (_, code, act) => {
  await using client = await connectLive(node.wsUrl)
  act(client)
  expect((await client.closed).code).toBe(code)
})

const errors: [string, string, string][] = [
  ['a syntax error', '{', 'GRAPHQL_PARSE_FAILED'],
  ['an empty document', '', 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ['a document without an operation', 'fragment F on Query { me { role } }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a variable of the wrong type',
    'query ($id: Int!) { me { role } node(id: $id) { id } }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
]
test.each(errors)('%s is answered by an error message, and the socket stays', async (_, text, code) => {
  await using client = await connectLive(node.wsUrl)
  client.send(query('1', text))
  const { type, id, payload } = await client.inbox.next()
  expect([type, id]).toEqual(['error', '1'])
  expect(payload[0].extensions).toEqual({ code, cost: { requested: 0, maximum: 500_000 } })
  client.send(query('1'))
  expect(await client.data()).toMatchObject({ data: { me: { role: 'PUBLIC' } } })
})

test('a ping is answered before and after init', async () => {
  await using client = await openSocket(node.wsUrl)
  client.send({ type: 'ping', payload: { n: 1 } })
  expect(await client.inbox.next()).toEqual({ type: 'pong', payload: { n: 1 } })
  client.send(init)
  expect((await client.inbox.next()).type).toBe('connection_ack')
  client.send({ type: 'ping' })
  expect(await client.inbox.next()).toEqual({ type: 'pong' })
})

test('a socket has at most 50 operations at a time; one more is an error, and an ended one makes room', async () => {
  await using client = await connectLive(node.wsUrl)
  for (let i = 0; i < 51; i++) client.send(watch(`${i}`))
  const messages = await client.inbox.take(51)
  const [refused] = messages.filter(({ type }) => type === 'error')
  expect(messages.filter(({ type }) => type === 'next')).toHaveLength(50)
  expect(refused!.payload[0]).toMatchObject({
    message: 'One connection may have at most 50 operations at a time.',
    extensions: { code: 'RATE_LIMITED' },
  })
  client.send({ id: '3', type: 'complete' })
  client.send(watch('again'))
  expect(await client.inbox.next()).toMatchObject({ id: 'again', type: 'next' })
})

test('a client that sends more than a hundred messages at once is closed with 1008', async () => {
  await using client = await connectLive(node.wsUrl)
  for (let i = 0; i < 200; i++) client.send({ type: 'pong' })
  expect(await client.closed).toEqual({ code: 1008, reason: 'At most 100 messages in ten seconds are allowed.' })
})

test('an operation id of whatever characters is told as it came', async () => {
  await using client = await connectLive(node.wsUrl)
  const id = '"\\\u2028é€😀'
  client.send(watch(id))
  expect(await client.inbox.next()).toMatchObject({ id, type: 'next' })
})

test('credentials decide the role, and wrong ones close the socket with 4401', async () => {
  await using admin = await connectLive(node.wsUrl, { authorization: `Bearer ${adminKey}` })
  admin.send(query('1'))
  expect(await admin.data()).toMatchObject({ data: { me: { role: 'ADMIN' } } })
  for (const name of ['Authorization', 'AUTHORIZATION']) {
    await using same = await connectLive(node.wsUrl, { [name]: `Bearer ${adminKey}` })
    same.send(query('1'))
    expect(await same.data()).toMatchObject({ data: { me: { role: 'ADMIN' } } })
  }
  for (const payload of [
    { Authorization: 'Bearer wrong' },
    { authorization: `Bearer ${adminKey}`, Authorization: 'Bearer other' },
    { authorization: null, Authorization: 7 },
  ]) {
    await using client = await openSocket(node.wsUrl)
    client.send({ ...init, payload })
    expect((await client.closed).code).toBe(4401)
  }
  for (const authorization of ['Bearer wrong', 'Basic x', '', 7, {}]) {
    await using client = await openSocket(node.wsUrl)
    client.send({ ...init, payload: { authorization } })
    const { code, reason } = await client.closed
    expect([code, reason]).toEqual([4401, expect.stringContaining('The key is not valid')])
    expect(client.inbox.all).toEqual([])
  }
  await using closedNode = await startLiveNode({ url: database.url, publicAccess: 'none' })
  await using anyone = await openSocket(closedNode.wsUrl)
  anyone.send(init)
  expect((await anyone.closed).code).toBe(4401)
})

/** Status of the answer to an upgrade that is refused. */
const refusal = async (url: string, options: { protocol?: string; origin?: string } = {}): Promise<number> => {
  const socket = new WebSocket(url, options.protocol ?? 'graphql-transport-ws', { origin: options.origin })
  socket.on('error', () => undefined)
  const [, response] = await once(socket, 'unexpected-response')
  response.resume()
  return response.statusCode
}

test('pages of foreign origins are refused at the upgrade; its own, listed ones and programs are not', async () => {
  expect(await refusal(node.wsUrl, { origin: 'https://evil.example' })).toBe(403)
  expect(await refusal(node.wsUrl, { origin: 'null' })).toBe(403)
  expect(await refusal(node.wsUrl, { origin: `http://127.0.0.1:${node.port + 1}` })).toBe(403)
  for (const origin of [`http://127.0.0.1:${node.port}`, 'https://panel.example', undefined]) {
    await using client = await openSocket(node.wsUrl, { origin })
    expect(client.socket.readyState).toBe(WebSocket.OPEN)
  }
})

test('other paths and other subprotocols are refused', async () => {
  expect(await refusal(node.wsUrl.replace('/graphql', '/graph'))).toBe(404)
  await using none = await openSocket(node.wsUrl, { protocol: '' })
  expect((await none.closed).code).toBe(4406)
  const legacy = new WebSocket(node.wsUrl, 'graphql-ws')
  legacy.on('error', () => undefined)
  expect(await new Promise((resolve) => legacy.once('close', resolve))).toBe(1006)
})

test('an address may have only so many sockets; one that leaves makes room', async () => {
  await using small = await startLiveNode({ url: database.url, limits: { perLoopback: 2 } })
  await using one = await openSocket(small.wsUrl)
  await using two = await openSocket(small.wsUrl)
  expect(await refusal(small.wsUrl)).toBe(429)
  one.socket.close()
  await one.closed
  await using three = await openSocket(small.wsUrl)
  expect([two, three].map(({ socket }) => socket.readyState)).toEqual([WebSocket.OPEN, WebSocket.OPEN])
})

const frames: [string, number[]][] = [
  ['an unmasked frame', [0x81, 0x01, 0x61]],
  ['a continuation without a start', [0x80, 0x80, 0, 0, 0, 0]],
  ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0]],
  ['a ping of 126 bytes', [0x89, 0xfe, 0, 126, 0, 0, 0, 0]],
  ['a close frame of one byte', [0x88, 0x81, 0, 0, 0, 0, 0x03]],
  ['close code 999', [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe7]],
]
test.each(frames)('%s closes the socket with 1002', async (_, bytes) => {
  const socket = net.connect(node.port, '127.0.0.1')
  socket.write(
    `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
  )
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
  })
  await once(socket, 'data')
  socket.write(Buffer.from(bytes))
  await once(socket, 'close')
  const frame = received.subarray(received.indexOf('\r\n\r\n') + 4)
  expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 1002])
})

test('a client whose pongs do not answer what it was asked is taken for gone', async () => {
  await using strict = await startLiveNode({ url: database.url, limits: { pingMs: 20, initMs: 60_000 } })
  await using honest = await openSocket(strict.wsUrl)
  const liar = new WebSocket(strict.wsUrl, 'graphql-transport-ws', { autoPong: false })
  liar.on('ping', () => liar.pong(Buffer.from('yes!')))
  expect((await once(liar, 'close'))[0]).toBe(1006)
  expect(honest.socket.readyState).toBe(WebSocket.OPEN)
})

test('stopping says goodbye with 1001 to everyone and leaves nothing open', async () => {
  const stopping = await startLiveNode({ url: database.url })
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectLive(stopping.wsUrl)))
  for (const client of clients) client.send(watch('1'))
  for (const client of clients) await client.data()
  await stopping[Symbol.asyncDispose]()
  expect(stopping.connections.stats.websocket.open).toBe(0)
  expect(stopping.live.stats().subscribers.status).toBe(0)
  for (const client of clients) expect((await client.closed).code).toBe(1001)
})

test('after clients are gone, whatever they were doing, no subscription and no listener is left', async () => {
  const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  for (let i = 0; i < 30; i++) {
    await using client = await connectLive(node.wsUrl)
    client.send(watch('1'))
    client.send(watch('2'))
    if (i % 3 === 0) await client.data()
    if (i % 3 === 1) client.send({ id: '1', type: 'complete' })
  }
  while (node.connections.stats.websocket.open > 0) await new Promise((resolve) => setImmediate(resolve))
  expect(node.live.stats()).toMatchObject({ subscribers: { status: 0, viewers: 0 }, groups: 0, audiences: 0 })
  while (process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length > before)
    await new Promise((resolve) => setImmediate(resolve))
})
