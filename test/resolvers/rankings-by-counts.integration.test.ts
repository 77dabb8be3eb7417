import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hour, rangeOf, start } from '../support/http/history-api.ts'
import { startRankingsApi } from '../support/http/rankings-api.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows, insertSubscription } from '../support/telemetry/follow-rows.ts'

let rankings: Awaited<ReturnType<typeof startRankingsApi>>

beforeAll(async () => {
  rankings = await startRankingsApi()
})
afterAll(() => rankings[Symbol.asyncDispose]())

describe('a ranking', () => {
  test('of messages, chatters and follows is that of a plain model', async () => {
    const edge = fc.oneof(
      fc.integer({ min: 0, max: 6 * hour }),
      fc.integer({ min: 0, max: 6 }).map((hours) => hours * hour),
    )
    // Each run has its time, before that of other tests.
    let window = start
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(6 * 3_600 - 1), fc.nat(4)), { minLength: 1, maxLength: 60 }),
        fc.tuple(edge, edge).filter(([a, b]) => a !== b),
        async (said, [a, b]) => {
          window -= 6 * hour
          const channels = [await rankings.newChannel(), await rankings.newChannel(), await rankings.newChannel()]
          const messages = said.map(([of, second, by]) => ({ of: channels[of]!.id, at: window + second * 1000, by }))
          await insertSaid(
            rankings.store,
            messages.map(({ of, at, by }) => ({ channel: of, at: at / 1000, by: `chatter-${by}` })),
          )
          for (const { id } of channels)
            await insertFollows(
              rankings.db,
              id,
              messages.filter(({ of }) => of === id).map(({ at }) => at),
            )
          const [from, to] = [window + Math.min(a, b), window + Math.max(a, b)]
          const expected = (count: (of: typeof messages) => number) =>
            channels
              .map(({ id }) => ({
                id,
                value: count(messages.filter(({ of, at }) => of === id && at >= from && at < to)),
              }))
              .filter(({ value }) => value > 0)
              .sort((x, y) => y.value - x.value || Number(x.id - y.id))
          const measures = {
            MESSAGES: expected((of) => of.length),
            CHATTERS: expected((of) => new Set(of.map(({ by }) => by)).size),
            FOLLOWS: expected((of) => of.length),
          }
          for (const [by, model] of Object.entries(measures)) {
            const found = await rankings.ranked({ by, range: rangeOf(from, to) })
            const total = model.reduce((sum, { value }) => sum + value, 0)
            expect(found.nodes.map(({ channel, value }) => ({ id: BigInt(channel.channelId), value }))).toEqual(model)
            expect(found.nodes.map(({ share }) => share)).toEqual(model.map(({ value }) => value / total))
            expect(found.total).toBe(total)
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  test('of chat and follows is covered since the platform promised to deliver', async () => {
    const from = start + 80 * hour
    const channel = await rankings.newChannel()
    const since = new Date(from + hour)
    for (const event of ['chat.message.sent', 'channel.followed'])
      await insertSubscription(rankings.db, channel.id, { event, since })
    await insertSaid(rankings.store, [{ channel: channel.id, at: (from + 3 * hour) / 1000 }])
    await insertFollows(rankings.db, channel.id, [from + 3 * hour])
    for (const by of ['MESSAGES', 'FOLLOWS']) {
      const { nodes } = await rankings.ranked({ by, range: rangeOf(from, from + 4 * hour) })
      expect(nodes).toMatchObject([{ coverage: 0.75 }])
    }
  })

  test('of chat is covered between the hours of the messages where nothing was promised', async () => {
    const from = start + 84 * hour
    const channel = await rankings.newChannel()
    const at = [from + 60_000, from + 2 * hour + 60_000, from + 4 * hour - 60_000]
    await insertSaid(
      rankings.store,
      at.map((ms) => ({ channel: channel.id, at: ms / 1000 })),
    )
    const coverage = async (to: number) =>
      (await rankings.ranked({ by: 'MESSAGES', range: rangeOf(from, to) })).nodes.map((node) => node.coverage)
    // From the end of the first hour to the beginning of the last one.
    expect(await coverage(from + 4 * hour)).toEqual([expect.closeTo((2 * 3_600 + 2) / (4 * 3_600), 9)])
    // The last hour is cut, so the second of its message is known.
    expect(await coverage(from + 4 * hour - 30_000)).toEqual([
      expect.closeTo((3 * 3_600 - 60 + 2) / (4 * 3_600 - 30), 9),
    ])
  })
})
