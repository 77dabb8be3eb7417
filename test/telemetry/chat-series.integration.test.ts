import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { afterAll, describe, expect, test } from 'vitest'
import type { Bucket } from '../../src/telemetry/buckets.ts'
import { type ChannelSpan, countChat } from '../../src/telemetry/chat-counts.ts'
import { chatDays, chatSeries, chatTotals } from '../../src/telemetry/chat-series.ts'
import { cases } from '../support/lib/cases.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { insertSaid, type SaidMessage } from '../support/telemetry/chat-rows.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const day = 86_400
// Old messages are past their retention, which drops them when it likes.
const today = Math.floor(Date.now() / 1000 / day) * day
const later = new Date((today + 3 * day) * 1000)
const at = (seconds: number) => new Date(seconds * 1000)

let channels = 1_000n
const newChannel = (): bigint => ++channels

type Asked = { from: number; to: number; bucket?: Bucket; timezone?: string; chatters?: boolean; now?: Date }

const seriesOf = async (channelId: bigint, { from, to, ...options }: Asked, deliveredSince: Date | null = null) => {
  const found = await chatSeries(store, {
    env: 'test',
    channels: [{ channelId, deliveredSince }],
    range: { from: at(from), to: at(to) },
    bucket: 'AUTO',
    maxPoints: 10_000,
    timezone: 'UTC',
    chatters: true,
    now: later,
    completeThrough: later,
    ...options,
  })
  return found.get(channelId)!
}

const within = (said: readonly SaidMessage[], from: number, to: number) => {
  const inside = said.filter((message) => message.at >= from && message.at < to)
  return { messages: inside.length, chatters: new Set(inside.map(({ by }) => by)).size }
}

const zones = ['UTC', 'Europe/Moscow', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Casablanca']
const span = 12 * day
const first = today - span

const someMessages = fc.array(
  fc.record({
    at: fc.oneof(fc.integer({ min: first, max: today }), fc.integer({ min: first, max: first + 200 })),
    by: fc.integer({ min: 0, max: 6 }).map((number) => `chatter-${number}`),
  }),
  { maxLength: 60 },
)

describe('a series of chat', () => {
  test('holds what a plain count finds in each bucket, for any messages, range, bucket and zone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(someMessages, { minLength: 1, maxLength: 3 }),
        fc.tuple(fc.integer({ min: first * 1000, max: today * 1000 }), fc.integer({ min: 0, max: span * 1000 })),
        fc.constantFrom<Bucket>('AUTO', 'MINUTE', 'FIFTEEN_MINUTES', 'HOUR', 'SIX_HOURS', 'DAY', 'WEEK', 'MONTH'),
        fc.constantFrom(...zones),
        fc.boolean(),
        async (lists, [from, length], bucket, timezone, chatters) => {
          const said = lists.flatMap((list) => {
            const channel = newChannel()
            return list.map((message) => ({ channel, ...message }))
          })
          const ids = lists.map((_, index) => channels - BigInt(lists.length - 1 - index))
          await insertSaid(store, said)
          const to = Math.min(from + length, today * 1000)
          const found = await chatSeries(store, {
            env: 'test',
            channels: ids.map((channelId) => ({ channelId, deliveredSince: null })),
            range: { from: new Date(from), to: new Date(to) },
            bucket: bucket === 'MINUTE' && to - from > 5 * day * 1000 ? 'AUTO' : bucket,
            maxPoints: 10_000,
            timezone,
            chatters,
            now: later,
            completeThrough: later,
          })
          for (const channelId of ids) {
            const { points } = found.get(channelId)!
            const theirs = said.filter(({ channel }) => channel === channelId)
            // One comparison for all: to compare each of thousands of points takes most of the time of this test.
            expect(points.map(({ start: _, end: __, ...counts }) => counts)).toEqual(
              points.map(({ start, end }) => {
                const [low, high] = [Math.max(from, start.getTime()) / 1000, Math.min(to, end.getTime()) / 1000]
                const plain = within(theirs, low, high)
                return chatters ? plain : { ...plain, chatters: 0 }
              }),
            )
            const sum = points.reduce((total, { messages }) => total + messages, 0)
            expect(sum).toBe(within(theirs, from / 1000, to / 1000).messages)
          }
        },
      ),
      { numRuns: cases(20) },
    )
  })

  test('counts spans of one channel apart, also where they touch or overlap', async () => {
    const spanOf = (channelId: bigint) =>
      fc
        .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 6 })
        .map((numbers) => numbers.sort((a, b) => a - b).map((number) => (first + number * 60) * 1000))
        .map((edges): ChannelSpan => ({ channelId, from: edges[0]! + 500, to: edges.at(-1)!, edges }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ at: fc.integer({ min: first, max: first + 3_700 }), by: fc.constantFrom('a', 'b', 'c') }),
          {
            maxLength: 80,
          },
        ),
        fc.constant(null).chain(() => {
          const [one, other] = [newChannel(), newChannel()]
          return fc.array(fc.constantFrom(one, other).chain(spanOf), { minLength: 1, maxLength: 6 })
        }),
        async (said, spans) => {
          const ids = [...new Set(spans.map(({ channelId }) => channelId))]
          for (const channel of ids)
            await insertSaid(
              store,
              said.map((message) => ({ channel, ...message })),
            )
          const counts = await countChat(store, { env: 'test', spans, chatters: true })
          for (const [index, { from, edges }] of spans.entries()) {
            const expected = edges
              .slice(0, -1)
              .map((edge, place) =>
                within(said as SaidMessage[], Math.max(edge, from) / 1000, edges[place + 1]! / 1000),
              )
            expect(counts[index]!.messages).toEqual(expected.map(({ messages }) => messages))
            expect(counts[index]!.chatters).toEqual(expected.map(({ chatters }) => chatters))
          }
        },
      ),
      { numRuns: cases(14) },
    )
  })

  test('knows nothing of other environments and other channels', async () => {
    const channel = newChannel()
    await insertSaid(store, [
      { channel, at: first },
      { channel, at: first, env: 'other' },
      { channel: newChannel(), at: first },
    ])
    const { points } = await seriesOf(channel, { from: first, to: first + 60, bucket: 'MINUTE' })
    expect(points).toEqual([{ start: at(first), end: at(first + 60), messages: 1, chatters: 1 }])
  })

  test('is one query for any number of channels, and reads no chatters unless they are asked for', async () => {
    asked.length = 0
    const ids = Array.from({ length: 50 }, newChannel)
    const options = {
      env: 'test',
      range: { from: at(first), to: at(today) },
      maxPoints: 500,
      timezone: 'UTC',
      now: later,
    }
    const every = ids.map((channelId) => ({ channelId, deliveredSince: null }))
    for (const chatters of [false, true])
      await chatSeries(store, { ...options, channels: every, bucket: 'HOUR', chatters, completeThrough: later })
    expect(asked).toEqual(['chat_messages', 'chat_chatters'])
  })

  test('has no points for an empty range and for the future, and asks nothing', async () => {
    asked.length = 0
    const now = at(first)
    expect((await seriesOf(newChannel(), { from: first, to: first })).points).toEqual([])
    expect((await seriesOf(newChannel(), { from: first + 60, to: first + 120, now })).points).toEqual([])
    expect(asked).toEqual([])
  })

  test('refuses RAW: what is counted needs a stretch of time', async () => {
    await expect(seriesOf(newChannel(), { from: first, to: today, bucket: 'RAW' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('bucket'),
    })
  })

  test('covers the time in which chat is known to have been delivered', async () => {
    const channel = newChannel()
    const range = { from: first, to: first + 1_000, bucket: 'MINUTE' as const, chatters: false }
    const coverage = async (deliveredSince: Date | null) =>
      (await seriesOf(channel, range, deliveredSince)).meta.coverage
    expect(await coverage(null)).toBe(0)
    expect(await coverage(at(first - 5))).toBe(1)
    expect(await coverage(at(first + 750))).toBe(0.25)
    await insertSaid(store, [
      { channel, at: first + 200 },
      { channel, at: first + 699 },
    ])
    expect(await coverage(null)).toBe(0.5)
    expect(await coverage(at(first + 750))).toBe(0.8)
  })
})

describe('the last days', () => {
  const daysOf = async (channelId: bigint, days: number, timezone: string, now: Date) =>
    (await chatDays(store, { env: 'test', channelIds: [channelId], days, timezone, chatters: true, now })).get(
      channelId,
    )!

  test('are all there, today included, in any zone', async () => {
    for (const timezone of [...zones, 'Pacific/Apia']) {
      for (const [days, instant] of [
        [1, '2026-11-22T00:00:00Z'],
        [30, '2026-11-22T04:59:59Z'],
        [30, '2026-11-01T05:30:00Z'],
        [366, '2026-03-08T06:59:59Z'],
        [366, '2026-03-08T07:00:00Z'],
      ] as const) {
        const now = new Date(instant)
        const found = await daysOf(newChannel(), days, timezone, now)
        const names = Array.from({ length: days }, (_, back) => {
          const today = Temporal.Instant.from(instant).toZonedDateTimeISO(timezone).toPlainDate()
          return today.subtract({ days: days - 1 - back }).toString()
        })
        expect(found.map(({ day }) => day)).toEqual(names)
      }
    }
  })

  test('have 25 and 23 hours where clocks change', async () => {
    const counts = async (timezone: string, now: string, from: string, hours: number) => {
      const channel = newChannel()
      const start = Date.parse(from) / 1000
      await insertSaid(
        store,
        Array.from({ length: hours }, (_, hour) => ({ channel, at: start + hour * 3_600, by: `u${hour % 2}` })),
      )
      const days = await daysOf(channel, 3, timezone, new Date(now))
      return days.map(({ day, messages, chatters }) => `${day} ${messages} ${chatters}`)
    }
    // A message an hour, from midnight of the first day on.
    expect(await counts('America/New_York', '2080-11-05T04:59:00Z', '2080-11-02T04:00:00Z', 73)).toEqual([
      '2080-11-02 24 2',
      '2080-11-03 25 2',
      '2080-11-04 24 2',
    ])
    expect(await counts('America/New_York', '2080-03-12T03:59:00Z', '2080-03-09T05:00:00Z', 71)).toEqual([
      '2080-03-09 24 2',
      '2080-03-10 23 2',
      '2080-03-11 24 2',
    ])
    expect(await counts('Asia/Kathmandu', '2080-11-22T18:14:00Z', '2080-11-19T18:15:00Z', 72)).toEqual([
      '2080-11-20 24 2',
      '2080-11-21 24 2',
      '2080-11-22 24 2',
    ])
  })

  test.each([0, -1, 367, 1.5])('%s of them are refused', async (days) => {
    await expect(daysOf(newChannel(), days, 'UTC', later)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

test('totals are those of the last hours, to the second', async () => {
  const channel = newChannel()
  const now = today - 5 * day
  const said = [-86_401, -86_400, -3_600, -1, 0, 1].map((distance, index) => ({
    channel,
    at: now + distance,
    by: `u${Math.floor(index / 2)}`,
  }))
  await insertSaid(store, said)
  const totals = async (hours: number) =>
    (await chatTotals(store, { env: 'test', channelIds: [channel], hours, chatters: true, now: at(now) })).get(channel)
  expect(await totals(24)).toEqual({ messages: 3, chatters: 2, since: at(now - 86_400) })
  expect(await totals(1)).toEqual({ messages: 2, chatters: 1, since: at(now - 3_600) })
  for (const hours of [0, 8_785]) await expect(totals(hours)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
})
