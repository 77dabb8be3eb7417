import { bigint, instant, nullable, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { chatFormat } from '../stores/clickhouse/tables/kick-chat-message.ts'

/** One row as a number: equal for equal rows, whatever table or file they are in. */
const rowHash = `cityHash64(env, channel_id, channel_slug, message_id, platform_user_id, username, content, emotes_json, badges_json, toUnixTimestamp(created_at))`

/** Sums up a table in which the part of an archive lies; read by name, because tables are no parameters. */
export const contentOf = (table: string) =>
  namedQuery({
    name: 'chat_archive_content',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows, sum(${rowHash}) AS hash FROM ${table}`,
    row: { rows: number, hash: bigint },
  })

/** Up to when windows are closed, and the first arrival at or after `from`; arrival is on the clock of ClickHouse. */
export const nextArrival = namedQuery({
  name: 'chat_archive_next',
  pool: 'heavy',
  sql: `SELECT toFloat64(toUnixTimestamp(toStartOfHour(now() - toIntervalHour(1)))) * 1000 AS closed,
      toFloat64(toUnixTimestamp(minOrNull(inserted_at))) * 1000 AS arrival
    FROM kick_chat_message WHERE env = {env:String} AND inserted_at >= {from:DateTime64(3)}`,
  row: { closed: instant, arrival: nullable(instant) },
})

/** What arrived in a window, by second. */
export const arrivalsOf = namedQuery({
  name: 'chat_archive_arrivals',
  pool: 'heavy',
  sql: `SELECT toFloat64(toUnixTimestamp(inserted_at)) * 1000 AS second, toUInt32(count()) AS rows, sum(${rowHash}) AS hash,
      toFloat64(toUnixTimestamp(min(created_at))) * 1000 AS firstSent, toFloat64(toUnixTimestamp(max(created_at))) * 1000 AS lastSent
    FROM kick_chat_message WHERE env = {env:String} AND inserted_at >= {from:DateTime64(3)} AND inserted_at < {to:DateTime64(3)}
    GROUP BY inserted_at ORDER BY inserted_at`,
  row: { second: instant, rows: number, hash: bigint, firstSent: instant, lastSent: instant },
})

/**
 * The rows of a part. The bounds of `created_at` say nothing new: they let the engine skip the days and channels in which
 * nothing of the part can be. The order has no ties but between equal rows, so that the same rows are the same bytes.
 */
export const rowsOfPart = namedQuery({
  name: 'chat_archive_rows',
  pool: 'heavy',
  sql: `SELECT ${chatFormat.columns.join(', ')}, inserted_at FROM kick_chat_message
    WHERE env = {env:String} AND inserted_at >= {from:DateTime64(3)} AND inserted_at < {to:DateTime64(3)}
      AND created_at >= {firstSent:DateTime64(3)} AND created_at <= {lastSent:DateTime64(3)}
    ORDER BY channel_id, created_at, message_id, inserted_at, platform_user_id, channel_slug, username, content, emotes_json, badges_json`,
  row: {},
})

/** A table without retention for rows of chat, which recognises repeated batches; a batch is one block of it. */
export const createChatTable = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} AS kick_chat_message ENGINE = MergeTree ORDER BY (env, channel_id, created_at)
   SETTINGS non_replicated_deduplication_window = 10000`
