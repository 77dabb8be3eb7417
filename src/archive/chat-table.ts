import { bigint, instant, nullable, number } from '../stores/clickhouse/columns.ts'
import { namedQuery } from '../stores/clickhouse/named-query.ts'
import { chatFormat } from '../stores/clickhouse/tables/kick-chat-message.ts'

/** The columns of an archived row beside `inserted_at`. Objects of before have no provenance: it is empty then, as it was. */
export const archivedColumns: readonly string[] = [...chatFormat.columns, 'provenance']

/** A hash of one row: equal for equal rows, in whatever table or file they are. */
export const rowHash = `cityHash64(env, channel_id, channel_slug, message_id, platform_user_id, username, content, emotes_json, badges_json, toUnixTimestamp(created_at))`

/** The order of rows in an object: only equal rows tie, so the same rows always give the same bytes. */
export const partOrder =
  'channel_id, created_at, message_id, inserted_at, platform_user_id, channel_slug, username, content, emotes_json, badges_json'

/** Counts and hashes the rows of a table. Its name is part of the statement, because a table can not be a parameter. */
export const contentOf = (table: string) =>
  namedQuery({
    name: 'chat_archive_content',
    pool: 'heavy',
    sql: `SELECT toUInt32(count()) AS rows, sum(${rowHash}) AS hash FROM ${table}`,
    row: { rows: number, hash: bigint },
  })

/** The instant up to which windows are closed, and the first arrival at or after `from`, on the clock of ClickHouse. */
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

/** The rows of a part. The bounds of `created_at` only let the engine skip days and channels without rows of the part. */
export const rowsOfPart = namedQuery({
  name: 'chat_archive_rows',
  pool: 'heavy',
  sql: `SELECT ${archivedColumns.join(', ')}, inserted_at FROM kick_chat_message
    WHERE env = {env:String} AND inserted_at >= {from:DateTime64(3)} AND inserted_at < {to:DateTime64(3)}
      AND created_at >= {firstSent:DateTime64(3)} AND created_at <= {lastSent:DateTime64(3)}
    ORDER BY ${partOrder}`,
  row: {},
})

/** Makes a table for rows of chat that has no retention and stores a repeated batch once. */
export const createChatTable = (table: string): string =>
  `CREATE TABLE IF NOT EXISTS ${table} AS kick_chat_message ENGINE = MergeTree ORDER BY (env, channel_id, created_at)
   SETTINGS non_replicated_deduplication_window = 10000`
