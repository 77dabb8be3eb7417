import { instant, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import type { Pieces } from './export-task.ts'
import { exportWindows, pieceRows } from './export-windows.ts'
import { renderRows } from './render-rows.ts'

const asked = `m.env = {env:String} AND m.channel_id = {channel_id:UInt64}
  AND m.created_at >= {from:DateTime64(3)} AND m.created_at < {to:DateTime64(3)}` as const

const cut = namedQuery({
  name: 'export_chat_cut',
  pool: 'heavy',
  sql: `SELECT toUInt32(count()) AS rows, toFloat64(toUnixTimestamp(max(created_at))) * 1000 AS last
    FROM (SELECT m.created_at AS created_at FROM kick_chat_message AS m WHERE ${asked}
      ORDER BY m.created_at LIMIT {limit:UInt32} WITH TIES)`,
  row: { rows: number, last: instant },
})

// Only equal rows tie in the order, so the same rows give the same bytes.
const rows = namedQuery({
  name: 'export_chat',
  pool: 'heavy',
  sql: `SELECT m.channel_id AS channel_id, CAST(m.channel_slug, 'String') AS channel_slug, m.message_id AS message_id,
      toDateTime64(m.created_at, 3, 'UTC') AS created_at, m.platform_user_id AS platform_user_id,
      nullIf(CAST(m.username, 'String'), '') AS username, m.content AS content, m.emotes_json AS emotes_json,
      m.badges_json AS badges_json, toDateTime64(m.inserted_at, 3, 'UTC') AS inserted_at, {platform:String} AS platform,
      {channel_user_id:String} AS channel_user_id, nullIf(CAST(m.provenance, 'String'), '') AS provenance
    FROM kick_chat_message AS m WHERE ${asked}
    ORDER BY m.created_at, m.message_id, m.inserted_at, m.platform_user_id, m.channel_slug, m.username, m.content,
      m.emotes_json, m.badges_json, m.provenance`,
  row: {},
})

/** Every message of the channel's chat, in the order of time. */
export const chatPieces: Pieces = async function* ({ clickHouse, env }, { channel, range, format }, signal) {
  const of = { env, channel_id: channel.id }
  const windows = exportWindows(
    range,
    1_000,
    pieceRows,
    async (rest, limit) => (await clickHouse.query(cut, { ...of, ...rest, limit }, { signal }))[0]!,
  )
  for await (const window of windows) {
    const account = { platform: channel.platform, channel_user_id: channel.platformUserId }
    yield renderRows(clickHouse, rows, { ...of, ...window, ...account }, format, signal)
  }
}
