import type { TimeRange } from '../telemetry/buckets.ts'

/**
 * Rows of one piece. A piece is in memory as a whole: 20,000 messages of chat are 5 MB of CSV. The engine cuts and reads it in
 * 40 ms, so nothing else waits longer than that for an export.
 */
export const pieceRows = 20_000

/** The first rows of a range: how many they are, including all with the same instant as the last one. */
export type Cut = { rows: number; last: Date }

/**
 * Cuts a range into windows of about `limit` rows. The windows cover the range without overlaps, so that rows which arrive
 * meanwhile are read at most once. `tickMs` is the resolution of the instants. A range without rows is one window.
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
