import fc from 'fast-check'
import type { ViewerSeries } from '../../../src/telemetry/viewers.ts'
import type { TestProbe } from '../stores/clickhouse.ts'

/** The seconds that the sample of a probe stands for, as clickhouse/README.md says it. */
export const sampleSeconds = ({ at, startedAt = 0, viewers, elapsed = 60, interval = 60 }: TestProbe): number => {
  if (viewers == null) return 0
  const since = elapsed === 0 ? interval : Math.min(elapsed, Math.floor(interval * 2.5))
  return Math.max(1, Math.min(since, at - startedAt))
}

type Sum = {
  average: number | null
  min: number | null
  max: number | null
  last: number | null
  samples: number
  seconds: number
  peakAt: number | null
}

/** What the probes with viewers in a stretch add up to, the plain way. */
const sumOf = (probes: readonly TestProbe[], rangeFrom: number, from: number, to: number): Sum => {
  const inside = probes
    .filter(({ at, viewers }) => viewers != null && at >= rangeFrom && at >= from && at < to)
    .sort((a, b) => a.at - b.at)
  if (inside.length === 0)
    return { average: null, min: null, max: null, last: null, samples: 0, seconds: 0, peakAt: null }
  const counts = inside.map(({ viewers }) => viewers!)
  const weights = inside.map((probe) => Math.min(sampleSeconds(probe), probe.at - rangeFrom))
  const weighted = counts.reduce((sum, count, index) => sum + count * weights[index]!, 0)
  const seconds = weights.reduce((a, b) => a + b, 0)
  const max = Math.max(...counts)
  return {
    average: seconds > 0 ? weighted / seconds : counts.at(-1)!,
    min: Math.min(...counts),
    max,
    last: counts.at(-1)!,
    samples: counts.length,
    seconds: weighted,
    peakAt: inside.find(({ viewers }) => viewers === max)!.at,
  }
}

const seconds = (date: Date): number => date.getTime() / 1000

/** What the points and the summary of a series must hold when the channel has these probes. */
export const expectedViewers = (series: ViewerSeries, probes: readonly TestProbe[]) => {
  const [from, to] = [seconds(series.meta.from), seconds(series.meta.to)]
  const whole = sumOf(probes, from, from, to)
  return {
    points: series.points.map(({ start, end }) => {
      const { seconds: _, peakAt: __, ...values } = sumOf(probes, from, seconds(start), Math.min(seconds(end), to))
      return values
    }),
    summary: {
      average: whole.average,
      peak: whole.max,
      peakAt: whole.peakAt === null ? null : new Date(whole.peakAt * 1000),
      hoursWatched: whole.seconds / 3600,
      samples: whole.samples,
    },
  }
}

const step = fc.record({
  gap: fc.oneof(
    { weight: 40, arbitrary: fc.integer({ min: 20, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: 121, max: 20_000 }) },
  ),
  live: fc.boolean(),
  viewers: fc.oneof(
    // Few different values, so that peaks tie.
    { weight: 6, arbitrary: fc.nat({ max: 12 }) },
    { weight: 1, arbitrary: fc.nat({ max: 5_000 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  restart: fc.integer({ min: 1, max: 10 }),
})

/** Probes of one channel from `start` on, in seconds: live and not, with hidden viewers, new broadcasts and outages. */
export const probeTrace = (start: number): fc.Arbitrary<Omit<TestProbe, 'channel'>[]> =>
  fc.array(step, { minLength: 100, maxLength: 200 }).map((steps) => {
    let at = start
    let startedAt: number | undefined
    return steps.map(({ gap, live, viewers, restart }, index) => {
      at += gap
      startedAt = live
        ? startedAt === undefined || restart === 1
          ? at - Math.min(restart * 13, gap)
          : startedAt
        : undefined
      return { at, startedAt, viewers: live ? viewers : null, elapsed: index === 0 ? 0 : gap, interval: 60 }
    })
  })
