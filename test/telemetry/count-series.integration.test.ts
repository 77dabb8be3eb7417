import { afterAll, expect, test } from 'vitest'
import type { Total } from '../../src/platforms/platform-definition.ts'
import type { Bucket } from '../../src/telemetry/buckets.ts'
import { countSeries } from '../../src/telemetry/count-series.ts'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'

const asked: string[] = []
const engine = await openTestClickHouse({ onQuery: (name) => asked.push(name) })
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const start = Date.UTC(2026, 5, 1) / 1000
const later = new Date((start + 86_400) * 1000)

const channelOf = (number: bigint): ProbedChannel => ({
  channelId: number,
  platform: 'kick',
  platformUserId: String(number),
  firstSeenAt: new Date(0),
  lastProbedAt: later,
  intervalSeconds: 60,
})

const ask = (
  channels: readonly ProbedChannel[],
  bucket: Bucket,
  { from = 0, to = 600, maxPoints = 500, now = later, counted = 'followers' as Total } = {},
) =>
  countSeries(store, counted, {
    env: 'test',
    channels,
    range: { from: new Date((start + from) * 1000), to: new Date((start + to) * 1000) },
    bucket,
    maxPoints,
    timezone: 'UTC',
    now,
    completeThrough: now,
  })

const [told, silent] = [channelOf(1n), channelOf(2n)]
// One probe a minute for ten minutes; the platform tells the count at some of them.
const counts = [100, null, 101, null, null, null, null, 98, 97, null]
await insertProbes(
  store,
  counts.flatMap((followers, minute) => [
    { channel: '1', at: start + minute * 60, followers, subscribers: minute === 4 ? 0 : minute === 6 ? 3 : null },
    { channel: '2', at: start + minute * 60 },
  ]),
)
// The next probe after the range.
await insertProbes(store, [{ channel: '1', at: start + 600, followers: 5_000 }])

test('the last count of each bucket, and what changed since the last that is known', async () => {
  const found = await ask([told], 'FIVE_MINUTES')
  const { points, meta } = found.get(1n)!
  expect(points.map(({ last, change }) => [last, change])).toEqual([
    [101, null],
    [97, -4],
  ])
  expect(meta).toMatchObject({ bucket: 'FIVE_MINUTES', coverage: 1 })
})

test('a bucket in which the platform did not tell is null and takes nothing from the changes', async () => {
  const { points } = (await ask([told], 'MINUTE')).get(1n)!
  expect(points.map(({ last, change }) => [last, change])).toEqual([
    [100, null],
    [null, null],
    [101, 1],
    [null, null],
    [null, null],
    [null, null],
    [null, null],
    [98, -3],
    [97, -1],
    [null, null],
  ])
})

test('RAW has a point for each time the platform told', async () => {
  const { points } = (await ask([told], 'RAW')).get(1n)!
  expect(
    points.map(({ start: at, end, last, change }) => [
      at.getTime() / 1000 - start,
      end.getTime() / 1000 - start,
      last,
      change,
    ]),
  ).toEqual([
    [0, 120, 100, null],
    [120, 420, 101, 1],
    [420, 480, 98, -3],
    [480, 600, 97, -1],
  ])
  await expect(ask([told], 'RAW', { maxPoints: 3 })).rejects.toMatchObject({ code: 'BUCKET_LIMIT_EXCEEDED' })
})

test('subscribers are counted apart from followers, and nobody is no gap', async () => {
  asked.length = 0
  const { points } = (await ask([told], 'RAW', { counted: 'subscribers' })).get(1n)!
  expect(points.map(({ last, change }) => [last, change])).toEqual([
    [0, null],
    [3, 3],
  ])
  expect(asked).toEqual(['subscribers_by_probe'])
})

test('several channels share one query, and one that tells nothing is null throughout', async () => {
  asked.length = 0
  const found = await ask([told, silent], 'AUTO')
  expect(asked).toEqual(['followers_by_bucket'])
  expect(found.get(2n)!.points.every(({ last, change }) => last === null && change === null)).toBe(true)
  expect(found.get(2n)!.meta.coverage).toBe(1)
  expect(found.get(1n)!.points).toHaveLength(10)
})

test('a range that lies in the future has no points and asks nothing', async () => {
  asked.length = 0
  const found = await ask([told], 'MINUTE', { now: new Date((start - 60) * 1000) })
  expect(found.get(1n)).toMatchObject({ points: [], meta: { coverage: 0 } })
  expect(asked).toEqual([])
})
