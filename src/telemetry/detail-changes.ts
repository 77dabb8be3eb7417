import { instant, number, text } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { ClickHouse } from '../stores/clickhouse/open-clickhouse.ts'
import { channelKey, numbered, ofChannels } from './channel-key.ts'
import { historyUnavailable } from './history-unavailable.ts'
import { observedSpan, type SessionKey, type SummariesOptions } from './session-summaries.ts'

/** What a probe said of the broadcast that it saw; null where it did not say. */
export type ProbeSaid = {
  saidAt: Date
  title: string | null
  category: string | null
  language: string | null
  isMature: boolean | null
}

// Probes of one second say together what the greatest of their values say, as statements of one instant do. Without a value is ''.
const changes = namedQuery({
  name: 'detail_changes',
  pool: 'heavy',
  sql: `
SELECT toUInt32(session) AS session, toFloat64(at) AS at, said.1 AS title, said.2 AS category, said.3 AS language,
  toInt8(said.4) AS mature
FROM (
  SELECT session, at, said,
    row_number() OVER probes AS nth,
    lagInFrame(at) OVER probes AS before,
    lagInFrame(said) OVER probes AS said_before
  FROM (
    SELECT session, at,
      (max(title), max(toString(category)), max(toString(language)), max(ifNull(toInt8(is_mature), -1))) AS said
    FROM (
      SELECT concat(platform, '/', platform_user_id) AS channel, toUnixTimestamp64Milli(ts) AS at,
        toUnixTimestamp(stream_started_at) AS started, title, category, language, is_mature
      FROM kick_streamer_probe
      WHERE ${ofChannels} AND is_live AND ts >= {from:DateTime64(3)} AND ts < {until:DateTime64(3)}
    ) AS probe
    INNER JOIN (
      SELECT s.1 AS channel, s.2 AS session, s.3 AS s_from, s.4 AS s_until, s.5 AS s_start
      FROM (
        SELECT arrayJoin(arrayZip({channels:Array(String)}, arrayEnumerate({channels:Array(String)}), {froms:Array(Int64)},
          {untils:Array(Int64)}, {starts:Array(UInt32)})) AS s)
    ) AS asked USING (channel)
    WHERE started = s_start AND at >= s_from AND at <= s_until
    GROUP BY session, at
  )
  WINDOW probes AS (PARTITION BY session ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
) AS seen
LEFT JOIN (
  SELECT told.1 AS session, groupArray(told.2) AS others
  FROM (SELECT arrayJoin(arrayZip({other_sessions:Array(UInt32)}, {others:Array(Int64)})) AS told)
  GROUP BY session
) AS deliveries USING (session)
WHERE nth = 1 OR said != said_before OR arrayExists(other -> other >= before AND other <= at, others)
ORDER BY session, at
LIMIT {most:UInt32} BY session`,
  row: { session: number, at: instant, title: text, category: text, language: text, mature: number },
})

/** A broadcast that ended, and the instants of which others than probes spoke. */
export type ToldSession = SessionKey & { others: readonly Date[] }

/** So long before its start and after its end a probe can still name a broadcast. */
const marginMs = 3_600_000

/**
 * The probes of each broadcast, in their order, whose statements its chapters need: those that say something else than the probe
 * before, and those before which, since the probe before, others spoke. All other probes confirm. Of each broadcast the oldest
 * `most`. One query; rejects with UNAVAILABLE.
 */
export const detailChanges = async (
  store: ClickHouse,
  sessions: readonly ToldSession[],
  { env, now, most, signal }: Omit<SummariesOptions, 'pool'> & { most: number },
): Promise<ProbeSaid[][]> => {
  const found = sessions.map((): ProbeSaid[] => [])
  const asked = sessions.flatMap((session, index) => {
    const span = observedSpan(session, now)
    return span
      ? [{ session, index, start: span.from, from: Math.max(0, span.from - marginMs), to: span.to + marginMs }]
      : []
  })
  if (asked.length === 0) return found
  const keys = asked.map(({ session }) => session)
  const { platforms, ids } = numbered(keys, channelKey).parameters
  const told = asked.flatMap(({ session }, n) => session.others.map((at) => ({ session: n + 1, at })))
  const rows = await store
    .query(
      changes,
      {
        platforms,
        ids,
        env,
        most,
        from: new Date(Math.min(...asked.map(({ from }) => from))),
        until: new Date(Math.max(...asked.map(({ to }) => to)) + 1),
        channels: keys.map(channelKey),
        froms: asked.map(({ from }) => BigInt(from)),
        untils: asked.map(({ to }) => BigInt(to)),
        starts: asked.map(({ start }) => Math.floor(start / 1_000)),
        other_sessions: told.map(({ session }) => session),
        others: told.map(({ at }) => BigInt(at.getTime())),
      },
      { signal },
    )
    .catch(historyUnavailable())
  for (const { session, at, title, category, language, mature } of rows) {
    found[asked[session - 1]!.index]!.push({
      saidAt: at,
      title: title || null,
      category: category || null,
      language: language || null,
      isMature: mature < 0 ? null : mature > 0,
    })
  }
  return found
}
