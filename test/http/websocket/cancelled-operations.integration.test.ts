import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminKey } from '../../support/http/api.ts'
import { eventually } from '../../support/lib/eventually.ts'
import { goLive, insertTestChannels } from '../../support/live/live-changes.ts'
import { connectLive, type LiveClient, type Message } from '../../support/live/live-client.ts'
import { type LiveNode, startLiveNode } from '../../support/live/live-node.ts'
import { createTestDatabase, type TestDatabase } from '../../support/stores/postgres.ts'

let database: TestDatabase
let node: LiveNode
let channel: bigint

beforeAll(async () => {
  database = await createTestDatabase()
  channel = (await insertTestChannels(database.db, 1))[0]!.id
  node = await startLiveNode({ url: database.url })
})
afterAll(async () => {
  await node[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const authorization = `Bearer ${adminKey}`
const feeds = (): [string, string][] => [
  ['status', `subscription { channelStatus(ids: ["${channel}"]) { __typename } }`],
  ['status of everything', 'subscription { channelStatus { __typename } }'],
  ['viewers', `subscription { viewerCount(ids: ["${channel}"]) { viewers } }`],
  ['chat', `subscription { chat(id: "${channel}") { content } }`],
]
const names = ['status', 'status of everything', 'viewers', 'chat']
const queryOf = (name: string): string => new Map(feeds()).get(name)!

const everybodyGone = () =>
  eventually('every connection is closed', () => {
    const { websocket, sse } = node.connections.stats
    return websocket.open + sse.open === 0
  })

const nothingLeft = async (): Promise<void> => {
  await everybodyGone()
  // Whoever comes now is told after whatever was still on its way.
  await using last = await connectLive(node.wsUrl)
  last.subscribe('last', queryOf('status'))
  await last.data()
  expect(node.live.stats()).toMatchObject({ subscribers: { status: 1, viewers: 0, chat: 0 }, groups: 1, audiences: 1 })
}

/** Sends messages so that they arrive in one turn of the server's event loop. */
const sendAtOnce = ({ socket, send }: LiveClient, ...messages: Message[]): void => {
  // @ts-expect-error: the socket below is not in the types
  const below = socket._socket
  below.cork()
  for (const message of messages) send(message)
  below.uncork()
}

const subscribe = (id: string, query: string): Message => ({ id, type: 'subscribe', payload: { query } })
const complete = (id: string): Message => ({ id, type: 'complete' })

describe('an operation id that is used again at once', () => {
  test.each(names)('leaves no subscription to %s behind', async (name) => {
    for (let i = 0; i < 20; i++) {
      await using client = await connectLive(node.wsUrl, { authorization })
      sendAtOnce(client, subscribe('x', queryOf(name)), complete('x'), subscribe('x', queryOf(name)))
      client.socket.close()
      await client.closed
    }
    await nothingLeft()
  })

  test('is told what was asked last, and nothing of what was cancelled', async () => {
    await using client = await connectLive(node.wsUrl)
    sendAtOnce(
      client,
      subscribe('x', '{ first: __typename me { role } }'),
      complete('x'),
      subscribe('x', queryOf('viewers')),
      complete('x'),
      subscribe('x', '{ last: __typename }'),
    )
    const told = await client.inbox.take(2)
    expect(told).toMatchObject([{ id: 'x', type: 'next', payload: { data: { last: 'Query' } } }, complete('x')])
    client.subscribe('y', '{ me { role } }')
    expect(await client.inbox.next()).toMatchObject({ id: 'y', type: 'next' })
  })

  test('goes on where a subscription that was running is replaced by the same', async () => {
    await using client = await connectLive(node.wsUrl)
    client.subscribe('x', queryOf('status'))
    await client.data()
    sendAtOnce(client, complete('x'), subscribe('x', queryOf('status')))
    expect((await client.data()).data.channelStatus.__typename).toBe('StatusSnapshot')
    await goLive(database.db, [channel])
    expect((await client.data()).data.channelStatus.__typename).toBe('StatusChange')
    expect(node.live.stats().subscribers.status).toBe(1)
  })
})

/** Lets nobody read channels until it is given back. */
const holdChannels = async () => {
  const release = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const holding = database.db.transaction(async (tx) => {
    await tx.query({ name: 'hold_channels', text: 'LOCK TABLE dm.streamer_channel IN ACCESS EXCLUSIVE MODE' })
    held.resolve()
    await release.promise
  })
  await held.promise
  return async () => {
    release.resolve()
    await holding
  }
}

const waiting = {
  name: 'waiting',
  text: `SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
}
const isWaiting = (count: number) =>
  eventually('the operation waits for the database', async () => (await database.db.query(waiting)).length >= count)

describe('a client that leaves while its operation looks for its channels leaves nothing behind', () => {
  const whileHeld = async (leave: (query: string, begun: () => Promise<unknown>) => Promise<unknown>) => {
    const giveBack = await holdChannels()
    try {
      for (let i = 0; i < 3; i++) await leave(queryOf(i === 1 ? 'viewers' : 'status'), () => isWaiting(i + 1))
      await everybodyGone()
    } finally {
      await giveBack()
    }
    await nothingLeft()
  }

  test('by WebSocket', () =>
    whileHeld(async (query, begun) => {
      await using client = await connectLive(node.wsUrl)
      client.subscribe('x', query)
      await begun()
    }))

  test.each(['text/event-stream', '*/*'])('by a stream of events, accepting %s', (accept) =>
    whileHeld(async (query, begun) => {
      const headers = { Accept: accept, 'Content-Type': 'application/json' }
      const outgoing = request(node.url, { method: 'POST', headers }).on('error', () => undefined)
      outgoing.end(JSON.stringify({ query }))
      await begun()
      outgoing.destroy()
    }),
  )
})
