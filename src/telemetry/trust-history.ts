import { instant, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type ChannelKey, channelKey, channelNumber, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable, readPoolFor } from './history-unavailable.ts'

/** A past score of a channel. */
export type TrustScorePoint = { computedAt: Date; score: number }

/** The most points of one channel; the newest ones are kept. */
export const maxTrustScorePoints = 1_000

// A score that was stored again after a crash or conflict is one point.
const scores = namedQuery({
  name: 'trust_score_history',
  sql: `
SELECT channel, computedAt, score
FROM (
  SELECT ${channelNumber} AS channel, toFloat64(toUnixTimestamp64Milli(computed_at)) AS computedAt, max(score) AS score
  FROM streamer_trust_score_history
  WHERE ${ofChannels} AND computed_at >= {from:DateTime64(3)} AND computed_at <= {until:DateTime64(3)}
  GROUP BY channel, computedAt
  ORDER BY channel, computedAt DESC
  LIMIT {max_points:UInt32} BY channel
)
ORDER BY channel, computedAt`,
  row: { channel: number, computedAt: instant, score: number },
})

/** The scores of channels between two instants, both included, oldest first, in one query. Rejects with UNAVAILABLE. */
export const trustScoreHistory = async <T extends ChannelKey>(
  store: ClickHouse,
  options: { env: string; channels: readonly T[]; from: Date; until: Date; signal?: AbortSignal | undefined },
): Promise<Map<T, TrustScorePoint[]>> => {
  const { env, channels, from, until, signal } = options
  if (channels.length === 0) return new Map()
  const { parameters, groups } = numbered(channels, channelKey)
  const expected = (parameters.ids.length * (until.getTime() - from.getTime())) / 3_600_000
  const values = { ...parameters, env, from, until, max_points: maxTrustScorePoints }
  const rows = await store.query(scores, values, { signal, pool: readPoolFor(expected) }).catch(historyUnavailable())
  const points = Map.groupBy(rows, ({ channel }) => channel)
  return new Map(
    groups.flatMap((same, number) =>
      same.map((thing) => [thing, (points.get(number) ?? []).map(({ computedAt, score }) => ({ computedAt, score }))]),
    ),
  )
}
