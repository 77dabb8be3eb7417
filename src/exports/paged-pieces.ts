import type { NamedQuery } from '../stores/clickhouse/named-query.ts'
import type { Statement } from '../stores/postgres/statement.ts'
import type { Pieces } from './export-task.ts'
import { renderRows } from './render-rows.ts'

/** A row of a page: its position (instant, id), and its values as a JSON array. */
export type PageRow = { id: bigint; at: Date; row: string }

/** The position of a row: its instant, and its id among those of the instant. Ids begin at 1. */
type Place = { at: Date; id: bigint }

/** Yields rows in pages, by instant and id, each page as a JSON array; at least one page. `read` reads so many rows after a place. */
export const pagesOf = async function* (
  from: Date,
  limit: number,
  read: (after: Place, limit: number) => Promise<readonly PageRow[]>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let after: Place = { at: from, id: 0n }
  for (;;) {
    signal.throwIfAborted()
    const rows = await read(after, limit)
    yield `[${rows.map(({ row }) => row).join(',')}]`
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last
  }
}

/**
 * The pieces of an export from Postgres. ClickHouse renders them, so that the files of all exports look alike. The parameters of
 * `page` are the channel, the instant and id of the row before, the end of the range, and the limit.
 */
export const pagedPieces = (
  page: Statement<PageRow>,
  rows: NamedQuery<{ channel_id: bigint; platform: string; channel_user_id: string; rows: string }, object>,
  pageRows: number,
): Pieces =>
  async function* ({ db, clickHouse }, { channel, range, format }, signal) {
    const read = ({ at, id }: Place, limit: number) => db.query(page, [channel.id, at, range.to, id, limit])
    const of = { channel_id: channel.id, platform: channel.platform, channel_user_id: channel.platformUserId }
    for await (const json of pagesOf(range.from, pageRows, read, signal))
      yield renderRows(clickHouse, rows, { ...of, rows: json }, format, signal)
  }
