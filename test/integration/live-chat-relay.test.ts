import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import type { ToldLine } from '../../src/live/chat-feed.ts'
import { encodeChatNotice } from '../../src/live/chat-notice.ts'
import { startChatRelay } from '../../src/live/chat-relay.ts'
import { interestIn } from '../../src/live/interest.ts'
import { chatLine } from '../support/chat-rows.ts'
import { eventually } from '../support/eventually.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { LiveModel, ModelSink, plainShape } from '../support/live-model.ts'
import { redisMissing, startRedisServer } from '../support/redis-server.ts'

const resources = new AsyncDisposableStack()
let redis: Awaited<ReturnType<typeof startRedisServer>>
beforeAll(async () => {
  if (redisMissing === null) redis = resources.use(await startRedisServer())
})
afterAll(() => resources.disposeAsync())

type NodeOptions = { url: string; channel?: string; capacity?: number; patienceMs?: number }

/** A node as the program wires it: a hub with one subscriber to the chat of channel 1, and a relay. */
const startNode = ({ channel = 'chat', ...options }: NodeOptions) => {
  const { hub } = new LiveModel(3)
  const sink = new ModelSink()
  sink.subscription = hub.subscribe({ feed: 'chat', interest: interestIn([1n]) }, plainShape(), sink, sink.signal)
  const relay = startChatRelay({
    ...options,
    channel: async () => channel,
    tell: (lines) => hub.publishChat(lines),
    log: silentLog,
  })
  return {
    relay,
    say: (...lines: ToldLine[]) => {
      void hub.publishChat(lines)
      relay.publish(lines)
    },
    told: () => sink.messages.flatMap((message) => (message.kind === 'ChatMessage' ? [message.messageId] : [])),
    contents: () => sink.messages.flatMap((message) => (message.kind === 'ChatMessage' ? [message.content] : [])),
    connected: () => eventually('the relay is connected', () => relay.stats().connected),
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
    },
  }
}

const line = (id: string, text?: string, channelId = 1n): ToldLine => ({
  channelId,
  slug: `c${channelId}`,
  line: chatLine({ at: 1_000, id, text }),
})

const through = (port: number): string => Object.assign(new URL(redis.url), { port: String(port) }).href

describe('over Redis', () => {
  /** Says visibly why it did not run. */
  const redisTest = (name: string, work: () => Promise<void>) =>
    test(name, async (context) => {
      if (redisMissing !== null) return context.skip(`skipped because ${redisMissing}`)
      await work()
    })

  redisTest('everything said on either of two nodes is told once on each, in the order of its node', async () => {
    await using a = startNode({ url: redis.url })
    await using b = startNode({ url: redis.url })
    await using elsewhere = startNode({ url: redis.url, channel: 'another environment' })
    await Promise.all([a, b, elsewhere].map((node) => node.connected()))
    const count = 1_000
    const ids = { a: [] as string[], b: [] as string[] }
    for (let n = 0; n < count; n++) {
      a.say(line(`a${n}`), line(`other${n}`, undefined, 2n))
      b.say(line(`b${n}`))
      ids.a.push(`a${n}`)
      ids.b.push(`b${n}`)
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    for (const node of [a, b]) {
      await eventually('all is told', () => node.told().length >= 2 * count)
      expect(node.told().filter((id) => id.startsWith('a'))).toEqual(ids.a)
      expect(node.told().filter((id) => id.startsWith('b'))).toEqual(ids.b)
      expect(node.told()).toHaveLength(2 * count)
      expect(node.relay.stats()).toMatchObject({ dropped: 0, missed: 0 })
    }
    expect(elsewhere.told()).toEqual([])
  })

  redisTest('text arrives as it was said', async () => {
    await using a = startNode({ url: redis.url })
    await using b = startNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    const texts = ['', '🙂 \u0000 " \\ \r\n \u2028', 'lone \ud83d and \ude42', 'ﷺ'.repeat(500)]
    a.say(...texts.map((text, n) => line(`${n}`, text)))
    await eventually('all is told', () => b.told().length >= texts.length)
    expect(b.contents()).toEqual(a.contents())
    expect(b.contents()[2]).toBe('lone \ufffd and \ufffd')
  })

  redisTest(
    'chat goes on after Redis was killed and started again, and each node tells its own meanwhile',
    async () => {
      await using a = startNode({ url: redis.url })
      await using b = startNode({ url: redis.url })
      for (let round = 0; round < 3; round++) {
        await Promise.all([a.connected(), b.connected()])
        a.say(line(`before${round}`))
        await eventually('it is told over there', () => b.told().includes(`before${round}`))
        await redis.kill()
        a.say(line(`meanwhile${round}`))
        await eventually('it is told here', () => a.told().includes(`meanwhile${round}`))
        await redis.start()
        await Promise.all([a.connected(), b.connected()])
        a.say(line(`after${round}`))
        await eventually('it is told over there', () => b.told().includes(`after${round}`))
      }
      expect(new Set(b.told()).size, 'nothing twice').toBe(b.told().length)
      const order = a.told()
      expect(b.told()).toEqual(order.filter((id) => b.told().includes(id)))
    },
  )

  redisTest('a notice that comes again is not told again, and one that never came is counted', async () => {
    await using a = startNode({ url: redis.url })
    await a.connected()
    const client = createClient({ url: redis.url })
    await client.connect()
    const send = (node: string, number: number) =>
      client.publish('chat', encodeChatNotice({ node, number, lines: [line(`${node}${number}`)] }))
    for (const number of [5, 6, 6, 5, 9]) await send('x', number)
    for (const number of [1, 1, 2]) await send('y', number)
    await client.publish('chat', 'nonsense')
    await send('z', 1)
    client.destroy()
    await eventually('the last is told', () => a.told().includes('z1'))
    expect(a.told()).toEqual(['x5', 'x6', 'x9', 'y1', 'y2', 'z1'])
    expect(a.relay.stats()).toMatchObject({ received: 6, missed: 2 })
  })

  redisTest('of lines whose delivery was not confirmed none is told twice', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startNode({ url: through(proxy.port), patienceMs: 500 })
    await using b = startNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    for (let n = 0; n < 20; n++) {
      a.say(line(`${n}`))
      // The line is there, its confirmation is not.
      const told = eventually('it is told over there', () => b.told().includes(`${n}`))
      if (n % 5 === 4) await proxy.set('reset')
      await proxy.set('pass')
      await told
    }
    expect(b.told()).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`))
  })

  redisTest('a Redis that falls silent is left, what waits for it is bounded, and the newest arrives', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startNode({ url: through(proxy.port), capacity: 200, patienceMs: 200 })
    await using b = startNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    await proxy.set('blackhole')
    a.say(line('first'))
    await eventually('the silence is noticed', () => !a.relay.stats().connected)
    const ids = Array.from({ length: 5_000 }, (_, n) => `${n}`)
    for (const id of ids) a.say(line(id))
    const { dropped } = a.relay.stats()
    expect(dropped).toBe(5_000 - 200)
    await eventually('all is told here', () => a.told().length === 5_001)
    await proxy.set('refuse')
    await proxy.set('pass')
    await eventually('the newest is told over there', () => b.told().includes('4999'))
    expect(b.told()).toEqual(['first', ...ids.slice(-200)])
  })

  redisTest('what was said just before the end is still sent', async () => {
    await using b = startNode({ url: redis.url })
    await b.connected()
    {
      await using a = startNode({ url: redis.url })
      await a.connected()
      for (let n = 0; n < 500; n++) a.say(line(`${n}`))
    }
    await eventually('it is told over there', () => b.told().length >= 500)
    expect(b.told()).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`))
  })

  redisTest('a wrong password is an absent Redis', async () => {
    const url = Object.assign(new URL(redis.url), { password: 'wrong' }).href
    await using a = startNode({ url })
    a.say(line('one'))
    await eventually('it is told here', () => a.told().includes('one'))
    expect(a.relay.stats()).toMatchObject({ connected: false, sent: 0 })
  })
})

test('without Redis a node tells what it received, keeps a bounded rest, and ends at once', async () => {
  const capacity = 100
  const node = startNode({ url: 'redis://127.0.0.1:1', capacity })
  for (let n = 0; n < 1_000; n++) node.say(line(`${n}`))
  await eventually('it is told here', () => node.told().length === 1_000)
  expect(node.relay.stats()).toMatchObject({ connected: false, sent: 0, dropped: 1_000 - capacity })
  await node[Symbol.asyncDispose]()
})
