import { instant, list, nullable, number, numbers, text } from '../stores/clickhouse/columns.ts'
import { namedQuery, type RowOf } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type BucketPlan, bucketStarts } from './buckets.ts'
import type { ChannelKey } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { type Outcome, outcomes } from './webhook-outcome.ts'

/** How many deliveries had an outcome, and how many of them the inbox left out. */
export type OutcomeCount = { outcome: Outcome; count: number; leftOut: number }

/** Milliseconds from sending to receipt, negative where the platform's clock runs ahead. Quantiles are those of the nearest rank, right to one percent; the longest is exact. */
export type Lag = { p50: number; p95: number; max: number }

/** What was received in a stretch of time, without replays. */
export type DeliveryCounts = {
  received: number
  leftOut: number
  /** The same outcomes in all counts of an answer: those that came in its range. */
  outcomes: OutcomeCount[]
  /** Of what the platform signed and had not sent before; null where there was nothing. */
  lag: Lag | null
}

/** A type of a platform; null stands for what nobody has signed, whose type is only claimed. */
export type DeliveryType = { source: string; eventType: string | null }

/** The counts of the types with the most deliveries, and when each came last. */
type TypeCounts = DeliveryType & DeliveryCounts & { lastAt: Date }

/** The most types of an answer: a sender may claim any. */
export const maxTypes = 50

/** Which deliveries to count: those received in the range of the plan. */
export type StatisticsRequest = {
  env: string
  plan: BucketPlan
  channel: ChannelKey | null
  platform: string | null
  eventType: string | null
}

/** Deliveries by bucket, by type, and all of them. */
export type DeliveryStatistics = {
  total: DeliveryCounts
  /** One for each bucket. */
  points: DeliveryCounts[]
  byType: TypeCounts[]
  /** The first receipt that the inbox still has, of any delivery; null where it has none. */
  keptSince: Date | null
}

// Each row is read once, into groups by all keys; then the groups are merged in six ways. What is not a key of a way is '' or 0 there.
const statisticsQuery = namedQuery({
  name: 'webhook_statistics',
  pool: 'heavy',
  sql: `
SELECT toUInt8(grouping(start) = 0) AS ofPoint, toUInt8(grouping(type) = 0) AS ofType, toUInt8(grouping(outcome) = 0) AS ofOutcome,
  toFloat64(start) AS startSeconds, source, type AS eventType, outcome,
  toFloat64(sum(rows)) AS kept, toFloat64(sum(omitted)) AS leftOut, toFloat64(max(last)) AS lastAt,
  toFloat64(sum(timed)) AS timedCount, toFloat64(maxIf(longest, timed > 0)) AS max,
  arrayMap(ms -> ifNotFinite(toFloat64(ms), 0), quantilesBFloat16IfMerge(0.5, 0.95)(lags)) AS quantiles,
  (SELECT toFloat64(toUnixTimestamp64Milli(received_at)) FROM webhook_inbox WHERE env = {env:String}
    ORDER BY env, received_at LIMIT 1) AS keptSince
FROM (
  WITH verified = 1 AND outcome != 'REPEATED' AND sent_at IS NOT NULL AS isTimed,
    toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(assumeNotNull(sent_at)) AS lagMs
  SELECT roundDown(toUnixTimestamp(received_at), {starts:Array(UInt32)}) AS start, source,
    if(verified = 1, event_type, '') AS type, outcome,
    count() AS rows, sum(left_out) AS omitted, toUnixTimestamp64Milli(max(received_at)) AS last,
    countIf(isTimed) AS timed, maxIf(lagMs, isTimed) AS longest, quantilesBFloat16IfState(0.5, 0.95)(lagMs, isTimed) AS lags
  FROM webhook_inbox
  WHERE env = {env:String} AND received_at >= {from:DateTime64(3)} AND received_at < {to:DateTime64(3)} AND NOT replay
    AND ({any_channel:Bool} OR channel_user_id = {channelUserId:String} AND source = {channelSource:String})
    AND ({any_source:Bool} OR source = {source:String})
    AND ({any_type:Bool} OR event_type = {eventType:String})
  GROUP BY start, source, type, outcome
)
GROUP BY GROUPING SETS ((), (outcome), (start), (start, outcome), (source, type), (source, type, outcome))`,
  row: {
    ...numbers('ofPoint', 'ofType', 'ofOutcome', 'startSeconds', 'kept', 'leftOut', 'timedCount', 'max'),
    source: text,
    eventType: text,
    outcome: text,
    lastAt: instant,
    quantiles: list(number),
    keptSince: nullable(instant),
  },
})

type Group = RowOf<typeof statisticsQuery>

const maxInt32 = 2 ** 31 - 1

/** Milliseconds, cut at 32 bits. */
export const cutLag = (ms: number): number => Math.min(Math.max(Math.round(ms), -maxInt32), maxInt32)

const lagOf = ({ timedCount, quantiles, max }: Group): Lag | null =>
  timedCount === 0 ? null : { p50: cutLag(quantiles[0]!), p95: cutLag(quantiles[1]!), max: cutLag(max) }

/** The counts where nothing came. */
export const nothing = (listed: readonly OutcomeCount[] = []): DeliveryCounts => ({
  received: 0,
  leftOut: 0,
  outcomes: listed.map(({ outcome }) => ({ outcome, count: 0, leftOut: 0 })),
  lag: null,
})

/** The counts of a stretch or a type: from its own group, and from those of its outcomes. */
const countsOf = (all: Group | undefined, byOutcome: readonly Group[], listed: readonly Outcome[]): DeliveryCounts => ({
  received: all ? all.kept + all.leftOut : 0,
  leftOut: all?.leftOut ?? 0,
  outcomes: listed.map((outcome) => {
    const group = byOutcome.find((one) => one.outcome === outcome)
    return { outcome, count: group ? group.kept + group.leftOut : 0, leftOut: group?.leftOut ?? 0 }
  }),
  lag: all ? lagOf(all) : null,
})

/** Counts the deliveries of a range, in one query. Rejects with UNAVAILABLE. */
export const countDeliveries = async (
  store: ClickHouse,
  { env, plan, channel, platform, eventType }: StatisticsRequest,
): Promise<DeliveryStatistics> => {
  const groups = await store
    .query(statisticsQuery, {
      env,
      starts: bucketStarts(plan),
      from: new Date(plan.from),
      to: new Date(plan.to),
      any_channel: channel === null,
      channelUserId: channel?.platformUserId ?? '',
      channelSource: channel?.platform ?? '',
      any_source: platform === null,
      source: platform ?? '',
      any_type: eventType === null,
      eventType: eventType ?? '',
    })
    .catch(historyUnavailable('webhook inbox'))
  const [wholes = [], parts = []] = [false, true].map((isPart) =>
    groups.filter(({ ofOutcome }) => (ofOutcome === 1) === isPart),
  )
  const isTotal = ({ ofPoint, ofType }: Group): boolean => ofPoint === 0 && ofType === 0
  const came = new Set(parts.filter(isTotal).map(({ outcome }) => outcome))
  const listed = outcomes.filter((outcome) => came.has(outcome))
  const total = wholes.find(isTotal)!

  const byStart = (found: readonly Group[]) =>
    Map.groupBy(
      found.filter(({ ofPoint }) => ofPoint === 1),
      ({ startSeconds }) => startSeconds,
    )
  const typeKey = ({ source, eventType }: Group): string => `${source} ${eventType}`
  const [points, pointParts] = [byStart(wholes), byStart(parts)]
  const typeParts = Map.groupBy(
    parts.filter(({ ofType }) => ofType === 1),
    typeKey,
  )
  const types = wholes
    .filter(({ ofType }) => ofType === 1)
    .toSorted((a, b) => b.kept + b.leftOut - a.kept - a.leftOut || (typeKey(a) < typeKey(b) ? -1 : 1))
    .slice(0, maxTypes)
  return {
    total: countsOf(total, parts.filter(isTotal), listed),
    points: bucketStarts(plan).map((start) => countsOf(points.get(start)?.[0], pointParts.get(start) ?? [], listed)),
    byType: types.map((group) => ({
      source: group.source,
      eventType: group.eventType || null,
      lastAt: group.lastAt,
      ...countsOf(group, typeParts.get(typeKey(group)) ?? [], listed),
    })),
    keptSince: total.keptSince,
  }
}
