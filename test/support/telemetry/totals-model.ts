import type { TestProbe } from '../stores/clickhouse.ts'
import { sampleSeconds } from './probe-model.ts'
import { airSeconds, type ModelRange } from './ranking-model.ts'

/** The seconds that a probe stands for, whatever it saw. */
const observedSeconds = (probe: TestProbe): number => sampleSeconds({ ...probe, viewers: 0, startedAt: 0 })

/** What totals say of a bucket when its channels have these probes: the time of each probe of the range, as far as it lies in the bucket. */
export const expectedTotals = (probes: readonly TestProbe[], range: ModelRange, bucket: ModelRange) => {
  const [from, to] = [Math.max(range.from, bucket.from), Math.min(range.to, bucket.to)]
  const inside = ({ at }: TestProbe, seconds: number) => Math.max(0, Math.min(at, to) - Math.max(at - seconds, from))
  const sum = (each: (probe: TestProbe) => number) =>
    probes.filter(({ at }) => at >= range.from && at < range.to).reduce((total, probe) => total + each(probe), 0)
  const observed = sum((probe) => inside(probe, observedSeconds(probe)))
  const average = (seconds: number) => seconds / (to - from)
  return {
    liveChannels: observed > 0 ? average(sum((probe) => inside(probe, airSeconds(probe)))) : null,
    viewers: observed > 0 ? average(sum((probe) => (probe.viewers ?? 0) * inside(probe, sampleSeconds(probe)))) : null,
    observedChannels: average(observed),
  }
}
