import { jsonRows } from '../lib/json-rows.ts'
import type { CallRecord, CallResult } from '../platforms/platform.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** Rows that the log of calls keeps: about half a day at one call a second, several days at the poller's usual rate. */
export const callLogRows = 50_000

/** A call, with the channel that it was about where that is a single one. */
export type LoggedCall = CallRecord & { channelId?: bigint | null }

// A channel that was deleted meanwhile is left out; one that is there stays until the transaction ends.
const append = statement(
  'scrape_log_append',
  `INSERT INTO dm.scrape_log (channel_id, platform, endpoint, requested_at, duration_ms, status, items, error, body)
   SELECT (SELECT c.id FROM dm.streamer_channel c WHERE c.id = v."channelId" FOR KEY SHARE),
     v.platform, v.endpoint, v."requestedAt", v."durationMs", v.status, v.items, v.error, v.body
   FROM json_to_recordset($1) AS v("channelId" bigint, platform text, endpoint text, "requestedAt" timestamptz, "durationMs" integer,
     status integer, items integer, error text, body text)`,
)

const prune = statement(
  'scrape_log_prune',
  'DELETE FROM dm.scrape_log WHERE id <= (SELECT max(id) FROM dm.scrape_log) - $1',
)

/** The calls behind an answer, oldest first. The one that decided it is about the channel, if that is a single one. */
export const callsOf = (
  { otherCalls = [], call }: Pick<CallResult<unknown>, 'call' | 'otherCalls'>,
  channelIds: readonly bigint[] = [],
): LoggedCall[] => [...otherCalls, channelIds.length === 1 ? { ...call, channelId: channelIds[0]! } : call]

/** Adds calls to the log. */
export const logCalls = async (tx: Transaction, calls: readonly LoggedCall[]): Promise<void> => {
  const rows = calls.map((call) => ({ ...call, durationMs: Math.round(call.durationMs) }))
  if (rows.length > 0) await tx.query(append, [jsonRows(rows)])
}

/** Keeps the newest `callLogRows` rows of the log. */
export const pruneCallLog = async (db: Transaction): Promise<void> => {
  await db.query(prune, [callLogRows])
}
