import { Temporal } from 'temporal-polyfill'
import { badInput } from '../lib/errors.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { planBuckets } from './buckets.ts'
import { countChat } from './chat-counts.ts'
import {
  type DeliveredSeriesOptions,
  deliveryCoverage,
  metaOf,
  planDelivered,
  type SeriesMeta,
  type SeriesOptions,
} from './series.ts'

/** One bucket of chat; zero where there was none. */
export type ChatPoint = { start: Date; end: Date; messages: number; chatters: number }

export type ChatSeries = { meta: SeriesMeta; points: ChatPoint[] }

/** One day of a time zone, as YYYY-MM-DD. */
export type ChatDay = { day: string; messages: number; chatters: number }

export type ChatTotals = { messages: number; chatters: number; since: Date }

export type ChatOptions = Pick<SeriesOptions, 'env' | 'now' | 'signal'> & {
  /** Whether to count chatters; they cost more than messages. */
  chatters: boolean
}

const dayMs = 86_400_000

/** The most days and hours back from now that may be asked for. */
export const maxChatDays = 366
export const maxChatHours = maxChatDays * 24

/** BAD_USER_INPUT unless the value of the argument is a whole number from 1 to `max`. */
export const requireWhole = (argument: string, value: number, max: number): void => {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw badInput(`${argument} must be a whole number from 1 to ${max}.`)
}

/**
 * The chat of channels over a range, in one query. A range that is empty or lies wholly in the future has no points. Rejects
 * with BAD_USER_INPUT, BUCKET_LIMIT_EXCEEDED or UNAVAILABLE.
 */
export const chatSeries = async (
  store: ClickHouse,
  options: ChatOptions & DeliveredSeriesOptions,
): Promise<Map<bigint, ChatSeries>> => {
  const { channels } = options
  const { plan, elapsed, edges, spans } = planDelivered(options)
  const counts = await countChat(store, { ...options, spans })
  const dates = edges.map((ms) => new Date(ms))
  return new Map(
    channels.map(({ channelId, deliveredSince }, index) => {
      const found = counts[index]!
      const points = found.messages.map((messages, bucket) => ({
        start: dates[bucket]!,
        end: dates[bucket + 1]!,
        messages,
        chatters: found.chatters[bucket]!,
      }))
      return [channelId, { meta: metaOf(plan, elapsed, deliveryCoverage(elapsed, deliveredSince, found)), points }]
    }),
  )
}

/**
 * The chat of the last days of a time zone, oldest first, up to now; no day is missing. Rejects with BAD_USER_INPUT unless
 * `days` is from 1 to 366, or with UNAVAILABLE.
 */
export const chatDays = async (
  store: ClickHouse,
  options: ChatOptions & { channelIds: readonly bigint[]; days: number; timezone: string },
): Promise<Map<bigint, ChatDay[]>> => {
  const { channelIds, days, timezone: zone, now } = options
  requireWhole('days', days, maxChatDays)
  // Surely long enough: a day has at most 25 hours, and the first moment of a day belongs to it.
  const range = { from: new Date(now.getTime() - (days + 1) * dayMs - 7_200_000), to: new Date(now.getTime() + 1) }
  const plan = planBuckets({ range, bucket: 'DAY', maxPoints: maxChatDays + 3, timezone: zone })
  const edges = plan.edges.slice(-days - 1)
  const names = edges.slice(0, -1).map((ms) => {
    const start = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(plan.timezone)
    return start.toPlainDate().toString()
  })
  const spans = channelIds.map((channelId) => ({ channelId, from: edges[0]!, to: plan.to, edges }))
  const counts = await countChat(store, { ...options, spans })
  return new Map(
    channelIds.map((channelId, index) => {
      const { messages, chatters } = counts[index]!
      return [
        channelId,
        names.map((day, bucket) => ({ day, messages: messages[bucket]!, chatters: chatters[bucket]! })),
      ]
    }),
  )
}

/** The chat of the last hours. Rejects with BAD_USER_INPUT unless `hours` is from 1 to 8784, or with UNAVAILABLE. */
export const chatTotals = async (
  store: ClickHouse,
  options: ChatOptions & { channelIds: readonly bigint[]; hours: number },
): Promise<Map<bigint, ChatTotals>> => {
  const { channelIds, hours, now } = options
  requireWhole('hours', hours, maxChatHours)
  const [from, to] = [now.getTime() - hours * 3_600_000, now.getTime()]
  const spans = channelIds.map((channelId) => ({ channelId, from, to, edges: [from, to] }))
  const counts = await countChat(store, { ...options, spans })
  return new Map(
    channelIds.map((channelId, index) => {
      const { messages, chatters } = counts[index]!
      return [channelId, { messages: messages[0]!, chatters: chatters[0]!, since: new Date(from) }]
    }),
  )
}
