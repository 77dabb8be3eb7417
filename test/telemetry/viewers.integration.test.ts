import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { number } from '../../src/stores/clickhouse/columns.ts'
import { namedQuery } from '../../src/stores/clickhouse/named-query.ts'
import type { Bucket } from '../../src/telemetry/buckets.ts'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { type ViewerSeries, type ViewerSeriesOptions, viewerSeries } from '../../src/telemetry/viewers.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { expectedViewers, probeTrace } from '../support/telemetry/probe-model.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

// Monday, 2026-06-01.
const start = Date.UTC(2026, 5, 1) / 1000
const later = new Date((start + 365 * 86_400) * 1000)
const hour = 3_600

let channels = 0n
const newChannel = (overrides: Partial<ProbedChannel> = {}): ProbedChannel => {
  channels += 1n
  const platformUserId = `channel-${channels}`
  return {
    channelId: channels,
    platform: 'kick',
    platformUserId,
    firstSeenAt: new Date(0),
    lastProbedAt: later,
    intervalSeconds: 60,
    ...overrides,
  }
}

type Asked = Partial<Omit<ViewerSeriesOptions, 'range'>> & { from?: number; to?: number }

const seriesOf = async (
  channel: ProbedChannel,
  { from = start, to = start + hour, ...options }: Asked = {},
): Promise<ViewerSeries> => {
  const found = await viewerSeries(store, {
    env: 'test',
    channels: [channel],
    range: { from: new Date(from * 1000), to: new Date(to * 1000) },
    bucket: 'AUTO',
    maxPoints: 10_000,
    timezone: 'UTC',
    fill: 'NULL',
    now: later,
    completeThrough: later,
    ...options,
  })
  return found.get(channel.channelId)!
}

const minutely = (channel: ProbedChannel, viewers: readonly (number | null)[], from = start): TestProbe[] =>
  viewers.map((count, index) => ({
    channel: channel.platformUserId,
    at: from + index * 60,
    startedAt: count === null ? undefined : from - 600,
    viewers: count,
  }))

const valuesOf = ({ points }: ViewerSeries) =>
  points.map(({ average, min, max, last, samples }) => ({ average, min, max, last, samples }))

// Differences in the last bit: the order of the additions is not the model's.
const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))

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
      { numRuns: 20 },
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

describe('RAW', () => {
  test('has a point for every probe, which lasts until the next', async () => {
    const channel = newChannel()
    await insertProbes(store, minutely(channel, [4, null, 6]))
    const { points, meta } = await seriesOf(channel, { bucket: 'RAW' })
    expect(meta.bucket).toBe('RAW')
    expect(
      points.map(({ start: from, end, last, samples }) => [
        from.getTime() / 1000 - start,
        end.getTime() / 1000 - start,
        last,
        samples,
      ]),
    ).toEqual([
      [0, 60, 4, 1],
      [60, 120, null, 0],
      [120, 3_600, 6, 1],
    ])
  })

  test('of more probes than points is refused with their number', async () => {
    const channel = newChannel()
    await insertProbes(
      store,
      minutely(
        channel,
        Array.from({ length: 60 }, () => 1),
      ),
    )
    await expect(seriesOf(channel, { bucket: 'RAW', maxPoints: 59 })).rejects.toMatchObject({
      code: 'BUCKET_LIMIT_EXCEEDED',
      extensions: { count: 60, maximum: 59, suggestion: 'FIVE_MINUTES' },
    })
    expect((await seriesOf(channel, { bucket: 'RAW', maxPoints: 60 })).points).toHaveLength(60)
  })

  test('of a range that is hopelessly long is refused unread', async () => {
    asked.length = 0
    await expect(
      seriesOf(newChannel(), { bucket: 'RAW', from: start - 3_650 * 86_400, maxPoints: 500 }),
    ).rejects.toMatchObject({ code: 'BUCKET_LIMIT_EXCEEDED' })
    expect(asked).toEqual([])
  })
})

test('a bucket is partial that the range cuts or that is not complete', async () => {
  const now = new Date((start + 150) * 1000)
  const { points } = await seriesOf(newChannel(), {
    from: start + 30,
    to: start + 240,
    bucket: 'MINUTE',
    now,
    completeThrough: new Date((start + 130) * 1000),
  })
  expect(points.map(({ partial }) => partial)).toEqual([true, false, true, true])
})

describe('outages and coverage', () => {
  const probesWithGap = (channel: ProbedChannel): TestProbe[] => [
    ...minutely(
      channel,
      Array.from({ length: 60 }, () => 5),
    ),
    ...minutely(
      channel,
      Array.from({ length: 60 }, () => 5),
      start + 2 * hour,
    ).map((probe, index) => ({ ...probe, elapsed: index === 0 ? hour + 60 : 60 })),
  ]

  test.each([
    ['single probes', 1e9],
    ['slots', 0],
  ])('of %s say when nobody looked and how much that cost', async (_, maxSingleProbes) => {
    const channel = newChannel()
    await insertProbes(store, probesWithGap(channel))
    const { outages, meta, summary } = await seriesOf(channel, {
      to: start + 3 * hour,
      bucket: 'FIFTEEN_MINUTES',
      maxSingleProbes,
    })
    expect(outages).toEqual([
      { from: new Date((start + 59 * 60) * 1000), to: new Date((start + 2 * hour) * 1000), reason: 'not probed' },
    ])
    expect(meta.coverage).toBeCloseTo(120 / 180, 9)
    // The sample after the gap stands for two and a half minutes of it; the first one for none before the range.
    expect(summary.hoursWatched).toBeCloseTo((5 * (59 * 60 + 150 + 59 * 60)) / 3_600, 9)
  })

  test('cross the end of the range when the probe that ended them is behind it', async () => {
    const channel = newChannel()
    await insertProbes(store, probesWithGap(channel))
    const { outages, meta } = await seriesOf(channel, { to: start + 1.75 * hour })
    expect(outages).toEqual([
      { from: new Date((start + 59 * 60) * 1000), to: new Date((start + 1.75 * hour) * 1000), reason: 'not probed' },
    ])
    expect(meta.coverage).toBeCloseTo(60 / 105, 9)
  })

  test('begin where tracking has not and last until now where probes are overdue', async () => {
    const firstSeenAt = new Date((start + 600) * 1000)
    const channel = newChannel({ firstSeenAt, lastProbedAt: new Date((start + 1_140) * 1000) })
    await insertProbes(
      store,
      minutely(
        channel,
        Array.from({ length: 10 }, () => 1),
        start + 600,
      ),
    )
    const now = new Date((start + 1_800) * 1000)
    const { outages } = await seriesOf(channel, { now, completeThrough: now })
    expect(outages).toEqual([
      { from: new Date(start * 1000), to: firstSeenAt, reason: 'not tracked yet' },
      { from: new Date((start + 1_140) * 1000), to: now, reason: 'not probed' },
    ])
  })
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
