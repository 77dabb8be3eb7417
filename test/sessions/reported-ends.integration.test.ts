import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '../../src/webhooks/delivery.ts'
import {
  kick,
  startTelling,
  startToldChannel,
  type TellingPlatform,
  twitch,
} from '../support/platforms/told-channel.ts'
import { createTestDatabase, type TestDatabase } from '../support/stores/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const platforms = [kick, twitch]

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, place) => permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]))

type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof startTelling>>['channel']>>

/** Delivers the same in each order, each on a channel of its own, by turns in one batch and one by one. */
const inEveryOrder = async (
  platform: TellingPlatform,
  make: readonly ((channel: Channel) => Delivery)[],
  check: (channel: Channel, order: string) => Promise<void>,
): Promise<void> => {
  await using telling = await startTelling(database.db, platform)
  for (const [turn, order] of permutations([...make.keys()]).entries()) {
    const channel = await telling.channel()
    const deliveries = make.map((one) => one(channel))
    const ordered = order.map((place) => deliveries[place]!)
    if (turn % 2 === 0) await channel.deliver(...ordered)
    else for (const one of ordered) await channel.deliver(one)
    await check(channel, `order ${order}`)
  }
}

describe('Twitch tells a stream on, off and on again with one id', () => {
  const blip: ((channel: Channel) => Delivery)[] = [
    (channel) => channel.start('s', 0, 2),
    (channel) => channel.end(0, 30),
    (channel) => channel.start('s', 0, 80),
  ]

  test('and its list shows it for a minute: it is on, in one session, whatever came first', async () => {
    await inEveryOrder(twitch, blip, async (channel, order) => {
      for (const second of [85, 115, 140]) await channel.poll(second, ['s', 0])
      expect(await channel.state(), order).toMatchObject({ status: 'online', sessions: [[0, null, null]] })
    })
  })

  test('and its list has not caught up: it is on all the same, and the next end ends it', async () => {
    await inEveryOrder(twitch, [...blip, (channel) => channel.end(0, 200)], async (channel, order) => {
      await channel.poll(90)
      expect(await channel.state(), order).toMatchObject({ status: 'offline', sessions: [[0, 200, 'webhook']] })
    })
  })
})

test('an end that comes before the start of its stream ends it', async () => {
  for (const platform of platforms)
    await inEveryOrder(
      platform,
      [(channel) => channel.start('s', 0, 2), (channel) => channel.end(0, 30)],
      async (channel, order) =>
        expect(await channel.state(), order).toEqual({
          status: 'offline',
          sessions: [[0, 30, 'webhook']],
          events: ['stream_start', 'stream_end'],
        }),
    )
})

test('an end that names an older stream ends that one, although it is told when the next is on', async () => {
  await inEveryOrder(
    twitch,
    [
      (channel) => channel.start('s1', 0, 2),
      (channel) => channel.start('s2', 300, 302),
      (channel) => channel.end(0, 310, { id: 's1' }),
    ],
    async (channel, order) =>
      expect(await channel.state(), order).toMatchObject({
        status: 'online',
        sessions: [
          [0, 300, 'webhook'],
          [300, null, null],
        ],
      }),
  )
})

test('an end that names nothing is of the stream that was on at its instant, also when that is learned of later', async () => {
  await inEveryOrder(
    twitch,
    [
      (channel) => channel.start('s1', 0, 2),
      (channel) => channel.end(0, 250),
      (channel) => channel.start('s2', 300, 302),
      (channel) => channel.end(300, 500),
    ],
    async (channel, order) =>
      expect(await channel.state(), order).toMatchObject({
        status: 'offline',
        sessions: [
          [0, 250, 'webhook'],
          [300, 500, 'webhook'],
        ],
      }),
  )
})

describe.each(platforms)('$name: a list against what was told', (platform) => {
  test('that still shows a stream minutes after its end does not reopen it; five minutes after it does, in one session', async () => {
    await using channel = await startToldChannel(database.db, platform)
    await channel.deliver(channel.start('s', 0, 2), channel.end(0, 600))
    for (const second of [603, 620, 700, 899]) await channel.poll(second, ['s', 0])
    expect(await channel.state()).toMatchObject({ status: 'offline', sessions: [[0, 600, 'webhook']] })
    await channel.poll(900, ['s', 0])
    expect(await channel.state()).toEqual({
      status: 'online',
      sessions: [[0, null, null]],
      events: ['stream_start', 'stream_end', 'stream_start'],
    })
  })

  test('that leaves out for two minutes a stream that was told to be on does not end it', async () => {
    await using channel = await startToldChannel(database.db, platform)
    await channel.deliver(channel.start('s', 0, 2))
    for (const second of [60, 120, 180]) await channel.poll(second, ['s', 0])
    for (const second of [240, 270, 300, 330]) await channel.poll(second)
    const on = { status: 'online', sessions: [[0, null, null]], events: ['stream_start'] }
    expect(await channel.state()).toEqual(on)
    await channel.poll(360, ['s', 0])
    for (const second of [420, 480, 540, 600, 659]) await channel.poll(second)
    expect(await channel.state(), 'the patience begins anew').toEqual(on)
    await channel.poll(660)
    expect(await channel.state(), 'five minutes of absence are an end').toEqual({
      status: 'offline',
      sessions: [[0, 360, 'poll']],
      events: ['stream_start', 'stream_end'],
    })
    await channel.deliver(channel.end(0, 500))
    expect(await channel.state(), 'which the platform may correct').toMatchObject({ sessions: [[0, 500, 'webhook']] })
  })

  test('that leaves out a stream that nobody told of ends it as before', async () => {
    await using channel = await startToldChannel(database.db, platform)
    for (const second of [60, 120]) await channel.poll(second, ['s', 0])
    for (const second of [180, 210]) await channel.poll(second)
    expect(await channel.state()).toMatchObject({ status: 'offline', sessions: [[0, 120, 'poll']] })
  })
})

test('a start of Kick that is told a second time, perhaps hours late, reopens nothing', async () => {
  await inEveryOrder(
    kick,
    [(channel) => channel.start('s', 0, 2), (channel) => channel.end(0, 30), (channel) => channel.start('s', 0, 3_000)],
    async (channel, order) =>
      expect(await channel.state(), order).toMatchObject({ status: 'offline', sessions: [[0, 30, 'webhook']] }),
  )
})
