import { instant, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { type ChannelKey, channelKey, channelNumber, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { readPoolFor } from './read-pool-for.ts'

/** The last viewer count that a probe saw. */
export type LastViewers = { viewers: number; at: Date }

const lastSamples = namedQuery({
  name: 'last_viewers',
  sql: `
SELECT ${channelNumber} AS channel, argMax(assumeNotNull(viewer_count), ts) AS viewers,
  toFloat64(toUnixTimestamp64Milli(max(ts))) AS at
FROM kick_streamer_probe
WHERE ${ofChannels} AND ts >= {since:DateTime64(3)} AND viewer_count IS NOT NULL
GROUP BY platform, platform_user_id`,
  row: { channel: number, viewers: number, at: instant },
})

/** The last viewer count of each channel that has one since an instant, in one query. Rejects with UNAVAILABLE. */
export const lastViewers = async <T extends ChannelKey>(
  store: ClickHouse,
  options: { env: string; channels: readonly T[]; since: Date; now: Date; signal?: AbortSignal | undefined },
): Promise<Map<T, LastViewers>> => {
  const { env, channels, since, now, signal } = options
  if (channels.length === 0) return new Map()
  const { parameters, groups } = numbered(channels, channelKey)
  const expected = (parameters.ids.length * (now.getTime() - since.getTime())) / 60_000
  const rows = await store
    .query(lastSamples, { ...parameters, env, since }, { signal, pool: readPoolFor(expected) })
    .catch(historyUnavailable())
  return new Map(
    rows.flatMap(({ channel, viewers, at }) =>
      (groups[channel] ?? []).map((thing) => [thing, { viewers: Math.min(viewers, 2 ** 31 - 1), at }]),
    ),
  )
}
