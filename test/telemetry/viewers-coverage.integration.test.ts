import { afterAll, describe, expect, test } from 'vitest'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { insertProbes, openTestClickHouse, type TestProbe } from '../support/stores/clickhouse.ts'
import { hour, minutely, newChannel, seriesReader, start } from '../support/telemetry/viewer-series.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const seriesOf = seriesReader(store)

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
