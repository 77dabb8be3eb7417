import { nullable, number, numbers } from '../stores/clickhouse/columns.ts'
import type { Reader, SharedQuestion } from '../stores/clickhouse/company.ts'
import { namedQuery, numberQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketStarts } from './buckets.ts'
import {
  type ChannelKey,
  channelKey,
  channelNumber,
  type Numbered,
  numbered,
  ofChannels,
  rowsByThing,
} from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { type Elapsed, intervalMs, lookAhead, type ProbeTiming } from './outages.ts'
import { bucketSums, noProbes, type ProbeColumns, probeCountRow, singleProbes, storedProbes } from './probe-columns.ts'
import type { SeriesOptions } from './series.ts'

// Only stored columns: each computed one would take a twentieth of the time of a series.
const probeColumns = `toUnixTimestamp(ts) AS at,
  viewer_count AS viewers,
  unsampled_seconds AS unsampled,
  missed_probes AS missed,
  elapsed_seconds AS elapsed`

const probeTypes = {
  at: 'UInt32',
  viewers: 'Nullable(UInt32)',
  unsampled: 'Int32',
  missed: 'UInt32',
  elapsed: 'UInt32',
} as const

/** Every probe of some channels as it was made. Instants are seconds since the epoch. */
const probesQuery = numberQuery({
  name: 'probes',
  sql: `
SELECT toUInt32(${channelNumber}) AS channel, ${probeColumns}
FROM kick_streamer_probe
WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}`,
  types: { channel: 'UInt32', ...probeTypes },
})

/** The probes of one channel. Comparing with one value takes a fifth less time than with a list of one. */
const probesOfOneQuery = numberQuery({
  name: 'probes',
  sql: `
SELECT ${probeColumns}
FROM kick_streamer_probe
PREWHERE env = {env:String} AND platform = {platform:String} AND platform_user_id = {id:String}
  AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}`,
  types: probeTypes,
})

/**
 * The probes of some channels as sums of buckets: from slots of 15 minutes where they lie wholly in the range, and from single
 * probes before and after them. `starts` are the starts of the buckets in seconds, in order.
 */
const probeSumsQuery = namedQuery({
  name: 'probe_sums',
  sql: `
SELECT ${channelNumber} AS channel, at, firstProbeAt, lastProbeAt, probes, missed, samples, viewerSeconds, seconds, low,
  toFloat64(highest.1) AS peak, -toFloat64(highest.2) AS peakAt,
  toFloat64(latest.2) AS last, toFloat64(latest.1) AS lastAt,
  arrayMap(o -> [toFloat64(toUnixTimestamp64Milli(o.until)), o.seconds, o.missed], ended) AS outages
FROM (
  SELECT s.platform AS platform, s.platform_user_id AS platform_user_id,
    toFloat64(roundDown(toUnixTimestamp(s.slot), {starts:Array(UInt32)})) * 1000 AS at,
    toFloat64(toUnixTimestamp64Milli(min(s.first_probe_at))) AS firstProbeAt,
    toFloat64(toUnixTimestamp64Milli(max(s.last_probe_at))) AS lastProbeAt,
    toFloat64(sum(s.probes)) AS probes,
    toFloat64(sum(s.missed)) AS missed,
    toFloat64(sum(s.samples)) AS samples,
    toFloat64(sum(s.viewer_seconds)) AS viewerSeconds,
    toFloat64(sum(s.seconds)) AS seconds,
    min(s.low) AS low,
    maxIf((s.peak.viewers, toInt64(s.peak.ms_to_end) - 1000 * (toUnixTimestamp(s.slot) + 900)), s.samples > 0) AS highest,
    maxIf((1000 * toInt64(toUnixTimestamp(s.slot)) + s.last.ms_from_start, s.last.viewers), s.samples > 0) AS latest,
    groupArrayArray(s.outages) AS ended
  FROM kick_streamer_probe_15m AS s
  WHERE ${ofChannels} AND s.slot >= {slots_from:DateTime64(3)} AND s.slot < {slots_until:DateTime64(3)}
  GROUP BY s.platform, s.platform_user_id, at
)
UNION ALL
SELECT ${channelNumber}, at, at, at, 1., missed, toFloat64(viewer_count IS NOT NULL), viewers * inside, inside, viewer_count,
  viewers, at, viewers, at, if(missed > 1, [[at, elapsed_seconds, missed]], [])
FROM (
  SELECT platform, platform_user_id, viewer_count, elapsed_seconds,
    toFloat64(toUnixTimestamp64Milli(ts)) AS at,
    toFloat64(ifNull(viewer_count, 0)) AS viewers,
    toFloat64(missed_probes) AS missed,
    least(toFloat64(sample_seconds), dateDiff('millisecond', {from:DateTime64(3)}, ts) / 1000) AS inside
  FROM kick_streamer_probe
  WHERE ${ofChannels}
    AND (ts >= {from:DateTime64(3)} AND ts < {slots_from:DateTime64(3)} OR ts >= {slots_until:DateTime64(3)} AND ts < {until:DateTime64(3)})
)`,
  row: {
    ...probeCountRow,
    ...numbers('samples', 'viewerSeconds', 'seconds', 'peak', 'peakAt', 'last', 'lastAt'),
    low: nullable(number),
  },
})

export type ReadProbesOptions = Pick<SeriesOptions, 'env' | 'signal'> & {
  plan: BucketPlan
  elapsed: Elapsed
  /** Above this many expected probes, slots are read instead where the buckets consist of whole ones. */
  maxSingleProbes: number
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

/** Reads the probes of channels by one statement. */
type AskProbes = <T extends ChannelKey>(channels: readonly T[], reader: Reader) => Promise<FoundProbes<T>>

/** The parameters that statements about the probes of a plan have, and a key: callers with the same one differ in their channels alone. */
export type AskedProbes = { asked: { env: string; from: Date; until: Date }; key: string }

/** Asks for the probes of a range and those after it that may show an outage across its end. */
export const askedProbes = (
  env: string,
  { from, to, bucket, timezone }: BucketPlan,
  channels: readonly ProbeTiming[],
): AskedProbes => {
  const until = lookAhead(to, channels)
  const key = [env, from, to, until.getTime(), bucket, timezone].join(' ')
  return { asked: { env, from: new Date(from), until }, key }
}

const foundFor = <T>(numbers: Numbered<T>, columns: ProbeColumns): FoundProbes<T> => ({
  columns,
  rows: rowsByThing(numbers, columns.channel),
})

const askSingle =
  (asked: AskedProbes['asked'], from: number): AskProbes =>
  async (channels, reader) => {
    const numbers = numbered(channels, channelKey)
    const { keys, platforms, ids } = numbers.parameters
    if (keys.length > 1) {
      const { channel, ...rows } = await reader.numbers(probesQuery, { ...asked, ...numbers.parameters })
      return foundFor(numbers, singleProbes(storedProbes(channel, rows), from))
    }
    const rows = await reader.numbers(probesOfOneQuery, { ...asked, platform: platforms[0]!, id: ids[0]! })
    const channel = new Float64Array(rows.at.length).fill(1)
    return foundFor(numbers, singleProbes(storedProbes(channel, rows), from))
  }

const askSums =
  (asked: AskedProbes['asked'], plan: BucketPlan): AskProbes =>
  async (channels, reader) => {
    const numbers = numbered(channels, channelKey)
    const { from, until } = slotStretch(plan)
    const slots = { slots_from: new Date(from), slots_until: new Date(until), starts: bucketStarts(plan) }
    const sums = await reader.columns(probeSumsQuery, { ...asked, ...numbers.parameters, ...slots })
    return foundFor(numbers, bucketSums(sums, plan.from))
  }

/**
 * The probes of channels in the range and a little beyond it, because the next probe shows whether an outage crossed its end.
 * One query for any number of channels, also of other callers who wait for the same range and buckets, and none when nothing of the
 * range has passed. The rows have no order.
 */
export const readProbes = async <T extends ChannelKey & ProbeTiming>(
  store: ClickHouse,
  channels: readonly T[],
  { env, plan, elapsed, maxSingleProbes, signal }: ReadProbesOptions,
): Promise<FoundProbes<T>> => {
  const { from, to } = plan
  const spanMs = Math.min(to, elapsed.now) - from
  if (spanMs <= 0 || channels.length === 0) return { columns: singleProbes(noProbes(), from), rows: new Map() }
  const { asked, key } = askedProbes(env, plan, channels)
  const expected = channels.reduce((sum, channel) => sum + spanMs / Math.min(60_000, intervalMs(channel)), 0)
  const stretch = slotStretch(plan)
  const isSingle = expected <= maxSingleProbes || !consistsOfSlots(plan) || stretch.from >= stretch.until
  const rows = isSingle ? expected : (channels.length * spanMs) / slotMs
  const question: SharedQuestion<T, FoundProbes<T>> = {
    name: isSingle ? 'probes' : 'probe_sums',
    key,
    things: channels,
    rows,
    ask: isSingle ? askSingle(asked, from) : askSums(asked, plan),
  }
  return store.together(question, { signal, pool: readPoolFor(rows) }).catch(historyUnavailable())
}
