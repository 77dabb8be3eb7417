import { number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { channelNumber, ofChannels } from './channel-key.ts'

/**
 * How the viewer counts of some channels move within their broadcasts, one count every two minutes. A step leads from one
 * count to the next within ten minutes, where either is 30 or more; little movement is 0.3 times the root of the audience,
 * as chance alone would move it. A broadcast of ten minutes or more has a beginning if it was seen within its first five
 * minutes, and an end if it was last seen before `ended`; each is compared with the median of the broadcast.
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
  row: {
    channel: number,
    steps: number,
    still: number,
    moved: number,
    settledHours: number,
    jumps: number,
    starts: number,
    arriving: number,
    ends: number,
    leaving: number,
  },
})
