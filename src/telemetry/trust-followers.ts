import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { channelNumber, ofChannels } from './channel-key.ts'

/** How the follower counts of some channels grew from hour to hour: in all, and in the busiest hour. Losses count as nothing. */
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
  row: { channel: number, follows: number, busiestHour: number },
})
