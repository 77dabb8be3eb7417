import {
  countToldChanges,
  type ToldChanges,
  type TypeChanges,
  tellingEvents,
  tellingMs,
} from '../event-subscriptions/untold-changes.ts'
import { badInput } from '../lib/errors.ts'
import type { Platform, PlatformName } from '../platforms/platform.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { type BucketPlan, planBuckets } from '../telemetry/buckets.ts'
import type { ChannelKey } from '../telemetry/channel-key.ts'
import { lostWithin } from '../telemetry/outages.ts'
import { deliveryCoverage, elapsedOf, metaOf, passedMs, refuseRaw, type SeriesMeta } from '../telemetry/series.ts'
import {
  countDeliveries,
  type DeliveryCounts,
  type DeliveryStatistics,
  type DeliveryType,
  maxTypes,
  nothing,
} from '../telemetry/webhook-statistics.ts'
import type { Context } from './context.ts'
import type { ExplainableOutage } from './outages.ts'
import { type SeriesArguments, withDefaults } from './series.ts'
import { accountOf } from './webhook-inbox.ts'
import { requireWellFormed } from './well-formed.ts'

export type WebhookStatisticsArguments = SeriesArguments & {
  channel?: string | null
  platform?: PlatformName | null
  eventType?: string | null
}

/** What is counted of a stretch or a type: what came, and what did not although it should have. */
export type WebhookCounts = DeliveryCounts & ToldChanges

export type WebhookPoint = WebhookCounts & { start: Date; end: Date }

/** The counts of a type; of one that told nothing at all, `lastAt` is null. */
export type WebhookTypeCounts = WebhookCounts & DeliveryType & { lastAt: Date | null }

export type WebhookStatistics = {
  meta: SeriesMeta
  /** The first receipt that the inbox still has; null where it has none. */
  keptSince: Date | null
  total: WebhookCounts
  points: WebhookPoint[]
  byType: WebhookTypeCounts[]
  outages: ExplainableOutage[]
}

const toldOf = (changes: readonly TypeChanges[] = []): ToldChanges => ({
  expected: changes.reduce((sum, { expected }) => sum + expected, 0),
  untold: changes.reduce((sum, { untold }) => sum + untold, 0),
})

/** The counts of types with what each should have told: first those that should have told something and delivered nothing. */
const typeCounts = ({ byType, total }: DeliveryStatistics, changes: readonly TypeChanges[]): WebhookTypeCounts[] => {
  const changesOf = Map.groupBy(changes, ({ platform, event }) => `${platform} ${event}`)
  const delivered = byType.map((type) => {
    const key = `${type.source} ${type.eventType}`
    const told = toldOf(changesOf.get(key))
    changesOf.delete(key)
    return { ...type, ...told }
  })
  const silent = [...changesOf.values()].map((list) => ({
    ...{ source: list[0]!.platform, eventType: list[0]!.event, lastAt: null },
    ...nothing(total.outcomes),
    ...toldOf(list),
  }))
  return [...silent, ...delivered].slice(0, maxTypes)
}

/** Where deliveries and changes of status are read. */
export type StatisticsSources = {
  db: Transaction
  store: ClickHouse
  /** The `env` of every row. */
  env: string
  platforms: ReadonlyMap<PlatformName, Platform>
  /** In milliseconds since the epoch. */
  now: number
}

/** What only some are counted by. */
export type StatisticsFilter = {
  channel: (ChannelKey & { id: bigint }) | null
  platform: PlatformName | null
  eventType: string | null
}

/** Counts what was received and what should have been, in one query and one statement. Rejects with UNAVAILABLE. */
export const countWebhooks = async (
  { db, store, env, platforms, now }: StatisticsSources,
  plan: BucketPlan,
  { channel, platform, eventType }: StatisticsFilter,
): Promise<Omit<WebhookStatistics, 'meta' | 'outages'>> => {
  const { edges, from, to } = plan
  const [deliveries, changes] = await Promise.all([
    countDeliveries(store, { env, plan, channel, platform, eventType }),
    countToldChanges(db, {
      ...{ edges, from, to: Math.min(to, now - tellingMs), ...tellingEvents(platforms.values()) },
      ...{ channelId: channel?.id ?? null, platform, event: eventType },
    }),
  ])
  const changesAt = Map.groupBy(changes, ({ bucket }) => bucket)
  return {
    keptSince: deliveries.keptSince,
    total: { ...deliveries.total, ...toldOf(changes) },
    points: deliveries.points.map((counts, index) => ({
      start: new Date(edges[index]!),
      end: new Date(edges[index + 1]!),
      ...counts,
      ...toldOf(changesAt.get(index)),
    })),
    byType: typeCounts(deliveries, changes),
  }
}

/** The counts of a plan to which nothing belongs. */
const nothingOf = ({ edges }: BucketPlan): Omit<WebhookStatistics, 'meta' | 'outages'> => {
  const counts = { ...nothing(), ...toldOf() }
  const points = edges.slice(1).map((end, index) => ({ start: new Date(edges[index]!), end: new Date(end), ...counts }))
  return { keptSince: null, total: counts, points, byType: [] }
}

/** The type of an event; BAD_USER_INPUT for text that one of the stores can not hold. */
export const checkedType = (text: string): string => {
  if (text.includes('\0')) throw badInput('eventType must not hold NUL.')
  return requireWellFormed('eventType', text)
}

/**
 * What was received over a range, and what of it is known to be lost, in one query and one statement, and one more for a channel. A range that
 * is empty or lies wholly in the future has no points. Rejects with BAD_USER_INPUT, BUCKET_LIMIT_EXCEEDED or UNAVAILABLE.
 */
export const webhookStatistics = async (
  context: Context,
  { channel, platform, eventType, ...args }: WebhookStatisticsArguments,
): Promise<WebhookStatistics> => {
  const { databases, history, platforms, clock } = context
  const asked = withDefaults(args)
  refuseRaw(asked.bucket)
  const planned = planBuckets(asked)
  const filter = {
    platform: platform ?? null,
    eventType: eventType == null ? null : checkedType(eventType),
  }
  const now = clock()
  const known = { completeThrough: history.completeThrough('deliveries'), lost: history.lost('deliveries') }
  const elapsed = elapsedOf(planned, { now: new Date(now), ...known })
  const passed = passedMs(elapsed)
  const plan = passed > 0 ? planned : { ...planned, edges: [] }
  const account = channel == null ? null : await accountOf(context, channel)
  const isEmpty = plan.edges.length === 0 || (channel != null && account === null)
  const sources = { db: databases.dm, store: history.store, env: history.env, platforms, now }
  const counted = isEmpty ? nothingOf(plan) : await countWebhooks(sources, plan, { ...filter, channel: account })
  const lost = lostWithin(known.lost, { from: plan.from, to: plan.from + passed })
  return {
    ...counted,
    meta: metaOf(
      plan,
      elapsed,
      deliveryCoverage(elapsed, counted.keptSince, {
        firstAt: Number.POSITIVE_INFINITY,
        lastAt: Number.NEGATIVE_INFINITY,
      }),
    ),
    outages: lost.map((span) => ({ ...span, channelId: null, from: new Date(span.from), to: new Date(span.to) })),
  }
}
