import { numbers } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { channelNumber, ofChannels } from './channel-key.ts'

/**
 * Sums over quarters of an hour for each channel: viewers over all its live time, chat since it is collected, and viewers
 * since follows are collected. `chat_since` and `follows_since` hold a second for each channel. Chat also counts as collected
 * from its first message on, but not before
 * `chat_kept`, as chat of that time may be gone.
 */
export const trustAudienceQuery = namedQuery({
  name: 'trust_audience',
  pool: 'heavy',
  sql: `
WITH arrayFilter(s -> s.1 >= greatest({chat_kept:UInt32}, least({chat_since:Array(UInt32)}[channel], firstChat)), slots) AS chatting
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
  row: numbers('channel', 'peak', 'followHoursWatched', 'chatHours', 'chatHoursWatched', 'chatterHours', 'messages'),
})

/**
 * How the viewer counts of some channels move within their broadcasts, one count every two minutes. A step leads from one
 * count to the next within ten minutes, if either is 30 or more. It is compared with the movement of chance, 0.3 times the
 * root of the audience. A broadcast of ten minutes or more has a beginning if it was seen within its first five minutes, and
 * an end if it was last seen before `ended`. Both are compared with the median of the broadcast.
 */
export const trustCurveQuery = namedQuery({
  name: 'trust_curve',
  pool: 'heavy',
  sql: `
SELECT channel,
  toFloat64(sum(length(pairs))) AS steps,
  toFloat64(sum(arrayCount(p -> p.1.2 = p.2.2, pairs))) AS still,
  sum(arraySum(p -> least(1., abs(p.2.2 - p.1.2) / (0.3 * sqrt(greatest(p.1.2, p.2.2)))), pairs)) AS moved,
  sum(arraySum(p -> p.2.1 - p.1.1, settled)) / 3600 AS settledHours,
  toFloat64(sum(arrayCount(p -> abs(p.2.2 - p.1.2) > 0.4 * greatest(p.1.2, p.2.2), settled))) AS jumps,
  toFloat64(countIf(hasStart)) AS starts,
  toFloat64(countIf(hasStart AND counts[1].2 < 0.75 * median)) AS arriving,
  toFloat64(countIf(hasEnd)) AS ends,
  toFloat64(countIf(hasEnd AND counts[-1].2 < 0.95 * median)) AS leaving
FROM (
  SELECT channel, started, counts,
    arrayFilter(p -> p.2.1 - p.1.1 <= 600 AND greatest(p.1.2, p.2.2) >= 30, arrayZip(arrayPopBack(counts), arrayPopFront(counts))) AS pairs,
    arrayFilter(p -> p.1.1 >= started + 900, pairs) AS settled,
    arraySort(c -> c.2, counts)[intDiv(length(counts) + 1, 2)].2 AS median,
    counts[-1].1 - counts[1].1 >= 600 AND median >= 10 AS isLong,
    isLong AND counts[1].1 <= started + 300 AS hasStart,
    isLong AND counts[-1].1 < toUnixTimestamp({ended:DateTime64(3)}) AS hasEnd
  FROM (
    SELECT channel, started, arraySort(groupArray((at, viewers))) AS counts
    FROM (
      SELECT ${channelNumber} AS channel, toFloat64(toUnixTimestamp(stream_started_at)) AS started,
        toFloat64(min(toUnixTimestamp(ts))) AS at, toFloat64(argMin(assumeNotNull(viewer_count), ts)) AS viewers
      FROM kick_streamer_probe
      WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)} AND viewer_count IS NOT NULL
      GROUP BY channel, started, intDiv(toUnixTimestamp(ts), 120)
      HAVING channel > 0
    )
    GROUP BY channel, started
  )
)
GROUP BY channel`,
  row: numbers('channel', 'steps', 'still', 'moved', 'settledHours', 'jumps', 'starts', 'arriving', 'ends', 'leaving'),
})

/** How the follower counts of some channels grew from hour to hour: in sum, and in the busiest hour. Losses count as 0. */
export const trustFollowersQuery = namedQuery({
  name: 'trust_followers',
  pool: 'heavy',
  sql: `
SELECT channel,
  arraySum(p -> greatest(0., p.2.2 - p.1.2), pairs) AS follows,
  arrayMax(p -> greatest(0., p.2.2 - p.1.2) / (p.2.1 - p.1.1), pairs) AS busiestHour
FROM (
  SELECT channel, arraySort(groupArray((hour, followers))) AS counts, arrayZip(arrayPopBack(counts), arrayPopFront(counts)) AS pairs
  FROM (
    SELECT ${channelNumber} AS channel, toFloat64(intDiv(toUnixTimestamp(ts), 3600)) AS hour,
      toFloat64(argMax(assumeNotNull(follower_count), ts)) AS followers
    FROM kick_streamer_probe
    WHERE ${ofChannels} AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)} AND follower_count IS NOT NULL
    GROUP BY channel, hour
    HAVING channel > 0
  )
  GROUP BY channel
)
WHERE notEmpty(pairs)`,
  row: numbers('channel', 'follows', 'busiestHour'),
})
