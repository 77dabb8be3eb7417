import { jsonRows } from '../lib/json-rows.ts'
import type { CallRecord } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Rows that the audit of calls keeps: about half a day at one call a second, several days at the poller's usual rate. */
export const scrapeLogRows = 50_000

const append = statement(
  'scrape_log_append',
  `INSERT INTO dm.scrape_log (platform, endpoint, requested_at, duration_ms, status, items, error)
   SELECT v.platform, v.endpoint, v."requestedAt", v."durationMs", v.status, v.items, v.error
   FROM json_to_recordset($1) AS v(platform text, endpoint text, "requestedAt" timestamptz, "durationMs" integer, status integer, items integer, error text)`,
)

const prune = statement(
  'scrape_log_prune',
  'DELETE FROM dm.scrape_log WHERE id <= (SELECT max(id) FROM dm.scrape_log) - $1',
)

/** Adds calls to the audit. */
export const logCalls = async (tx: Transaction, calls: readonly CallRecord[]): Promise<void> => {
  const rows = calls.map((call) => ({ ...call, durationMs: Math.round(call.durationMs) }))
  if (rows.length > 0) await tx.query(append, [jsonRows(rows)])
}

/** Keeps the newest `scrapeLogRows` rows of the audit. */
export const pruneScrapeLog = async (db: Transaction): Promise<void> => {
  await db.query(prune, [scrapeLogRows])
}
