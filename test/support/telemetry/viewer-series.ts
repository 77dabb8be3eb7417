import { expect } from 'vitest'
import type { ClickHouse } from '../../../src/stores/clickhouse/open-clickhouse.ts'
import type { ProbedChannel } from '../../../src/telemetry/series.ts'
import { type ViewerSeries, type ViewerSeriesOptions, viewerSeries } from '../../../src/telemetry/viewers.ts'
import type { TestProbe } from '../stores/clickhouse.ts'

/** Monday, 2026-06-01, in seconds. */
export const start = Date.UTC(2026, 5, 1) / 1000
/** A year later, when everything of the range has passed. */
export const later = new Date((start + 365 * 86_400) * 1000)
/** In seconds. */
export const hour = 3_600

let channels = 0n
/** Another Kick channel, polled every minute, with no probes yet. */
export const newChannel = (overrides: Partial<ProbedChannel> = {}): ProbedChannel => {
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

/** Reads the viewers of one channel, by default of the first hour. */
export const seriesReader =
  (store: ClickHouse) =>
  async (
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

/** A probe a minute, live where there is a count. */
export const minutely = (channel: ProbedChannel, viewers: readonly (number | null)[], from = start): TestProbe[] =>
  viewers.map((count, index) => ({
    channel: channel.platformUserId,
    at: from + index * 60,
    startedAt: count === null ? undefined : from - 600,
    viewers: count,
  }))

/** The numbers of the points of a series. */
export const valuesOf = ({ points }: ViewerSeries) =>
  points.map(({ average, min, max, last, samples }) => ({ average, min, max, last, samples }))

/** Equal but for the last bit: the order of the additions is not the model's. */
export const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 6))
