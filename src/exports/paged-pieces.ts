import type { NamedQuery } from '../stores/clickhouse/named-query.ts'
import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'
import type { Pieces } from './export-task.ts'
import { renderRows } from './render-rows.ts'

/** A row of a page: its place along (instant, id), and itself as a JSON array. */
export type PageRow = { id: bigint; at: Date; row: string }

/**
 * The rows of a channel and range, page by page along (instant, id), each page as a JSON array of rows; at least one page. The
 * statement takes the channel, the instant and the end of the range, the id and how many.
 */
const pagesOf = async function* (
  db: Postgres,
  statement: Statement<PageRow>,
  channelId: bigint,
  { from, to }: TimeRange,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // Ids begin at 1: those of the first instant all come after 0.
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

/** What Postgres keeps, a page at a time. The engine renders it as it does the rest, so that all files are alike. */
export const pagedPieces = (
  page: Statement<PageRow>,
  rows: NamedQuery<{ channel_id: bigint; rows: string }, object>,
  pageRows: number,
): Pieces =>
  async function* ({ db, clickHouse }, { channel, range, format }, signal) {
    for await (const json of pagesOf(db, page, channel.id, range, pageRows, signal))
      yield renderRows(clickHouse, rows, { channel_id: channel.id, rows: json }, format, signal)
  }
