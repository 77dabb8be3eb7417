import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hour, now, rangeOf, start, watched } from '../support/http/history-api.ts'
import { idsOf, type RankedChannel, startRankingsApi } from '../support/http/rankings-api.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'

let rankings: Awaited<ReturnType<typeof startRankingsApi>>

beforeAll(async () => {
  rankings = await startRankingsApi()
})
afterAll(() => rankings[Symbol.asyncDispose]())

describe('a ranking', () => {
  test('tells places, values in the unit of the measure, shares of the total, and coverage', async () => {
    const from = start
    const [big, small] = [await rankings.newChannel(), await rankings.newChannel()]
    await rankings.insertProbes([
      ...watched(big, from + 60_000, [300, 600, 300]),
      ...watched(small, from + 60_000, [100, 100, 100]),
    ])
    const range = rangeOf(from, from + 4 * 60_000)
    const hours = await rankings.ranked({ by: 'HOURS_WATCHED', range })
    expect(hours).toMatchObject({
      total: 25,
      nodes: [
        { rank: 1, value: 20, share: 0.8, channel: { channelId: String(big.id) }, peakAt: null },
        { rank: 2, value: 5, share: 0.2, channel: { channelId: String(small.id) } },
      ],
    })
    const peaks = await rankings.ranked({ by: 'PEAK_VIEWERS', range })
    expect(peaks).toMatchObject({
      total: null,
      nodes: [
        { value: 600, share: null, peakAt: new Date(from + 120_000).toISOString() },
        { value: 100, share: null },
      ],
    })
    expect((await rankings.ranked({ by: 'AVERAGE_VIEWERS', range })).nodes.map(({ value }) => value)).toEqual([
      400, 100,
    ])
    expect((await rankings.ranked({ by: 'AIR_TIME', range })).nodes.map(({ value }) => value)).toEqual([0.05, 0.05])
  })

  test('follows a channel through renames, and leaves out one that is gone', async () => {
    const from = start + 6 * hour
    const [renamed, gone] = [await rankings.newChannel({ slug: 'before' }), await rankings.newChannel()]
    await rankings.insertProbes([...watched(renamed, from, [5, 5]), ...watched(gone, from, [9, 9])])
    await rankings.db.pool.query(`UPDATE dm.streamer_channel SET current_slug = 'after' WHERE id = $1`, [renamed.id])
    await rankings.db.pool.query('DELETE FROM dm.streamer_channel WHERE id = $1', [gone.id])
    const { nodes } = await rankings.ranked({ by: 'PEAK_VIEWERS', range: rangeOf(from, from + hour) })
    expect(nodes.map(({ channel }) => channel.slug)).toEqual(['after'])
  })

  test('walks in pages, each channel once', async () => {
    const from = start + 12 * hour
    const channels = await Promise.all(Array.from({ length: 7 }, () => rankings.newChannel()))
    await rankings.insertProbes(
      channels.flatMap((channel, index) => watched(channel, from, [index % 3 === 0 ? 5 : index])),
    )
    await insertSaid(
      rankings.store,
      channels.map(({ id }) => ({ channel: id, at: from / 1000 })),
    )
    for (const { id } of channels) await insertFollows(rankings.db, id, [from])
    for (const by of ['PEAK_VIEWERS', 'MESSAGES', 'FOLLOWS']) {
      const asking = { by, range: rangeOf(from, from + hour), first: 2 }
      const seen: RankedChannel[] = []
      for (let after: string | null = null; ; ) {
        const { nodes, pageInfo } = await rankings.ranked({ ...asking, after })
        seen.push(...nodes)
        if (!pageInfo.hasNextPage) break
        after = pageInfo.endCursor
      }
      expect(seen.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(new Set(idsOf({ nodes: seen }))).toEqual(new Set(channels.map(({ id }) => id)))
      expect(seen.map(({ value }) => value)).toEqual(seen.map(({ value }) => value).toSorted((a, b) => b - a))
    }
  })

  test('is empty over a range that is empty or has not begun', async () => {
    for (const by of ['HOURS_WATCHED', 'MESSAGES', 'FOLLOWS'])
      for (const range of [rangeOf(start, start), rangeOf(now + hour, now + 2 * hour)])
        expect(await rankings.ranked({ by, range })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false } })
  })

  test('refuses what makes no sense in one sentence', async () => {
    const refusal = (variables: object) =>
      rankings.refusalOf({ by: 'HOURS_WATCHED', range: rangeOf(start, now), ...variables })
    expect(await refusal({ range: rangeOf(now, start) })).toEqual([
      'BAD_USER_INPUT: range.from must not be after range.to.',
    ])
    expect(await refusal({ by: 'MESSAGES', filter: { category: 'Chess' } })).toEqual([
      'BAD_USER_INPUT: filter.category does not go with by MESSAGES: only probes say what was broadcast when they counted.',
    ])
    expect(await refusal({ filter: { language: ' ' } })).toEqual(['BAD_USER_INPUT: filter.language must not be empty.'])
    expect(await refusal({ first: 101 })).toEqual(['BAD_USER_INPUT: first must be from 0 to 100.'])
    const { pageInfo } = await rankings.ranked({ by: 'FOLLOWS', range: rangeOf(start, now), first: 1 })
    expect(await refusal({ after: pageInfo.endCursor })).toEqual([
      'BAD_USER_INPUT: The cursor is not valid for this list.',
    ])
  })
})
