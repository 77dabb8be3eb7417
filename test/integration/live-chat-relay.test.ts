import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '../../src/lib/log.ts'
import { chatCut, type ToldLine } from '../../src/live/chat-feed.ts'
import { type ChatNotice, encodeChatNotice } from '../../src/live/chat-notice.ts'
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
  /** Another subscriber. */
  const subscribe = () => {
    const sink = new ModelSink()
    sink.subscription = hub.subscribe({ feed: 'chat', interest: interestIn([1n]) }, plainShape(), sink, sink.signal)
    const told = () => sink.messages.flatMap((message) => (message.kind === 'ChatMessage' ? [message] : []))
    return {
      told: () => told().map(({ messageId }) => messageId),
      contents: () => told().map(({ content }) => content),
      isEnded: () => sink.ended,
      error: () => sink.error,
    }
  }
  const relay = startChatRelay({
    ...options,
    channel: async () => channel,
    tell: (lines) => hub.publishChat(lines),
    missed: (instant) => hub.endChat(chatCut, instant),
    log: silentLog,
  })
  return {
    ...subscribe(),
    subscribe,
    relay,
    say: (...lines: ToldLine[]) => {
      void hub.publishChat(lines)
      relay.publish(lines)
    },
    connected: () => eventually('the relay is connected', () => relay.stats().connected),
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
    },
  }
}

type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>

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
        const there = b.subscribe()
        a.say(line(`before${round}`))
        await eventually('it is told over there', () => there.told().includes(`before${round}`))
        await redis.kill()
        a.say(line(`meanwhile${round}`))
        await eventually('it is told here', () => a.told().includes(`meanwhile${round}`))
        await redis.start()
        await Promise.all([a.connected(), b.connected()])
        // Whichever of the two was connected first decides whether it came over.
        await eventually('it is told or missed over there', () => there.told().length === 2 || there.isEnded())
        const later = b.subscribe()
        a.say(line(`after${round}`))
        await eventually('it is told over there', () => later.told().includes(`after${round}`))
        expect(later.isEnded()).toBe(false)
        if (there.isEnded()) expect(there.error()).toBe(chatCut)
        else expect(there.told()).toEqual(['before', 'meanwhile', 'after'].map((name) => `${name}${round}`))
      }
    },
  )

  redisTest(
    'a notice that comes again is not told again, and one that never came ends who should have got it',
    async () => {
      await using a = startNode({ url: redis.url })
      await a.connected()
      const here = a.subscribe()
      const client = createClient({ url: redis.url })
      await client.connect()
      const send = (node: string, number: number, state: ChatNotice['state'] = 'on') =>
        client.publish('chat', encodeChatNotice({ node, number, state, lines: [line(`${node}${number}`)] }))
      for (const number of [5, 6, 6, 5, 7]) await send('x', number)
      for (const number of [1, 1, 2]) await send('y', number)
      await client.publish('chat', 'nonsense')
      await send('z', 1)
      await eventually('the last is told', () => here.told().includes('z1'))
      // Of those who were there before the connection, some have come while x was heard already.
      expect(a.isEnded()).toBe(true)
      expect(here.told()).toEqual(['x5', 'x6', 'x7', 'y1', 'y2', 'z1'])
      expect(here.isEnded()).toBe(false)
      expect(a.relay.stats()).toMatchObject({ received: 6, missed: 0 })
      await send('x', 9)
      await eventually('the hole is told', () => here.isEnded())
      const there = a.subscribe()
      await send('y', 3, 'lost')
      await eventually('what a node gave up is told', () => there.isEnded())
      expect([here, there].map(({ error }) => error())).toEqual([chatCut, chatCut])
      expect(a.relay.stats()).toMatchObject({ received: 8, missed: 1 })
      client.destroy()
    },
  )

  for (const [name, cut] of Object.entries({
    'its machine': async (proxy: FaultProxy) => proxy.set('reset'),
    'Redis, as one that is too slow': async () => {
      const admin = createClient({ url: redis.url })
      await admin.connect()
      await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
      admin.destroy()
    },
  }))
    redisTest(
      `a subscriber of a node whose connection is cut by ${name} is told everything or that something is missing`,
      async () => {
        await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
        await using a = startNode({ url: redis.url })
        await using b = startNode({ url: through(proxy.port) })
        await Promise.all([a.connected(), b.connected()])
        let said = 0
        const ids: string[] = []
        for (let round = 0; round < 10; round++) {
          const there = b.subscribe()
          const from = said
          for (let n = 0; n < 300; n++) {
            if (n === 100) await cut(proxy)
            ids.push(`${said}`)
            a.say(line(`${said++}`))
            if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
          }
          await proxy.set('pass')
          await eventually('it is connected again', () => a.relay.stats().connected && b.relay.stats().connected)
          a.say(line(`${said}`))
          ids.push(`${said++}`)
          await eventually(
            'all is told, or that it is not',
            () => there.isEnded() || there.told().includes(`${said - 1}`),
          )
          const told = there.told()
          // Lines of the round before may still have been on their way.
          const first = Math.min(from, Number(told[0] ?? from))
          expect(told).toEqual(ids.slice(first, first + told.length))
          if (there.isEnded()) expect(there.error()).toBe(chatCut)
          else expect(told.at(-1)).toBe(ids.at(-1))
        }
      },
    )

  redisTest('a cut in which nobody said anything ends nobody', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startNode({ url: redis.url })
    await using b = startNode({ url: through(proxy.port) })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    a.say(line('before'))
    await eventually('it is told', () => there.told().includes('before'))
    await proxy.set('reset')
    await eventually('the cut is noticed', () => !b.relay.stats().connected)
    await proxy.set('pass')
    await b.connected()
    a.say(line('after'))
    await eventually('it is told', () => there.told().includes('after'))
    expect([there.told(), there.isEnded()]).toEqual([['before', 'after'], false])
  })

  redisTest('of a cut after which nothing more is said, what was missed is told all the same', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startNode({ url: redis.url, patienceMs: 500 })
    await using b = startNode({ url: through(proxy.port), patienceMs: 60_000 })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    await proxy.set('reset')
    await eventually('the cut is noticed', () => !b.relay.stats().connected)
    await proxy.set('refuse')
    a.say(line('missed'))
    await eventually('it is sent', () => a.relay.stats().sent === 1)
    await proxy.set('pass')
    await eventually('it is told that something is missing', () => there.isEnded())
    expect([there.told(), there.error()]).toEqual([[], chatCut])
  })

  redisTest('a node that falls silent without a word ends those who may have missed it', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startNode({ url: through(proxy.port) })
    await using b = startNode({ url: redis.url, patienceMs: 1_000 })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    a.say(line('heard'))
    await eventually('it is told', () => there.told().includes('heard'))
    await proxy.set('blackhole')
    a.say(line('lost'))
    await eventually('it is told that something may be missing', () => there.isEnded())
    expect([there.told(), there.error()]).toEqual([['heard'], chatCut])
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
    await eventually('what was dropped is told over there', () => b.isEnded())
    expect([b.told(), b.error()]).toEqual([['first'], chatCut])
    const later = b.subscribe()
    a.say(line('later'))
    await eventually('chat goes on', () => later.told().includes('later'))
    expect(ids.slice(-200)).toEqual(expect.arrayContaining(later.told().slice(0, -1)))
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
