import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorKey } from '../support/http/api.ts'
import { hour, rangeOf, start, watched } from '../support/http/history-api.ts'
import { idsOf, startRankingsApi } from '../support/http/rankings-api.ts'
import { insertSaid } from '../support/telemetry/chat-rows.ts'
import { insertFollows } from '../support/telemetry/follow-rows.ts'

let rankings: Awaited<ReturnType<typeof startRankingsApi>>

beforeAll(async () => {
  rankings = await startRankingsApi()
})
afterAll(() => rankings[Symbol.asyncDispose]())

describe('a ranking', () => {
  test('keeps to the channels of a filter, for every measure', async () => {
    const from = start + 18 * hour
    const chosen = await rankings.newChannel({ platform: 'twitch', status: 'online', slug: 'chosen-one' })
    const other = await rankings.newChannel({ platform: 'kick', status: 'offline' })
    await rankings.db.pool.query('INSERT INTO dm.probe_schedule (channel_id) VALUES ($1)', [chosen.id])
    const streamer = await rankings.db.pool.query(
      `INSERT INTO public.streamers (name) VALUES ('of the chosen one') RETURNING id`,
    )
    await rankings.db.pool.query('INSERT INTO public.streamer_channel_link (streamer_id, channel_id) VALUES ($1, $2)', [
      streamer.rows[0].id,
      chosen.id,
    ])
    await rankings.insertProbes([chosen, other].flatMap((channel) => watched(channel, from, [5, 5])))
    await insertSaid(
      rankings.store,
      [chosen, other].map(({ id }) => ({ channel: id, at: from / 1000 })),
    )
    for (const { id } of [chosen, other]) await insertFollows(rankings.db, id, [from])
    const filters = [
      { platform: 'TWITCH' },
      { status: 'ONLINE' },
      { search: 'chosen' },
      { slugs: ['chosen-one'] },
      { active: true },
      { claimed: true },
    ]
    const measures = ['HOURS_WATCHED', 'PEAK_VIEWERS', 'AVERAGE_VIEWERS', 'AIR_TIME', 'MESSAGES', 'CHATTERS', 'FOLLOWS']
    for (const by of measures)
      for (const filter of filters) {
        const found = await rankings.ranked({ by, range: rangeOf(from, from + hour), filter }, operatorKey)
        expect(idsOf(found)).toEqual([chosen.id])
        if (found.total !== null) expect(found.nodes[0]!.share).toBe(1)
      }
    const unclaimed = { by: 'FOLLOWS', range: rangeOf(from, from + hour), filter: { claimed: false } }
    expect(idsOf(await rankings.ranked(unclaimed, operatorKey))).toEqual([other.id])
  })

  test('counts only what probes saw in a category and a language that are asked for', async () => {
    const from = start + 24 * hour
    const channel = await rankings.newChannel()
    await rankings.insertProbes([
      ...watched(channel, from, [60, 60], { category: 'Chess', language: 'en' }),
      ...watched(channel, from + 120_000, [600], { category: 'Slots', language: 'en' }),
    ])
    const value = async (by: string, filter: object) =>
      (await rankings.ranked({ by, range: rangeOf(from - hour, from + hour), filter })).nodes.map(({ value }) => value)
    expect(await value('HOURS_WATCHED', { category: 'chess' })).toEqual([2])
    expect(await value('PEAK_VIEWERS', { category: 'CHESS' })).toEqual([60])
    expect(await value('AVERAGE_VIEWERS', { language: 'EN' })).toEqual([240])
    expect(await value('AIR_TIME', { category: 'Slots', language: 'en' })).toEqual([1 / 60])
    expect(await value('AIR_TIME', { category: 'Slots', language: 'de' })).toEqual([])
  })
})

describe('a ranking costs', () => {
  const range = rangeOf(start, start + 24 * hour)

  test('one query and one statement, and one more for a filter that only Postgres knows', async () => {
    expect(await rankings.statementsOf({ by: 'HOURS_WATCHED', range })).toEqual([
      'ClickHouse ranking_hours_watched',
      'ranked_channels_by_account',
    ])
    expect(await rankings.statementsOf({ by: 'HOURS_WATCHED', range, filter: { platform: 'KICK' } })).toEqual([
      'ClickHouse ranking_hours_watched',
      'ranked_channels_by_account',
    ])
    expect(await rankings.statementsOf({ by: 'HOURS_WATCHED', range, filter: { status: 'OFFLINE' } })).toEqual([
      'chosen_channels:offline',
      'ClickHouse ranking_hours_watched',
      'ranked_channels_by_account',
    ])
    expect(await rankings.statementsOf({ by: 'MESSAGES', range })).toEqual([
      'ClickHouse ranking_messages',
      'ranked_channels_by_id',
    ])
  })

  test('one statement for follows, and one more for claims', async () => {
    expect(await rankings.statementsOf({ by: 'FOLLOWS', range, filter: { platform: 'KICK' } })).toEqual([
      'ranking_follows:on_kick',
    ])
    expect(await rankings.statementsOf({ by: 'FOLLOWS', range, filter: { claimed: true } })).toEqual([
      'claimed_channels',
      'ranking_follows:claimed',
    ])
  })

  test('a scan of its range, and as many values as it can answer', async () => {
    const { extensions } =
      await rankings.api.ask(`{ rankings(by: AIR_TIME, range: { from: "${range.from}", to: "${range.to}" }, first: 10) {
      nodes { rank value channel { slug } } total } }`)
    expect(extensions.cost.requested).toBe(1_032 + 1 + 10 * 5 + 1)
  })
})
