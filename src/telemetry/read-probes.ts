import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { BucketPlan } from './buckets.ts'
import { type ChannelKey, numberChannels } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { type Elapsed, intervalMs, type Watch } from './outages.ts'
import { probesQuery, probeTotalsQuery } from './probe-queries.ts'
import { type ProbeTotals, singleProbe } from './probe-totals.ts'

export type ReadProbesOptions = {
  env: string
  plan: BucketPlan
  elapsed: Elapsed
  /** Above this many expected probes, slots are read instead where the buckets consist of whole ones. */
  maxSingleProbes: number
  signal?: AbortSignal | undefined
}

const slotMs = 15 * 60_000

// A row more than this costs a query over a tenth of a second.
const maxLightRows = 200_000

const lastInstant = 2 ** 32 * 1000 - 1

/** The stretch of whole slots inside the range. It leaves 15 minutes at the start, where a sample may reach back before the range. */
const slotStretch = ({ from, to }: BucketPlan): { from: number; until: number } => {
  const start = (Math.ceil(from / slotMs) + 1) * slotMs
  return { from: start, until: Math.max(start, Math.floor(to / slotMs) * slotMs) }
}

const consistsOfSlots = ({ bucket, edges }: BucketPlan): boolean =>
  bucket !== 'RAW' && edges.every((edge) => edge % slotMs === 0)

/**
 * The probes of channels in the range and a little beyond it, where the next probe tells whether an outage crossed its end.
 * One query for any number of channels; the sums of a channel come in no order.
 */
export const readProbes = async <T extends ChannelKey & Watch>(
  store: ClickHouse,
  channels: readonly T[],
  { env, plan, elapsed, maxSingleProbes, signal }: ReadProbesOptions,
): Promise<Map<T, ProbeTotals[]>> => {
  const numbers = numberChannels(channels)
  const found = new Map<T, ProbeTotals[]>(channels.map((channel) => [channel, []]))
  const add = (number: number, probes: ProbeTotals) => {
    for (const channel of numbers.channels(number)) found.get(channel)!.push(probes)
  }
  const { from, to } = plan
  const lookAheadMs = Math.max(30 * 60_000, ...channels.map((channel) => 3 * intervalMs(channel)))
  const parameters = {
    ...numbers.parameters,
    env,
    from: new Date(from),
    until: new Date(Math.min(to + lookAheadMs, lastInstant)),
  }
  const spanMs = Math.min(to, elapsed.now) - from
  const expected = channels.reduce((sum, channel) => sum + spanMs / Math.min(60_000, intervalMs(channel)), 0)
  const laneFor = (rows: number) => (rows > maxLightRows ? 'heavy' : 'light')
  const stretch = slotStretch(plan)
  try {
    if (expected <= maxSingleProbes || !consistsOfSlots(plan) || stretch.from >= stretch.until) {
      const rows = await store.query(probesQuery, parameters, { signal, lane: laneFor(expected) })
      for (const row of rows) add(row.channel, singleProbe(row, from))
      return found
    }
    const rows = await store.query(
      probeTotalsQuery,
      {
        ...parameters,
        slots_from: new Date(stretch.from),
        slots_until: new Date(stretch.until),
        starts: plan.edges.slice(0, -1).map((edge) => edge / 1000),
      },
      { signal, lane: laneFor((channels.length * spanMs) / slotMs) },
    )
    for (const row of rows) {
      add(row.channel, {
        at: Math.max(row.at, from),
        firstProbeAt: row.first_probe_at,
        lastProbeAt: row.last_probe_at,
        probes: row.probes,
        missed: row.missed,
        samples: row.samples,
        viewerSeconds: row.viewer_seconds,
        seconds: row.seconds,
        low: row.low ?? 0,
        peak: row.peak,
        peakAt: row.peak_at,
        last: row.last,
        lastAt: row.last_at,
        outages: row.outages.map(([until, seconds, missed]) => ({
          until: until!,
          seconds: seconds!,
          missed: missed!,
        })),
      })
    }
    return found
  } catch (error) {
    throw historyUnavailable(error)
  }
}
