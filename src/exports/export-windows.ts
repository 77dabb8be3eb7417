import type { TimeRange } from '../telemetry/buckets.ts'

/**
 * Rows of one piece. A piece is in memory as a whole: 20,000 messages of chat are 5 MB of CSV. Cutting and reading it takes the
 * engine 40 ms, which is as long as anything else has to wait for an export.
 */
export const pieceRows = 20_000

/** Where the rows of a range that come first end: how many they are, with all that share the instant of the last one. */
export type Cut = { rows: number; last: Date }

/**
 * Cuts a range into windows of about so many rows each; together they are the range, so that rows which arrive meanwhile are
 * read once or not at all. `tickMs` is the resolution of the instants. A range without rows, even an empty one, is one window.
 */
export const exportWindows = async function* (
  range: TimeRange,
  tickMs: number,
  limit: number,
  cutOf: (rest: TimeRange, limit: number) => Promise<Cut>,
): AsyncGenerator<TimeRange> {
  let { from } = range
  do {
    const { rows, last } = await cutOf({ from, to: range.to }, limit)
    const to = rows < limit ? range.to : new Date(Math.min(range.to.getTime(), last.getTime() + tickMs))
    yield { from, to }
    from = to
  } while (from < range.to)
}
