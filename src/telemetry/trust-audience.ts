import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { channelNumber, ofChannels } from './channel-key.ts'

/**
 * Viewers and chat of some channels in quarters of an hour, summed up for each channel: all of its live time, the part
 * since chat is collected, and the part since follows are. `chat_since` and `follows_since` hold a second for each
 * channel; chat counts as collected from its first message on, if that came earlier.
 */
export const trustAudienceQuery = namedQuery({
  name: 'trust_audience',
  pool: 'heavy',
  sql: `
WITH arrayFilter(s -> s.1 >= least({chat_since:Array(UInt32)}[channel], firstChat), slots) AS chatting
SELECT channel, peak,
  arraySum(s -> if(s.1 >= {follows_since:Array(UInt32)}[channel], s.2, 0.), slots) / 3600 AS followHoursWatched,
  arraySum(s -> s.3, chatting) / 3600 AS chatHours,
  arraySum(s -> s.2, chatting) / 3600 AS chatHoursWatched,
  arraySum(s -> s.3 * s.4, chatting) / 3600 AS chatterHours,
  arraySum(s -> s.5, chatting) AS messages
FROM (
  SELECT channel,
    toFloat64(max(peak)) AS peak,
    minIf(slot, messages > 0) AS firstMessage,
    if(countIf(messages > 0) = 0, toUInt32(4294967295), firstMessage) AS firstChat,
    groupArray((slot, viewerSeconds, seconds, toFloat64(chatters), toFloat64(messages))) AS slots
  FROM (
    SELECT ${channelNumber} AS channel, toUnixTimestamp(s.slot) AS slot,
      toFloat64(sum(s.viewer_seconds)) AS viewerSeconds, toFloat64(sum(s.seconds)) AS seconds, max(s.peak.viewers) AS peak
    FROM kick_streamer_probe_15m AS s
    WHERE ${ofChannels} AND s.slot >= {from:DateTime64(3)} AND s.slot < {until:DateTime64(3)}
    GROUP BY channel, slot
    HAVING seconds > 0 AND channel > 0
  ) AS live
  LEFT JOIN (
    SELECT transform(channel_id, {channel_ids:Array(UInt64)}, arrayEnumerate({channel_ids:Array(UInt64)}), 0) AS channel,
      toUnixTimestamp(toStartOfFifteenMinutes(created_at)) AS slot, uniqExact(platform_user_id) AS chatters, count() AS messages
    FROM kick_chat_message
    WHERE env = {env:String} AND channel_id IN {channel_ids:Array(UInt64)}
      AND created_at >= {from:DateTime64(3)} AND created_at < {until:DateTime64(3)}
    GROUP BY channel, slot
  ) AS chat USING (channel, slot)
  GROUP BY channel
)`,
  row: {
    channel: number,
    peak: number,
    followHoursWatched: number,
    chatHours: number,
    chatHoursWatched: number,
    chatterHours: number,
    messages: number,
  },
})
