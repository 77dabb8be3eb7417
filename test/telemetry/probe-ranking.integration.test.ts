import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { channelKey } from '../../src/telemetry/channel-key.ts'
import type { ChosenProbes } from '../../src/telemetry/chosen-probes.ts'
import { coverageOf, rankByProbes } from '../../src/telemetry/probe-ranking.ts'
import type { MeasureOf } from '../../src/telemetry/ranking.ts'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { cases } from '../support/lib/cases.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { readFrom } from '../support/stores/clickhouse-plans.ts'
import { type ModelRange, peakSecondOf, probedBatches, rankedValue } from '../support/telemetry/ranking-model.ts'
import { later, minutely, newChannel, seriesReader, start } from '../support/telemetry/viewer-series.ts'

const engine = await openTestClickHouse()
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const measures: readonly MeasureOf<'probes'>[] = ['HOURS_WATCHED', 'PEAK_VIEWERS', 'AVERAGE_VIEWERS', 'AIR_TIME']
const hour = 3_600
const day = 24 * hour
const everything: ChosenProbes = { platform: null, category: null, language: null, channels: null }

const rank = (
  measure: MeasureOf<'probes'>,
  { from, to }: ModelRange,
  filter: Partial<ChosenProbes> = {},
  page: { beyond?: { value: number; key: string } | null; limit?: number; observed?: boolean } = {},
  through = store,
) =>
  rankByProbes(through, measure, {
    env: 'test',
    from: from * 1000,
    to: to * 1000,
    chosen: { ...everything, ...filter },
    beyond: null,
    limit: 100,
    observed: false,
    ...page,
  })

// Ranges begin and end with a second, an hour or a day. Probes begin in the evening of the first day.
const edge = fc.oneof(
  fc.integer({ min: -6 * hour, max: 30 * hour }),
  fc.integer({ min: -6, max: 30 }).map((hours) => hours * hour),
  fc.integer({ min: -1, max: 2 }).map((days) => days * day - 20 * hour),
)
const evening = start + 20 * hour
const range = fc
  .tuple(edge, edge)
  .map(([a, b]) => ({ from: evening + Math.min(a, b), to: evening + Math.max(a, b) }))
  .filter(({ from, to }) => from < to)

const folded = (text: string | undefined) => text?.toLowerCase()
const inFilter =
  ({ category, language }: Pick<ChosenProbes, 'category' | 'language'>) =>
  (probe: TestProbe) =>
    (category === null || folded(probe.category) === folded(category)) &&
    (language === null || folded(probe.language) === folded(language))

describe('a ranking by probes', () => {
  test('is that of a plain model, with the coverage of the series, however the probes came', async () => {
    const what = fc.record({
      category: fc.constantFrom(null, null, 'CHESS', 'Slots'),
      language: fc.constantFrom(null, null, 'en'),
    })
    await fc.assert(
      fc.asyncProperty(fc.nat(), range, what, async (seed, asked, { category, language }) => {
        const channels = [newChannel(), newChannel(), newChannel({ platform: 'twitch' }), newChannel()]
        const [{ probes, batches }] = fc.sample(probedBatches(channels, evening), { seed, numRuns: 1 }) as [
          { probes: TestProbe[]; batches: { probes: TestProbe[]; times: number }[] },
        ]
        for (const [index, batch] of batches.entries())
          for (let time = 0; time < batch.times; time++)
            await insertProbes(store, batch.probes, `ranked-${channels[0]!.platformUserId}-${index}`)
        const filter = { category, language, channels }
        const seen = (id: string) => probes.filter(({ channel }) => channel === id)
        const coverageOfSeries = new Map<string, number>()
        for (const channel of channels) {
          const { meta } = await seriesReader(store)(channel, { ...asked, bucket: 'MONTH' })
          coverageOfSeries.set(channelKey(channel), meta.coverage)
        }
        for (const measure of measures) {
          const found = await rank(measure, asked, filter, { observed: true })
          const expected = channels
            .map((channel) => {
              const own = seen(channel.platformUserId).filter(inFilter(filter))
              const peakAt = measure === 'PEAK_VIEWERS' ? peakSecondOf(own, asked) * 1000 : null
              return { key: channelKey(channel), value: rankedValue(measure, own, asked), peakAt }
            })
            .filter(({ value }) => value > 0)
            .sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1))
          const total = expected.reduce((sum, { value }) => sum + value, 0)
          expect(found.map(({ key, rank, peakAt }) => ({ key, rank, peakAt }))).toEqual(
            expected.map(({ key, peakAt }, index) => ({ key, rank: index + 1, peakAt })),
          )
          for (const [index, { value, total: told, observed }] of found.entries()) {
            expect(value).toBeCloseTo(expected[index]!.value, 6)
            expect(told).toBeCloseTo(total, 6)
            const channel = channels.find((one) => channelKey(one) === found[index]!.key)!
            const elapsed = {
              from: asked.from * 1000,
              to: asked.to * 1000,
              now: later.getTime(),
              completeThrough: later.getTime(),
            }
            const coverage = coverageOf(elapsed, channel, observed!)
            expect(coverage).toBeCloseTo(coverageOfSeries.get(channelKey(channel))!, 9)
          }
        }
      }),
      { numRuns: cases(9) },
    )
  }, 240_000)

  test('goes on behind a value and a channel, and leaves out what has none', async () => {
    const from = start + 40 * day
    const [high, first, second, low, silent] = Array.from({ length: 5 }, () => newChannel()).sort((a, b) =>
      channelKey(a) < channelKey(b) ? -1 : 1,
    ) as [ProbedChannel, ProbedChannel, ProbedChannel, ProbedChannel, ProbedChannel]
    await insertProbes(store, [
      ...minutely(high, [9, 9], from),
      ...minutely(first, [5, 5], from),
      ...minutely(second, [5, 5], from),
      ...minutely(low, [1, 1], from),
      ...minutely(silent, [0, null], from),
    ])
    const asked = { from, to: from + hour }
    const pages: string[][] = []
    for (let beyond: { value: number; key: string } | null = null; ; ) {
      const page = await rank('PEAK_VIEWERS', asked, {}, { beyond, limit: 2 })
      if (page.length === 0) break
      pages.push(page.map(({ key, rank }) => `${rank} ${key}`))
      beyond = page.at(-1)!
    }
    expect(pages).toEqual([
      [`1 ${channelKey(high)}`, `2 ${channelKey(first)}`],
      [`3 ${channelKey(second)}`, `4 ${channelKey(low)}`],
    ])
  })

  test('goes on behind an average that no decimal number is', async () => {
    const from = start + 50 * day
    const channels = [newChannel(), newChannel(), newChannel()]
    for (const [index, channel] of channels.entries())
      await insertProbes(store, minutely(channel, [10 + index, 7, 7 + index], from))
    const all = await rank('AVERAGE_VIEWERS', { from, to: from + hour })
    const behind = await rank('AVERAGE_VIEWERS', { from, to: from + hour }, {}, { beyond: all[0]! })
    expect(behind.map(({ key }) => key)).toEqual(all.slice(1).map(({ key }) => key))
  })

  test('ranks a broadcast whose viewers are hidden by its time alone', async () => {
    const from = start + 60 * day
    const channel = newChannel()
    const hidden = minutely(channel, [null, null], from).map((probe) => ({ ...probe, startedAt: from - 600 }))
    await insertProbes(store, hidden)
    const found = await Promise.all(measures.map((measure) => rank(measure, { from, to: from + hour })))
    expect(found.map((rows) => rows.map(({ value }) => value))).toEqual([[], [], [], [60]])
  })

  test('reads the sums of days and hours in place of the probes', async () => {
    const read = (range: ModelRange, measure: MeasureOf<'probes'>) =>
      readFrom(store, (explaining) => rank(measure, range, {}, { observed: true }, explaining))
    const from = start + 80 * day
    await insertProbes(store, minutely(newChannel(), Array<number>(2 * 1440).fill(1), from))
    for (const measure of measures) {
      expect(await read({ from, to: from + day + hour }, measure)).toEqual(['sums_by_day', 'sums_by_hour'])
      expect(await read({ from: from - 1, to: from + 2 * day + 1 }, measure)).toEqual([
        'sums_by_day',
        'sums_by_hour',
        'vf.kick_streamer_probe',
      ])
    }
  })

  test('forgets a channel whose probes were erased', async () => {
    const from = start + 70 * day
    const [gone, stays] = [newChannel(), newChannel()]
    await insertProbes(store, [...minutely(gone, [9, 9], from), ...minutely(stays, [1, 1], from)])
    await store.command(
      `ALTER TABLE kick_streamer_probe DELETE WHERE platform_user_id = '${gone.platformUserId}' SETTINGS mutations_sync = 1`,
    )
    const found = await rank('PEAK_VIEWERS', { from, to: from + day })
    expect(found).toMatchObject([{ key: channelKey(stays), total: 1 }])
  })
})
