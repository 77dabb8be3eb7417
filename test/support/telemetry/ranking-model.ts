import fc from 'fast-check'
import type { ChannelKey } from '../../../src/telemetry/channel-key.ts'
import type { MeasureOf } from '../../../src/telemetry/ranking.ts'
import type { TestProbe } from '../stores/clickhouse.ts'
import { probeTrace, sampleSeconds } from './probe-model.ts'

/** Instants in seconds, as probes have them. */
export type ModelRange = { from: number; to: number }

/** The seconds that a probe of a broadcast stands for, whether it saw viewers or not. */
export const airSeconds = (probe: TestProbe): number =>
  probe.startedAt === undefined ? 0 : sampleSeconds({ ...probe, viewers: 0 })

/** The value of a channel with these probes, the plain way: viewer-seconds, viewers or seconds. */
export const rankedValue = (
  measure: MeasureOf<'probes'>,
  probes: readonly TestProbe[],
  { from, to }: ModelRange,
): number => {
  const inside = probes.filter(({ at }) => at >= from && at < to)
  const samples = inside.filter(({ viewers }) => viewers != null)
  const cut = (seconds: number, { at }: TestProbe) => Math.min(seconds, at - from)
  const sum = (of: readonly TestProbe[], each: (probe: TestProbe) => number) =>
    of.reduce((total, probe) => total + each(probe), 0)
  const watched = sum(samples, (probe) => probe.viewers! * cut(sampleSeconds(probe), probe))
  const sampled = sum(samples, (probe) => cut(sampleSeconds(probe), probe))
  switch (measure) {
    case 'HOURS_WATCHED':
      return watched
    case 'AVERAGE_VIEWERS':
      return sampled > 0 ? watched / sampled : 0
    case 'AIR_TIME':
      return sum(inside, (probe) => cut(airSeconds(probe), probe))
    case 'PEAK_VIEWERS':
      return Math.max(0, ...samples.map(({ viewers }) => viewers!))
  }
}

/** The first second in which a channel had most viewers. */
export const peakSecondOf = (probes: readonly TestProbe[], range: ModelRange): number => {
  const peak = rankedValue('PEAK_VIEWERS', probes, range)
  const at = probes.filter((probe) => probe.at >= range.from && probe.at < range.to && probe.viewers === peak)
  return Math.min(...at.map((probe) => probe.at))
}

const described = fc.constantFrom(
  { category: 'Chess', language: 'en' },
  { category: 'chess', language: 'EN' },
  { category: 'Slots', language: 'de' },
  { category: '', language: '' },
)

/** Probes of some channels, live ones with category and language, in batches of random order; some batches come twice. */
export const probedBatches = (
  channels: readonly ChannelKey[],
  start: number,
): fc.Arbitrary<{ probes: TestProbe[]; batches: { probes: TestProbe[]; times: number }[] }> =>
  fc
    .tuple(
      ...channels.map(({ platform, platformUserId }) =>
        fc.tuple(probeTrace(start), fc.infiniteStream(described)).map(([trace, details]) => {
          const of = details[Symbol.iterator]()
          return trace.map((probe) => {
            const told = probe.startedAt === undefined ? {} : of.next().value
            return { ...probe, ...told, platform, channel: platformUserId }
          })
        }),
      ),
    )
    .chain((traces) => {
      const probes = traces.flat()
      return fc
        .tuple(
          fc.shuffledSubarray(probes, { minLength: probes.length }),
          fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 4 }),
        )
        .map(([shuffled, times]) => {
          const size = Math.ceil(shuffled.length / times.length)
          const batches = times.map((count, index) => ({
            probes: shuffled.slice(index * size, (index + 1) * size),
            times: count,
          }))
          return { probes, batches: batches.filter((batch) => batch.probes.length > 0) }
        })
    })
