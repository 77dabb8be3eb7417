import { numbers, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { aroundHours, chatHours, chatHoursParameters, hourOfChat as hour, inHours } from './chat-hours.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'
import { type MeasureOf, pageParameters, type Ranked, type RankingRequest, rankedRows } from './ranking.ts'

type Measure = MeasureOf<'chat'>

/**
 * A ranked channel; its `key` is its id, filled with zeros, so that ties are in the order of ids. Its chat was surely delivered from `firstAt` to
 * `lastAt`, in milliseconds since the epoch.
 */
export type ChatRanked = Ranked & { firstAt: number; lastAt: number }

// The sums do not tell the second of a message: surely by the end of its first hour, and surely until the beginning of its last one.
const byHour = `${hour} + 3599 AS first, ${hour} AS last` as const
const bySecond = `min(created_at) AS first, max(created_at) AS last` as const

const messages = `
  SELECT channel_id, toFloat64(sum(messages)) AS value, min(f.first) AS first, max(f.last) AS last
  FROM (
    SELECT channel_id, count() AS messages, ${byHour} ${inHours} GROUP BY channel_id, ${hour}
    UNION ALL
    SELECT channel_id, count() AS messages, ${bySecond} ${aroundHours} GROUP BY channel_id
  ) AS f
  GROUP BY channel_id` as const
const chatters = `
  SELECT channel_id, toFloat64(uniqExact(platform_user_id)) AS value, min(f.first) AS first, max(f.last) AS last
  FROM (
    SELECT channel_id, platform_user_id, ${byHour} ${inHours} GROUP BY channel_id, ${hour}, platform_user_id
    UNION ALL
    SELECT channel_id, platform_user_id, ${bySecond} ${aroundHours} GROUP BY channel_id, platform_user_id
  ) AS f
  GROUP BY channel_id` as const

const queryOf = <const Rows extends string>(name: string, rows: Rows) =>
  namedQuery({
    name,
    sql: rankedRows(
      `SELECT leftPad(toString(channel_id), 20, '0') AS key, value, first, last FROM (${rows})`,
      'key',
      'key, 1000. * toUnixTimestamp(first) AS firstAt, 1000. * toUnixTimestamp(last) AS lastAt',
    ),
    row: { key: text, ...numbers('value', 'rank', 'total', 'firstAt', 'lastAt') },
  })

/** The queries of rankings by their measure. */
const chatRankingQueries = {
  MESSAGES: queryOf('ranking_messages', messages),
  CHATTERS: queryOf('ranking_chatters', chatters),
}

/** A page of the channels with the most messages or chatters in a range, in one query. Rejects with UNAVAILABLE. */
export const rankByChat = async (
  store: ClickHouse,
  measure: Measure,
  options: RankingRequest & { env: string; channels: readonly bigint[] | null; signal?: AbortSignal },
): Promise<ChatRanked[]> => {
  const { env, channels, signal } = options
  const stretch = chatHours(options)
  if (stretch.until <= stretch.from || channels?.length === 0) return []
  const parameters = { ...pageParameters(options), ...chatHoursParameters(env, channels, stretch) }
  return store
    .query(chatRankingQueries[measure], parameters, { signal, pool: readPoolFor(Number.POSITIVE_INFINITY) })
    .catch(historyUnavailable('chat history'))
}
