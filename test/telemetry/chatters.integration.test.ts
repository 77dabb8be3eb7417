import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { TimeRange } from '../../src/telemetry/buckets.ts'
import { broadcastChatters, sharedChatters } from '../../src/telemetry/chatters.ts'
import { cases } from '../support/lib/cases.ts'
import { openTestClickHouse } from '../support/stores/clickhouse.ts'
import { insertSaid, type SaidMessage } from '../support/telemetry/chat-rows.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const hour = 3_600
// Within the retention, and over the end of a day.
const first = Math.floor(Date.now() / 1000 / 86_400) * 86_400 - 2 * 86_400 - 3 * hour
const span = 8 * hour
const at = (seconds: number) => new Date(seconds * 1000)
const range = (from: number, to: number): TimeRange => ({ from: at(from), to: at(to) })

let channels = 9_000n
const newChannels = (count: number): bigint[] => Array.from({ length: count }, () => ++channels)

/** Whole hours, seconds beside them, and anything. */
const someSecond = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: -1, max: 1 }))
    .map(([hours, beside]) => first + hours * hour + beside),
  fc.integer({ min: first, max: first + span }),
)

const someRange = fc.tuple(someSecond, someSecond).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)

const someMessages = fc.array(
  fc.record({ of: fc.nat({ max: 5 }), at: someSecond, by: fc.nat({ max: 7 }).map((number) => `chatter-${number}`) }),
  { maxLength: 60 },
)

type Drawn = { of: number; at: number; by: string }
let draws = 0

/**
 * Stores messages of people that nobody else has, in two batches, the later one first and twice. Every fourth time somebody is erased then. Gives the
 * channels and what is left.
 */
const storeDrawn = async (drawn: readonly Drawn[]): Promise<{ all: bigint[]; said: SaidMessage[] }> => {
  const all = newChannels(6)
  const draw = draws++
  const said = drawn.map(({ of, at, by }) => ({ channel: all[of]!, at, by: `${by} of ${draw}` }))
  const half = Math.floor(said.length / 2)
  for (let time = 0; time < 2; time++) await insertSaid(store, said.slice(half), `chatters-${draw}`)
  await insertSaid(store, said.slice(0, half))
  if (draw % 4 > 0) return { all, said }
  const erased = `chatter-7 of ${draw}`
  await store.command(
    `ALTER TABLE kick_chat_message DELETE WHERE platform_user_id = '${erased}' SETTINGS mutations_sync = 1`,
  )
  return { all, said: said.filter(({ by }) => by !== erased) }
}

const writersOf = (said: readonly SaidMessage[], channel: bigint, from: number, to: number): Set<string> =>
  new Set(said.filter((one) => one.channel === channel && one.at >= from && one.at < to).map(({ by }) => by!))

describe('shared chatters', () => {
  test('are those that a plain count finds in every set, for any messages and range', async () => {
    await fc.assert(
      fc.asyncProperty(someMessages, someRange, fc.integer({ min: 2, max: 6 }), async (messages, [from, to], count) => {
        const { all, said } = await storeDrawn(messages)
        const channelIds = all.slice(0, count)
        const countOf = await sharedChatters(store, { env: 'test', channelIds, range: range(from, to) })
        for (let set = 1; set < 2 ** count; set++) {
          const [one, ...others] = channelIds
            .filter((_, n) => set & (2 ** n))
            .map((channel) => writersOf(said, channel, from, to))
          const expected = [...one!].filter((person) => others.every((writers) => writers.has(person)))
          expect([set, countOf(set)]).toEqual([set, expected.length])
        }
      }),
      { numRuns: cases(8) },
    )
  })

  test('are one query for six channels, and know one environment', async () => {
    const channelIds = newChannels(6)
    await insertSaid(
      store,
      channelIds.map((channel) => ({ channel, at: first, by: 'everywhere' })),
    )
    await insertSaid(store, [{ channel: channelIds[0]!, at: first, by: 'another', env: 'other' }])
    asked.length = 0
    const countOf = await sharedChatters(store, { env: 'test', channelIds, range: range(first, first + hour) })
    expect([countOf(1), countOf(63)]).toEqual([1, 1])
    expect(asked).toEqual(['chat_shared_chatters'])
  })
})

describe('the chatters of a broadcast', () => {
  test('are found where a plain count finds them before and after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        someMessages,
        someRange,
        fc.integer({ min: 0, max: 3 * hour }),
        fc.integer({ min: 1, max: 4 }),
        async (messages, [from, to], around, limit) => {
          const { all, said } = await storeDrawn(messages)
          const [channelId, ...others] = all as [bigint, ...bigint[]]
          const theirs = writersOf(said, channelId, from, to)
          const side = (begin: number, end: number) => {
            const counts = others.map((channel) => {
              const writers = writersOf(said, channel, begin, end)
              return { channelId: channel, chatters: [...theirs].filter((person) => writers.has(person)).length }
            })
            const found = new Set(others.flatMap((channel) => [...writersOf(said, channel, begin, end)]))
            return {
              nowhereElse: [...theirs].filter((person) => !found.has(person)).length,
              channels: counts
                .filter(({ chatters }) => chatters > 0)
                .toSorted((a, b) => b.chatters - a.chatters || Number(a.channelId - b.channelId))
                .slice(0, limit),
            }
          }
          const found = await broadcastChatters(store, {
            env: 'test',
            channelId,
            broadcast: range(from, to),
            before: range(from - around, from),
            after: range(to, to + around),
            first: limit,
          })
          expect(found).toEqual({
            chatters: theirs.size,
            before: side(from - around, from),
            after: side(to, to + around),
          })
        },
      ),
      { numRuns: cases(8) },
    )
  })

  test('are one query', async () => {
    const [channelId] = newChannels(1) as [bigint]
    asked.length = 0
    const hours = range(first, first + hour)
    const options = { env: 'test', channelId, broadcast: hours, before: hours, after: hours, first: 3 }
    const nobody = { nowhereElse: 0, channels: [] }
    expect(await broadcastChatters(store, options)).toEqual({ chatters: 0, before: nobody, after: nobody })
    expect(asked).toEqual(['chat_chatters_elsewhere'])
  })
})
