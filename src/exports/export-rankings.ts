import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { select, tableOf } from '../stores/postgres/model.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import { channelKey } from '../telemetry/channel-key.ts'
import { type ProbeRanked, rankByProbes } from '../telemetry/probe-ranking.ts'
import type { MeasureOf } from '../telemetry/ranking.ts'
import type { ExportedChannel, ExportStores, ExportTask, Pieces } from './export-task.ts'
import { renderRows } from './render-rows.ts'

// A piece goes to the engine as one parameter, of which a server takes at most 128 KiB.
const pieceRows = 300
// More channels than anybody watches; of more, the greatest are exported.
const mostChannels = 500_000

const channelsOf = statement(
  'export_ranked_channels',
  sql`SELECT ${select('Channel', ['id', 'platform', 'platformUserId', 'currentSlug', 'displayName'], 'c')}
   FROM unnest($1::text[], $2::text[]) AS a (platform, platform_user_id) JOIN ${tableOf('Channel')} c USING (platform, platform_user_id)`,
)

const rows = namedQuery({
  name: 'export_rankings',
  pool: 'heavy',
  sql: `SELECT r.1 AS channel_id, r.2 AS platform, r.3 AS platform_user_id, r.4 AS rank, r.5 AS slug, r.6 AS display_name, r.7 AS hours_watched,
      r.8 AS share, r.9 AS peak_viewers, fromUnixTimestamp64Milli(r.10, 'UTC') AS peak_at, r.11 AS average_viewers, r.12 AS air_hours
    FROM (SELECT arrayJoin(JSONExtract({rows:String}, 'Array(Tuple(UInt64, String, String, UInt32, Nullable(String), Nullable(String), Float64,
      Float64, Nullable(UInt32), Nullable(Int64), Nullable(Float64), Float64))')) AS r)
    ORDER BY r.4`,
  row: {},
})

/** What was found of a channel; null where it has no value. */
type Found = Pick<ProbeRanked, 'platform' | 'platformUserId'> &
  Record<MeasureOf<'probes'>, number | null> & {
    peakAt: number | null
  }

const measures: readonly MeasureOf<'probes'>[] = ['HOURS_WATCHED', 'PEAK_VIEWERS', 'AVERAGE_VIEWERS', 'AIR_TIME']

/** Every channel with a value, the most watched first, then those that were longest on air; one query for each measure. */
const rankedChannels = async (
  { clickHouse, env }: ExportStores,
  { channel, platform = null, range }: ExportTask<ExportedChannel | null>,
  signal: AbortSignal,
): Promise<Found[]> => {
  const chosen = { platform, category: null, language: null, channels: channel && [channel] }
  const found = new Map<string, Found>()
  for (const measure of measures) {
    const request = { from: range.from.getTime(), to: range.to.getTime(), beyond: null, limit: mostChannels }
    for (const ranked of await rankByProbes(clickHouse, measure, {
      ...request,
      env,
      chosen,
      observed: false,
      signal,
    })) {
      const { platform, platformUserId, value, peakAt } = ranked
      const none = { HOURS_WATCHED: null, PEAK_VIEWERS: null, AVERAGE_VIEWERS: null, AIR_TIME: null, peakAt: null }
      const row = found.get(ranked.key) ?? { platform, platformUserId, ...none }
      row[measure] = value
      row.peakAt ??= peakAt
      found.set(ranked.key, row)
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      (b.HOURS_WATCHED ?? 0) - (a.HOURS_WATCHED ?? 0) ||
      (b.AIR_TIME ?? 0) - (a.AIR_TIME ?? 0) ||
      (channelKey(a) < channelKey(b) ? -1 : 1),
  )
}

/** The channels of the range by hours watched, with their peak, average and air time; without a channel all, or all of a platform. */
export const rankingPieces: Pieces<ExportedChannel | null> = async function* (stores, order, signal) {
  const ranked = await rankedChannels(stores, order, signal)
  const total = ranked.reduce((sum, row) => sum + (row.HOURS_WATCHED ?? 0), 0)
  let start = 0
  do {
    signal.throwIfAborted()
    const piece = ranked.slice(start, start + pieceRows)
    const accounts = [piece.map(({ platform }) => platform), piece.map(({ platformUserId }) => platformUserId)]
    const channels = piece.length === 0 ? [] : await stores.db.query(channelsOf, accounts)
    const known = new Map(channels.map((channel) => [channelKey(channel), channel]))
    const ranks = piece.flatMap((row, index) => {
      const channel = known.get(channelKey(row))
      if (!channel) return []
      const { HOURS_WATCHED: watched, PEAK_VIEWERS: peak, AVERAGE_VIEWERS: average, AIR_TIME: air } = row
      const account = [String(channel.id), row.platform, row.platformUserId]
      const names = [channel.currentSlug, channel.displayName]
      const share = total > 0 ? (watched ?? 0) / total : 0
      const values = [(watched ?? 0) / 3600, share, peak, row.peakAt, average, (air ?? 0) / 3600]
      return [[...account, start + index + 1, ...names, ...values]]
    })
    yield renderRows(stores.clickHouse, rows, { rows: JSON.stringify(ranks) }, order.format, signal)
    start += pieceRows
  } while (start < ranked.length)
}
