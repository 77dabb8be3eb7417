import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKey } from '../support/http/api.ts'
import { day, hour, now, rangeOf, start, watched } from '../support/http/history-api.ts'
import { startTotalsApi } from '../support/http/totals-api.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'

let totals: Awaited<ReturnType<typeof startTotalsApi>>

beforeAll(async () => {
  totals = await startTotalsApi()
})
afterAll(() => totals[Symbol.asyncDispose]())

const close = (value: number) => expect.closeTo(value, 6)

describe('totals', () => {
  test('of HOUR times their hours are the hours watched of the ranking', async () => {
    const from = start
    const channels = [await totals.newChannel(), await totals.newChannel()]
    await totals.insertProbes(
      channels.flatMap((channel) => watched(channel, from + 60_000, Array<number>(150).fill(30))),
    )
    const range = rangeOf(from, from + 3 * hour)
    const { points } = await totals.totalsOf({ range, bucket: 'HOUR' })
    const { data } = await totals.api.ask(
      `query ($range: TimeRange!) { rankings(by: HOURS_WATCHED, range: $range) { total } }`,
      { range },
    )
    expect(points.reduce((sum, { viewers }) => sum + viewers!, 0)).toBeCloseTo(data.rankings.total, 9)
    expect(points.map(({ liveChannels }) => liveChannels)).toEqual([2, 2, 1])
  })

  test('count only what probes saw in a category, and keep to the channels of a filter', async () => {
    const from = start + 6 * hour
    const [one, other] = [await totals.newChannel({ platform: 'twitch' }), await totals.newChannel()]
    await totals.insertProbes([
      ...watched(one, from + 60_000, [60, 60], { category: 'Chess' }),
      ...watched(other, from + 60_000, [600, 600], { category: 'Slots' }),
    ])
    await insertSaid(totals.store, [{ channel: one.id, at: from / 1000 }])
    await insertFollows(totals.db, other.id, [from])
    const range = rangeOf(from, from + hour)
    const viewers = async (filter: object) =>
      (
        await totals.api.ask(
          `query ($range: TimeRange!, $filter: ChannelFilter) {
        totals(range: $range, bucket: HOUR, filter: $filter) { points { viewers liveChannels } } }`,
          { range, filter },
        )
      ).data.totals.points
    expect(await viewers({ category: 'chess' })).toEqual([{ viewers: close(2), liveChannels: close(2 / 60) }])
    expect(await viewers({ category: 'none' })).toEqual([{ viewers: 0, liveChannels: 0 }])
    const { points } = await totals.totalsOf({ range, bucket: 'HOUR', filter: { platform: 'TWITCH' } })
    expect(points).toMatchObject([{ viewers: 2, messages: 1, follows: 0 }])
  })

  test('say where nothing was observed, what is lost and what has not passed', async () => {
    const from = start + 12 * hour
    const channel = await totals.newChannel()
    await totals.insertProbes(watched(channel, from + 60_000, Array<number>(60).fill(10)))
    totals.state.lost = [{ from: from + hour, to: from + hour + 1, mayReturn: true }]
    totals.state.now = from + 3 * hour + hour / 2
    const { meta, points } = await totals.totalsOf({ range: rangeOf(from, from + 5 * hour), bucket: 'HOUR' })
    totals.state.lost = []
    totals.state.now = start + 4 * day
    expect(points).toMatchObject([
      { viewers: 10, partial: false },
      // The last probe is made when the hour begins, and stands for time before it.
      { viewers: null, partial: true },
      { viewers: null, liveChannels: null, observedChannels: 0, partial: true },
      { viewers: null, partial: true },
      { viewers: null, messages: 0, partial: true },
    ])
    expect(meta.completeThrough).toBe(new Date(from + hour).toISOString())
  })

  test('have no points over a range that is empty or has not begun', async () => {
    for (const range of [rangeOf(start, start), rangeOf(now + hour, now + 2 * hour)])
      expect((await totals.totalsOf({ range })).points).toEqual([])
  })

  test('refuse what makes no sense in one sentence', async () => {
    expect(await totals.refusalOf({ bucket: 'RAW' })).toEqual([
      'BAD_USER_INPUT: bucket must be AUTO or one from MINUTE to MONTH: totals add up a stretch of time.',
    ])
    expect(await totals.refusalOf({ filter: { category: 'Chess' } })).toEqual([
      'BAD_USER_INPUT: filter.category does not go with messages, which do not say what was broadcast: leave the field out, or the filter.',
    ])
    expect(await totals.refusalOf({ bucket: 'MINUTE' })).toEqual([
      'BUCKET_LIMIT_EXCEEDED: The range has 1440 buckets of MINUTE, the maximum is 500: use bucket FIVE_MINUTES or coarser, or ask for a shorter range.',
    ])
  })
})

test('totals cost a query or a statement for each part that is selected', async () => {
  const statementsOf = async (selection: string, filter?: object): Promise<string[]> => {
    const asked = await totals.askedDuring(async () => {
      const { errors } = await totals.api.ask(
        `query ($range: TimeRange!, $filter: ChannelFilter) { totals(range: $range, bucket: HOUR, filter: $filter) ${selection} }`,
        { range: rangeOf(start, start + day), filter },
        operatorKey,
      )
      expect(errors).toBeUndefined()
    })
    return asked.toSorted()
  }
  expect(await statementsOf('{ points { viewers liveChannels } }')).toEqual(['ClickHouse totals_of_probes'])
  expect(await statementsOf('{ points { messages } }')).toEqual(['ClickHouse totals_of_messages'])
  expect(await statementsOf('{ points { follows } }')).toEqual(['totals_of_follows'])
  expect(await statementsOf('{ meta { coverage } points { viewers } }')).toEqual([
    'ClickHouse totals_of_probes',
    'expected_probes',
  ])
  expect(await statementsOf('{ meta { coverage completeThrough } points { viewers partial } }')).toEqual([
    'ClickHouse totals_of_probes',
    'expected_probes',
  ])
  expect(await statementsOf('{ meta { completeThrough } points { messages partial } }')).toEqual([
    'ClickHouse totals_of_messages',
  ])
  expect(await statementsOf('{ points { viewers messages } }', { status: 'OFFLINE' })).toEqual([
    'ClickHouse totals_of_messages',
    'ClickHouse totals_of_probes',
    'chosen_channels:offline',
  ])
})
