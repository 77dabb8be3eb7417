import type { Total } from '../platforms/platform-definition.ts'
import { nullable, number } from '../stores/clickhouse/columns.ts'
import type { Reader } from '../stores/clickhouse/company.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketIndexOf, bucketStarts, planBuckets, tooManySamples } from './buckets.ts'
import { channelKey, channelNumber, numbered, ofChannels, rowsByThing } from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { type Elapsed, judgeProbes } from './outages.ts'
import { outagesByRow, probeCountRow } from './probe-columns.ts'
import { type ProbeCountColumns, sumProbeCounts } from './probe-sums.ts'
import { type AskedProbes, askedProbes } from './read-probes.ts'
import {
  elapsedOf,
  metaOf,
  type ProbedChannel,
  passedMs,
  rawEdges,
  refuseHopeless,
  type SeriesMeta,
  type SeriesOptions,
} from './series.ts'

/** One bucket or, in RAW, one probe with a count and the time until the next. */
export type CountPoint = {
  start: Date
  end: Date
  /** The last count; null when this bucket has none. */
  last: number | null
  /** The difference to the previous count; null for the first one. */
  change: number | null
}

export type CountSeries = { meta: SeriesMeta; points: CountPoint[] }

const row = { ...probeCountRow, counts: nullable(number) }

const sums = <Column extends string>(column: Column) =>
  `
  argMax(${column}, ts) AS counts,
  toUInt32(count()) AS probes,
  toFloat64(sum(missed_probes)) AS missed,
  toFloat64(toUnixTimestamp64Milli(min(ts))) AS firstProbeAt,
  toFloat64(toUnixTimestamp64Milli(max(ts))) AS lastProbeAt,
  groupArrayIf([toFloat64(toUnixTimestamp64Milli(ts)), elapsed_seconds, missed_probes], missed_probes > 1) AS outages
FROM kick_streamer_probe
WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}
GROUP BY platform, platform_user_id, at` as const

const queriesOf = <Name extends Total, Column extends string>(name: Name, column: Column) => ({
  byBucket: namedQuery({
    name: `${name}_by_bucket`,
    sql: `SELECT ${channelNumber} AS channel, 1000. * roundDown(toUnixTimestamp(ts), {starts:Array(UInt32)}) AS at, ${sums(column)}` as const,
    row,
  }),
  byProbe: namedQuery({
    name: `${name}_by_probe`,
    sql: `SELECT ${channelNumber} AS channel, toFloat64(toUnixTimestamp64Milli(ts)) AS at, ${sums(column)}` as const,
    row,
  }),
})

const queries = {
  followers: queriesOf('followers', 'follower_count'),
  subscribers: queriesOf('subscribers', 'subscriber_count'),
}

type CountColumns = ProbeCountColumns & {
  channel: readonly number[]
  at: readonly number[]
  counts: readonly (number | null)[]
}

/** What was counted, and the rows of each channel. */
type FoundCounts = { columns: CountColumns; rows: ReadonlyMap<ProbedChannel, readonly number[]> }

const noRows: CountColumns = {
  channel: [],
  at: [],
  counts: [],
  probes: [],
  missed: [],
  firstProbeAt: [],
  lastProbeAt: [],
  outages: new Map(),
}

/** Reads the counts of channels by one statement. */
const askCounts =
  (counted: Total, plan: BucketPlan, asked: AskedProbes['asked']) =>
  async (channels: readonly ProbedChannel[], reader: Reader): Promise<FoundCounts> => {
    const numbers = numbered(channels, channelKey)
    const parameters = { ...asked, ...numbers.parameters }
    const { byProbe, byBucket } = queries[counted]
    // One more bucket begins at the end of the range, for the probe that follows.
    const starts = [...bucketStarts(plan), Math.ceil(plan.to / 1000)]
    const answer = await (plan.bucket === 'RAW'
      ? reader.columns(byProbe, parameters)
      : reader.columns(byBucket, { ...parameters, starts }))
    const columns = { ...answer, outages: outagesByRow(answer.outages) }
    return { columns, rows: rowsByThing(numbers, columns.channel) }
  }

/** Channels of other callers who wait for the same are asked for in the same statement. */
const readCounts = async (
  store: ClickHouse,
  counted: Total,
  plan: BucketPlan,
  elapsed: Elapsed,
  { channels, env, signal }: SeriesOptions,
): Promise<FoundCounts> => {
  const passed = passedMs(elapsed)
  if (passed === 0 || channels.length === 0) return { columns: noRows, rows: new Map() }
  const { asked, key } = askedProbes(env, plan, channels)
  const rows = (channels.length * passed) / 60_000
  const { name } = queries[counted][plan.bucket === 'RAW' ? 'byProbe' : 'byBucket']
  const question = { name, key, things: channels, rows, ask: askCounts(counted, plan, asked) }
  return store.together(question, { signal, pool: readPoolFor(rows) })
}

const pointsOf = (edges: readonly number[], counts: ReadonlyMap<number, number>): CountPoint[] => {
  let previous: number | null = null
  return edges.slice(0, -1).map((start, index) => {
    const last = counts.get(index) ?? null
    const change = last === null || previous === null ? null : last - previous
    previous = last ?? previous
    return { start: new Date(start), end: new Date(edges[index + 1]!), last, change }
  })
}

const seriesOf = (
  plan: BucketPlan,
  elapsed: Elapsed,
  channel: ProbedChannel,
  columns: CountColumns,
  rows: readonly number[],
): CountSeries => {
  const { from, to, bucket, maxPoints } = plan
  const inside = rows.filter((row) => columns.at[row]! < to)
  const after = rows.filter((row) => columns.at[row]! >= to)
  const next = after.length === 0 ? undefined : sumProbeCounts(columns, after)
  const { coverage } = judgeProbes(elapsed, channel, sumProbeCounts(columns, inside), next)
  const counted = inside.filter((row) => columns.counts[row] !== null)
  if (bucket === 'RAW' && counted.length > maxPoints) throw tooManySamples(plan, counted.length)
  const instants = counted.map((row) => Math.max(columns.at[row]!, from))
  const edges = bucket === 'RAW' ? rawEdges(instants, elapsed) : passedMs(elapsed) > 0 ? plan.edges : []
  const counts = new Map(counted.map((row, index) => [bucketIndexOf(edges, instants[index]!), columns.counts[row]!]))
  return { meta: metaOf(plan, elapsed, coverage), points: pointsOf(edges, counts) }
}

/**
 * What was counted of channels over a range, in one query: the last count of each bucket and what it changed. A range that is
 * empty or lies wholly in the future has no points. Rejects with BAD_USER_INPUT, BUCKET_LIMIT_EXCEEDED or UNAVAILABLE.
 */
export const countSeries = async (
  store: ClickHouse,
  counted: Total,
  options: SeriesOptions,
): Promise<Map<bigint, CountSeries>> => {
  const { channels } = options
  const plan = planBuckets(options)
  const elapsed = elapsedOf(plan, options)
  refuseHopeless(plan, elapsed, channels)
  const { columns, rows } = await readCounts(store, counted, plan, elapsed, options).catch(historyUnavailable())
  return new Map(
    channels.map((channel) => [channel.channelId, seriesOf(plan, elapsed, channel, columns, rows.get(channel) ?? [])]),
  )
}
