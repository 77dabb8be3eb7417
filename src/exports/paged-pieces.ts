import type { NamedQuery } from '../stores/clickhouse/named-query.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Pieces } from './export-task.ts'
import { renderRows } from './render-rows.ts'

/** A row of a page: its position (instant, id), and its values as a JSON array. */
export type PageRow = { id: bigint; at: Date; row: string }

/**
 * Yields the rows of a channel and range in pages, by instant and id, each page as a JSON array; at least one page. The
 * parameters of `statement` are the channel, the instant and id of the row before, the end of the range, and the limit.
 */
const pagesOf = async function* (
  db: Postgres,
  statement: Statement<PageRow>,
  channelId: bigint,
  { from, to }: TimeRange,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // Ids begin at 1, so every row of the first instant comes after 0.
  let after = { at: from, id: 0n }
  for (;;) {
    signal.throwIfAborted()
    const rows = await db.query(statement, [channelId, after.at, to, after.id, limit])
    yield `[${rows.map(({ row }) => row).join(',')}]`
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last
  }
}

/** The pieces of an export from Postgres. ClickHouse renders them, so that the files of all exports look alike. */
export const pagedPieces = (
  page: Statement<PageRow>,
  rows: NamedQuery<{ channel_id: bigint; rows: string }, object>,
  pageRows: number,
): Pieces =>
  async function* ({ db, clickHouse }, { channel, range, format }, signal) {
    for await (const json of pagesOf(db, page, channel.id, range, pageRows, signal))
      yield renderRows(clickHouse, rows, { channel_id: channel.id, rows: json }, format, signal)
  }
