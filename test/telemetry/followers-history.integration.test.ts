import { afterAll, describe, expect, it } from 'vitest'
import { countSeries } from '../../src/telemetry/count-series.ts'
import type { ProbedChannel } from '../../src/telemetry/series.ts'
import { viewerSeries } from '../../src/telemetry/viewers.ts'
import { followerProbe } from '../../src/workers/refresh-followers.ts'
import { insertProbes, openTestClickHouse } from '../support/stores/clickhouse.ts'

const engine = await openTestClickHouse()
const { store } = engine
afterAll(() => engine[Symbol.asyncDispose]())

const day = 86_400
const start = Date.UTC(2026, 5, 1) / 1000
const days = 8
const now = new Date((start + days * day) * 1000)

/** Looks at noon of the given days, recorded as the worker records them. */
const looks = async (id: string, counts: readonly (number | null | 'missed')[]): Promise<ProbedChannel> => {
  let lastProbedAt: Date | null = null
  let intervalSeconds = 60
  for (const [index, count] of counts.entries()) {
    if (count === 'missed') continue
    // Every look comes a little later than a day after the one before.
    const at = new Date((start + index * day + day / 2 + index * 45) * 1000)
    const claim = { channelId: 1n, platformUserId: id, lastProbedAt, intervalSeconds }
    const row = followerProbe('x', claim, count ?? undefined, at)
    await insertProbes(store, [
      {
        platform: 'x',
        channel: id,
        at: row.at.getTime() / 1000,
        followers: row.followerCount,
        viewers: row.viewerCount,
        elapsed: row.elapsedSeconds,
        interval: row.intervalSeconds,
      },
    ])
    lastProbedAt = at
    intervalSeconds = day
  }
  return {
    channelId: BigInt(id),
    platform: 'x',
    platformUserId: id,
    firstSeenAt: new Date((start - day) * 1000),
    lastProbedAt,
    intervalSeconds,
  }
}

const options = (channel: ProbedChannel) => ({
  env: 'test',
  channels: [channel],
  range: { from: new Date(start * 1000), to: now },
  bucket: 'DAY' as const,
  maxPoints: 500,
  timezone: 'UTC',
  now,
  completeThrough: now,
})

describe('the history of a channel that is only asked for its followers', () => {
  it('has a count for every day, the change since, and full coverage', async () => {
    const channel = await looks('1', [100, 110, 110, 105, null, 120, 121, 130])
    const { points, meta } = (await countSeries(store, 'followers', options(channel))).get(1n)!
    expect(points.map(({ last, change }) => [last, change])).toEqual([
      [100, null],
      [110, 10],
      [110, 0],
      [105, -5],
      [null, null],
      [120, 15],
      [121, 1],
      [130, 9],
    ])
    expect(meta.coverage).toBe(1)
  })

  it('has no viewers, which is not the same as zero', async () => {
    const channel = await looks('2', [1, 2, 3, 4, 5, 6, 7, 8])
    const { points, summary, outages } = (await viewerSeries(store, { ...options(channel), fill: 'NULL' })).get(2n)!
    expect(points.every(({ samples, average, max }) => samples === 0 && average === null && max === null)).toBe(true)
    expect(summary).toMatchObject({ average: null, peak: null, hoursWatched: 0, samples: 0 })
    expect(outages.filter(({ reason }) => reason === 'not probed')).toEqual([])
  })

  it('tells of days on which nobody asked', async () => {
    const channel = await looks('3', [1, 2, 'missed', 'missed', 'missed', 6, 7, 8])
    const { meta } = (await countSeries(store, 'followers', options(channel))).get(3n)!
    expect(meta.coverage).toBeLessThan(0.7)
    const { outages } = (await viewerSeries(store, { ...options(channel), fill: 'NULL' })).get(3n)!
    expect(outages.filter(({ reason }) => reason === 'not probed')).toHaveLength(1)
  })
})
