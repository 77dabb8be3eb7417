import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketStarts } from './buckets.ts'
import { type ChannelKey, channelKey, numbered, rowsByThing } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { type Elapsed, intervalMs, lookAhead, type ProbeTiming } from './outages.ts'
import { bucketSums, type ProbeColumns, singleProbes, storedProbes } from './probe-columns.ts'
import { probeSumsQuery, probesOfOneQuery, probesQuery } from './probe-queries.ts'
import { readPoolFor } from './read-pool-for.ts'

export type ReadProbesOptions = {
  env: string
  plan: BucketPlan
  elapsed: Elapsed
  /** Above this many expected probes, slots are read instead where the buckets consist of whole ones. */
  maxSingleProbes: number
  signal?: AbortSignal | undefined
}

const slotMs = 15 * 60_000

/** The stretch of whole slots inside the range. The first 15 minutes stay out, since a sample there may reach back before the range. */
const slotStretch = ({ from, to }: BucketPlan): { from: number; until: number } => {
  const start = (Math.ceil(from / slotMs) + 1) * slotMs
  return { from: start, until: Math.max(start, Math.floor(to / slotMs) * slotMs) }
}

const consistsOfSlots = ({ bucket, edges }: BucketPlan): boolean =>
  bucket !== 'RAW' && edges.every((edge) => edge % slotMs === 0)

/** Single probes or sums of them, and the rows of each channel. */
export type FoundProbes<T> = { columns: ProbeColumns; rows: ReadonlyMap<T, readonly number[]> }

const noRows = { channel: [], at: [], viewers: [], seconds: [], missed: [], elapsed: [] }

/**
 * The probes of channels in the range and a little beyond it, because the next probe shows whether an outage crossed its end.
 * One query for any number of channels, none when nothing of the range has passed. The rows have no order.
 */
export const readProbes = async <T extends ChannelKey & ProbeTiming>(
  store: ClickHouse,
  channels: readonly T[],
  { env, plan, elapsed, maxSingleProbes, signal }: ReadProbesOptions,
): Promise<FoundProbes<T>> => {
  const numbers = numbered(channels, channelKey)
  const found = (columns: ProbeColumns): FoundProbes<T> => ({ columns, rows: rowsByThing(numbers, columns.channel) })
  const { from, to } = plan
  const spanMs = Math.min(to, elapsed.now) - from
  if (spanMs <= 0 || channels.length === 0) return found(singleProbes(noRows, from))
  const parameters = { ...numbers.parameters, env, from: new Date(from), until: lookAhead(to, channels) }
  const expected = channels.reduce((sum, channel) => sum + spanMs / Math.min(60_000, intervalMs(channel)), 0)
  const stretch = slotStretch(plan)
  if (expected <= maxSingleProbes || !consistsOfSlots(plan) || stretch.from >= stretch.until) {
    const options = { signal, pool: readPoolFor(expected) }
    const { keys, platforms, ids } = parameters
    if (keys.length > 1) {
      const { channel, ...rows } = await store.numbers(probesQuery, parameters, options).catch(historyUnavailable())
      return found(singleProbes(storedProbes(channel, rows), from))
    }
    const one = { ...parameters, platform: platforms[0]!, id: ids[0]! }
    const rows = await store.numbers(probesOfOneQuery, one, options).catch(historyUnavailable())
    return found(singleProbes(storedProbes(new Float64Array(rows.at.length).fill(1), rows), from))
  }
  const [slots_from, slots_until] = [new Date(stretch.from), new Date(stretch.until)]
  const options = { signal, pool: readPoolFor((channels.length * spanMs) / slotMs) }
  const sums = await store
    .columns(probeSumsQuery, { ...parameters, slots_from, slots_until, starts: bucketStarts(plan) }, options)
    .catch(historyUnavailable())
  return found(bucketSums(sums, from))
}
