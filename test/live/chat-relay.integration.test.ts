import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatLostError } from '../../src/live/chat-feed.ts'
import { type ChatNotice, encodeChatNotice } from '../../src/live/chat-notice.ts'
import { eventually } from '../support/lib/eventually.ts'
import { startFaultProxy } from '../support/lib/fault-proxy.ts'
import { redisMissing, startRedisServer } from '../support/live/redis-server.ts'
import { relayLine, startRelayNode } from '../support/live/relay-node.ts'

const resources = new AsyncDisposableStack()
let redis: Awaited<ReturnType<typeof startRedisServer>>
beforeAll(async () => {
  if (redisMissing === null) redis = resources.use(await startRedisServer())
})
afterAll(() => resources.disposeAsync())

const through = (port: number): string => Object.assign(new URL(redis.url), { port: String(port) }).href

describe('over Redis', () => {
  /** Says visibly why it did not run. */
  const redisTest = (name: string, work: () => Promise<void>) =>
    test(name, async (context) => {
      if (redisMissing !== null) return context.skip(`skipped because ${redisMissing}`)
      await work()
    })

  redisTest('everything said on either of two nodes is told once on each, in the order of its node', async () => {
    await using a = startRelayNode({ url: redis.url })
    await using b = startRelayNode({ url: redis.url })
    await using elsewhere = startRelayNode({ url: redis.url, channel: 'another environment' })
    await Promise.all([a, b, elsewhere].map((node) => node.connected()))
    const count = 1_000
    const ids = { a: [] as string[], b: [] as string[] }
    for (let n = 0; n < count; n++) {
      a.say(relayLine(`a${n}`), relayLine(`other${n}`, undefined, 2n))
      b.say(relayLine(`b${n}`))
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
    await using a = startRelayNode({ url: redis.url })
    await using b = startRelayNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    const texts = ['', '🙂 \u0000 " \\ \r\n \u2028', 'lone \ud83d and \ude42', 'ﷺ'.repeat(500)]
    a.say(...texts.map((text, n) => relayLine(`${n}`, text)))
    await eventually('all is told', () => b.told().length >= texts.length)
    expect(b.contents()).toEqual(a.contents())
    expect(b.contents()[2]).toBe('lone \ufffd and \ufffd')
  })

  redisTest(
    'chat goes on after Redis was killed and started again, and each node tells its own meanwhile',
    async () => {
      await using a = startRelayNode({ url: redis.url })
      await using b = startRelayNode({ url: redis.url })
      for (let round = 0; round < 3; round++) {
        await Promise.all([a.connected(), b.connected()])
        const there = b.subscribe()
        a.say(relayLine(`before${round}`))
        await eventually('it is told over there', () => there.told().includes(`before${round}`))
        await redis.kill()
        a.say(relayLine(`meanwhile${round}`))
        await eventually('it is told here', () => a.told().includes(`meanwhile${round}`))
        await redis.start()
        await Promise.all([a.connected(), b.connected()])
        // Whichever of the two was connected first decides whether it came over.
        await eventually('it is told or missed over there', () => there.told().length === 2 || there.isEnded())
        const later = b.subscribe()
        a.say(relayLine(`after${round}`))
        await eventually('it is told over there', () => later.told().includes(`after${round}`))
        expect(later.isEnded()).toBe(false)
        if (there.isEnded()) expect(there.error()).toBe(chatLostError)
        else expect(there.told()).toEqual(['before', 'meanwhile', 'after'].map((name) => `${name}${round}`))
      }
    },
  )

  redisTest(
    'a notice that comes again is not told again, and one that never came ends who should have got it',
    async () => {
      await using a = startRelayNode({ url: redis.url })
      await a.connected()
      const here = a.subscribe()
      const client = createClient({ url: redis.url })
      await client.connect()
      const send = (node: string, number: number, state: ChatNotice['state'] = 'on') =>
        client.publish('chat', encodeChatNotice({ node, number, state, lines: [relayLine(`${node}${number}`)] }))
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
      expect([here, there].map(({ error }) => error())).toEqual([chatLostError, chatLostError])
      expect(a.relay.stats()).toMatchObject({ received: 8, missed: 1 })
      client.destroy()
    },
  )

  redisTest('of lines whose delivery was not confirmed none is told twice', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startRelayNode({ url: through(proxy.port), patienceMs: 500 })
    await using b = startRelayNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    for (let n = 0; n < 20; n++) {
      a.say(relayLine(`${n}`))
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
    await using a = startRelayNode({ url: through(proxy.port), capacity: 200, patienceMs: 200 })
    await using b = startRelayNode({ url: redis.url })
    await Promise.all([a.connected(), b.connected()])
    // Whoever does not know a node yet can not know what it missed of it.
    a.say(relayLine('hello'))
    await eventually('the other one is known', () => b.told().includes('hello'))
    await proxy.set('blackhole')
    a.say(relayLine('first'))
    await eventually('the silence is noticed', () => !a.relay.stats().connected)
    const ids = Array.from({ length: 5_000 }, (_, n) => `${n}`)
    for (const id of ids) a.say(relayLine(id))
    const { dropped } = a.relay.stats()
    expect(dropped).toBe(5_000 - 200)
    await eventually('all is told here', () => a.told().length === 5_002)
    await proxy.set('refuse')
    await proxy.set('pass')
    await eventually('what was dropped is told over there', () => b.isEnded())
    // A sign of life that was under way when the silence began keeps the first one waiting; then it is dropped with the rest.
    expect([['hello'], ['hello', 'first']]).toContainEqual(b.told())
    expect(b.error()).toEqual(chatLostError)
    const later = b.subscribe()
    a.say(relayLine('later'))
    await eventually('chat goes on', () => later.told().includes('later'))
    expect(ids.slice(-200)).toEqual(expect.arrayContaining(later.told().slice(0, -1)))
  })

  redisTest('what was said just before the end is still sent', async () => {
    await using b = startRelayNode({ url: redis.url })
    await b.connected()
    {
      await using a = startRelayNode({ url: redis.url })
      await a.connected()
      for (let n = 0; n < 500; n++) a.say(relayLine(`${n}`))
    }
    await eventually('it is told over there', () => b.told().length >= 500)
    expect(b.told()).toEqual(Array.from({ length: 500 }, (_, n) => `${n}`))
  })

  redisTest('a wrong password is an absent Redis', async () => {
    const url = Object.assign(new URL(redis.url), { password: 'wrong' }).href
    await using a = startRelayNode({ url })
    a.say(relayLine('one'))
    await eventually('it is told here', () => a.told().includes('one'))
    expect(a.relay.stats()).toMatchObject({ connected: false, sent: 0 })
  })
})

test('without Redis a node tells what it received, keeps a bounded rest, and ends at once', async () => {
  const capacity = 100
  const node = startRelayNode({ url: 'redis://127.0.0.1:1', capacity })
  for (let n = 0; n < 1_000; n++) node.say(relayLine(`${n}`))
  await eventually('it is told here', () => node.told().length === 1_000)
  expect(node.relay.stats()).toMatchObject({ connected: false, sent: 0, dropped: 1_000 - capacity })
  await node[Symbol.asyncDispose]()
})
