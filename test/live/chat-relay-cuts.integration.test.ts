import { createClient } from '@redis/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatLostError } from '../../src/live/chat-feed.ts'
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

type FaultProxy = Awaited<ReturnType<typeof startFaultProxy>>

const through = (port: number): string => Object.assign(new URL(redis.url), { port: String(port) }).href

describe('when the way to Redis is cut', () => {
  /** Says visibly why it did not run. */
  const redisTest = (name: string, work: () => Promise<void>) =>
    test(name, async (context) => {
      if (redisMissing !== null) return context.skip(`skipped because ${redisMissing}`)
      await work()
    })

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
        await using a = startRelayNode({ url: redis.url })
        await using b = startRelayNode({ url: through(proxy.port) })
        await Promise.all([a.connected(), b.connected()])
        let said = 0
        const ids: string[] = []
        for (let round = 0; round < 10; round++) {
          const there = b.subscribe()
          const from = said
          for (let n = 0; n < 300; n++) {
            if (n === 100) await cut(proxy)
            ids.push(`${said}`)
            a.say(relayLine(`${said++}`))
            if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
          }
          await proxy.set('pass')
          await eventually('it is connected again', () => a.relay.stats().connected && b.relay.stats().connected)
          a.say(relayLine(`${said}`))
          ids.push(`${said++}`)
          await eventually(
            'all is told, or that it is not',
            () => there.isEnded() || there.told().includes(`${said - 1}`),
          )
          const told = there.told()
          // Lines of the round before may still have been on their way.
          const first = Math.min(from, Number(told[0] ?? from))
          expect(told).toEqual(ids.slice(first, first + told.length))
          if (there.isEnded()) expect(there.error()).toBe(chatLostError)
          else expect(told.at(-1)).toBe(ids.at(-1))
        }
      },
    )

  redisTest('a cut in which nobody said anything ends nobody', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startRelayNode({ url: redis.url })
    await using b = startRelayNode({ url: through(proxy.port) })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    a.say(relayLine('before'))
    await eventually('it is told', () => there.told().includes('before'))
    await proxy.set('reset')
    await eventually('the cut is noticed', () => !b.relay.stats().connected)
    await proxy.set('pass')
    await b.connected()
    a.say(relayLine('after'))
    await eventually('it is told', () => there.told().includes('after'))
    expect([there.told(), there.isEnded()]).toEqual([['before', 'after'], false])
  })

  redisTest('of a cut after which nothing more is said, what was missed is told all the same', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startRelayNode({ url: redis.url, patienceMs: 500 })
    await using b = startRelayNode({ url: through(proxy.port), patienceMs: 60_000 })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    await proxy.set('reset')
    await eventually('the cut is noticed', () => !b.relay.stats().connected)
    await proxy.set('refuse')
    a.say(relayLine('missed'))
    await eventually('it is sent', () => a.relay.stats().sent === 1)
    await proxy.set('pass')
    await eventually('it is told that something is missing', () => there.isEnded())
    expect([there.told(), there.error()]).toEqual([[], chatLostError])
  })

  redisTest('a node that falls silent without a word ends those who may have missed it', async () => {
    await using proxy = await startFaultProxy({ host: '127.0.0.1', port: redis.port })
    await using a = startRelayNode({ url: through(proxy.port) })
    await using b = startRelayNode({ url: redis.url, patienceMs: 1_000 })
    await Promise.all([a.connected(), b.connected()])
    const there = b.subscribe()
    a.say(relayLine('heard'))
    await eventually('it is told', () => there.told().includes('heard'))
    await proxy.set('blackhole')
    a.say(relayLine('lost'))
    await eventually('it is told that something may be missing', () => there.isEnded())
    expect([there.told(), there.error()]).toEqual([['heard'], chatLostError])
  })
})
