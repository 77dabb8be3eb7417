import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { Bucket } from '../../src/telemetry/buckets.ts'
import { viewerSeries } from '../../src/telemetry/viewers.ts'
import { cases } from '../support/lib/cases.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'
import { expectedViewers, probeTrace } from '../support/telemetry/probe-model.ts'
import {
  close,
  hour,
  later,
  minutely,
  newChannel,
  seriesReader,
  start,
  valuesOf,
} from '../support/telemetry/viewer-series.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const seriesOf = seriesReader(store)

describe('a series', () => {
  const gridBuckets: Bucket[] = [
    'MINUTE',
    'FIVE_MINUTES',
    'FIFTEEN_MINUTES',
    'HOUR',
    'SIX_HOURS',
    'DAY',
    'WEEK',
    'MONTH',
  ]
  // Most ranges begin and end within the probes, which last some three hours.
  const range = fc.record({
    from: fc.integer({ min: -hour, max: 2 * hour }),
    length: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 3 * hour }) },
      { weight: 1, arbitrary: fc.integer({ min: 3 * hour, max: 30 * hour }) },
    ),
  })
  const zone = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe')

  test('is that of the samples at every bucket size, in every zone, from single probes and from slots alike', async () => {
    await fc.assert(
      fc.asyncProperty(probeTrace(start), range, zone, async (trace, { from, length }, timezone) => {
        const channel = newChannel()
        const probes = trace.map((probe) => ({ ...probe, channel: channel.platformUserId }))
        await insertProbes(store, probes)
        const span = { from: start + from, to: start + from + length, timezone }
        const first = await seriesOf(channel, { ...span, bucket: 'DAY' })
        for (const bucket of gridBuckets) {
          for (const maxSingleProbes of [0, Number.POSITIVE_INFINITY]) {
            const series = await seriesOf(channel, { ...span, bucket, maxSingleProbes })
            const expected = expectedViewers(series, probes)
            expect(valuesOf(series)).toEqual(
              expected.points.map((point) => ({ ...point, average: close(point.average) })),
            )
            const { average, hoursWatched } = expected.summary
            expect(series.summary).toEqual({
              ...expected.summary,
              average: close(average),
              hoursWatched: close(hoursWatched),
            })
            expect(series.outages).toEqual(first.outages)
            expect(series.meta.coverage).toBeCloseTo(first.meta.coverage, 9)
          }
        }
      }),
      { numRuns: cases(8) },
    )
  }, 120_000)

  test('of days is read from slots on the day that clocks change', async () => {
    const channel = newChannel()
    const midnight = Date.UTC(2026, 9, 31, 4) / 1000
    await insertProbes(
      store,
      minutely(
        channel,
        Array.from({ length: 3 * 1440 }, (_, index) => index),
        midnight,
      ),
    )
    asked.length = 0
    const options = { from: midnight, to: midnight + 73 * hour, bucket: 'DAY' as const, timezone: 'America/New_York' }
    const slots = await seriesOf(channel, { ...options, maxSingleProbes: 0 })
    expect(asked).toEqual(['probe_sums'])
    expect(slots.points.map(({ start, end }) => (end.getTime() - start.getTime()) / 3_600_000)).toEqual([24, 25, 24])
    expect(slots.points.map(({ min, max, samples }) => ({ min, max, samples }))).toEqual([
      { min: 0, max: 1439, samples: 1440 },
      { min: 1440, max: 2939, samples: 1500 },
      { min: 2940, max: 4319, samples: 1380 },
    ])
    const single = await seriesOf(channel, { ...options, maxSingleProbes: 1e9 })
    expect(slots).toEqual(single)
  })

  test('counts a batch once that arrives twice, in both ways of reading', async () => {
    const channel = newChannel()
    const probes = minutely(
      channel,
      Array.from({ length: 180 }, () => 10),
    )
    for (let delivery = 0; delivery < 2; delivery++) await insertProbes(store, probes, `twice-${channel.channelId}`)
    for (const maxSingleProbes of [0, 1e9]) {
      const { summary } = await seriesOf(channel, { to: start + 3 * hour, bucket: 'HOUR', maxSingleProbes })
      expect(summary).toMatchObject({ samples: 180, average: 10 })
    }
  })

  test('keeps samples of the range and clips the time of the first to it', async () => {
    const channel = newChannel()
    await insertProbes(store, minutely(channel, [1, 2, 3, 4]))
    const { points, summary } = await seriesOf(channel, { from: start + 90, to: start + 180, bucket: 'MINUTE' })
    expect(points).toEqual([
      {
        start: new Date((start + 60) * 1000),
        end: new Date((start + 120) * 1000),
        average: null,
        min: null,
        max: null,
        last: null,
        samples: 0,
        partial: true,
      },
      {
        start: new Date((start + 120) * 1000),
        end: new Date((start + 180) * 1000),
        average: 3,
        min: 3,
        max: 3,
        last: 3,
        samples: 1,
        partial: false,
      },
    ])
    expect(summary).toEqual({
      average: 3,
      peak: 3,
      peakAt: new Date((start + 120) * 1000),
      hoursWatched: 90 / 3_600,
      samples: 1,
    })
  })

  test('does not mix channels, platforms or environments', async () => {
    const channel = newChannel()
    const onTwitch = { ...channel, channelId: channel.channelId + 1_000_000n, platform: 'twitch' }
    await insertProbes(store, [
      ...minutely(channel, [1, 1]),
      ...minutely(channel, [5, 5]).map((probe) => ({ ...probe, platform: 'twitch' })),
      ...minutely(newChannel(), [9, 9]),
    ])
    const options = {
      env: 'test',
      range: { from: new Date(start * 1000), to: new Date((start + hour) * 1000) },
      bucket: 'HOUR',
      maxPoints: 10,
      timezone: 'UTC',
      fill: 'NULL',
      now: later,
      completeThrough: later,
    } as const
    const found = await viewerSeries(store, { ...options, channels: [channel, onTwitch] })
    expect([channel, onTwitch].map(({ channelId }) => found.get(channelId)!.summary.peak)).toEqual([1, 5])
    const elsewhere = await viewerSeries(store, { ...options, env: 'other', channels: [channel] })
    expect(elsewhere.get(channel.channelId)!.summary.samples).toBe(0)
  })

  test('of many channels is one query, and none when nothing of the range has passed', async () => {
    const many = Array.from({ length: 50 }, () => newChannel())
    await insertProbes(
      store,
      many.flatMap((channel, index) => minutely(channel, [index, index + 1])),
    )
    asked.length = 0
    const ask = (now: Date) =>
      viewerSeries(store, {
        env: 'test',
        channels: many,
        range: { from: new Date(start * 1000), to: new Date((start + hour) * 1000) },
        bucket: 'MINUTE',
        maxPoints: 60,
        timezone: 'UTC',
        fill: 'NULL',
        now,
        completeThrough: now,
      })
    const found = await ask(later)
    expect(asked).toEqual(['probes'])
    expect(many.map(({ channelId }) => found.get(channelId)!.summary.peak)).toEqual(many.map((_, index) => index + 1))
    asked.length = 0
    const before = await ask(new Date((start - 1) * 1000))
    expect(asked).toEqual([])
    expect(before.get(many[0]!.channelId)).toMatchObject({
      points: [],
      outages: [],
      meta: { coverage: 0 },
      summary: { samples: 0, peak: null, average: null },
    })
  })
})

test('series of several callers who wait for the same range are one query, and those of each channel alone', async () => {
  const many = Array.from({ length: 6 }, () => newChannel())
  await insertProbes(
    store,
    many.flatMap((channel, index) => minutely(channel, [index, 10 * index, 7])),
  )
  for (const options of [
    { bucket: 'MINUTE' },
    { bucket: 'FIFTEEN_MINUTES', maxSingleProbes: 0 },
    { bucket: 'RAW' },
  ] as const) {
    const alone: unknown[] = []
    for (const channel of many) alone.push(await seriesOf(channel, options))
    asked.length = 0
    expect(await Promise.all(many.map((channel) => seriesOf(channel, options)))).toEqual(alone)
    expect(asked).toHaveLength(1)
  }
  asked.length = 0
  await Promise.all(many.slice(0, 3).map((channel, index) => seriesOf(channel, { from: start + index })))
  expect(asked).toHaveLength(3)
})

test('viewers and sums beyond 32 bits come without wrapping', async () => {
  const channel = newChannel()
  await insertProbes(store, minutely(channel, [4_294_967_295, 4_294_967_295, 1]))
  const { summary } = await seriesOf(channel, { from: start - hour })
  expect(summary.peak).toBe(2 ** 31 - 1)
  expect(summary.hoursWatched).toBeCloseTo((2 * 4_294_967_295 * 60 + 60) / 3_600, 3)
})

test('the slots hold exactly the probes', async () => {
  const totals = namedQuery({
    name: 'totals',
    sql: `SELECT toFloat64(sum(probes)) AS slots, (SELECT toFloat64(count()) FROM kick_streamer_probe) AS single FROM kick_streamer_probe_15m`,
    row: { slots: number, single: number },
  })
  const [{ slots, single } = { slots: 0, single: -1 }] = await store.query(totals, {})
  expect(slots).toBe(single)
  expect(single).toBeGreaterThan(0)
})
