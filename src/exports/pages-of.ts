import type { Postgres } from '../stores/postgres/postgres.ts'
import type { Statement } from '../stores/postgres/statement.ts'
import type { TimeRange } from '../telemetry/buckets.ts'

/**
 * The rows of a channel and range, page by page along (instant, id), each page as a JSON array of rows; at least one page. The
 * statement takes the channel, the instant and the end of the range, the id and how many, and answers `at`, `id` and `row`.
 */
export const pagesOf = async function* (
  db: Postgres,
  statement: Statement,
  channelId: bigint,
  { from, to }: TimeRange,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  // Ids begin at 1: those of the first instant all come after 0.
  let after = { at: from, id: 0n }
  for (;;) {
    signal.throwIfAborted()
    const rows = await db.query<{ at: Date; id: bigint; row: string }>(statement, [
      channelId,
      after.at,
      to,
      after.id,
      limit,
    ])
    yield `[${rows.map(({ row }) => row).join(',')}]`
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = last
  }
}
