import { encodeViewerNotices, type ViewerBatch, viewerNoticeChannel } from '../../../src/live/viewer-notice.ts'
import type { Postgres } from '../../../src/stores/postgres/postgres.ts'

/** The payloads of the notices that a transaction sends. */
export const noticesOf = (batch: ViewerBatch, transaction: number): string[] =>
  encodeViewerNotices(batch).map((rest) => `[${transaction},${rest}`)

/** Tells all nodes of counts that no probe has stored, as of a transaction that is in nobody's snapshot. */
export const tellViewers = async (db: Postgres, batch: ViewerBatch): Promise<void> => {
  for (const payload of noticesOf(batch, Number.MAX_SAFE_INTEGER))
    await db.pool.query('SELECT pg_notify($1, $2)', [viewerNoticeChannel, payload])
}
