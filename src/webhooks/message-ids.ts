import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'

/** What must count once: a delivery by its message id, or a fact by its own id. `receivedAt` is in microseconds since the epoch. */
export type OnceKey = { source: string; messageId: string; receivedAt: bigint }

// Inserted in one order everywhere, so that two processes with the same keys can not wait for each other in a circle.
const recordKeys = statement(
  'webhook_record_ids',
  `WITH told AS (
     SELECT ordinal, source, message_id, timestamptz 'epoch' + micros * interval '1 microsecond' AS received_at
     FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS v(source, message_id, micros, ordinal)),
   recorded AS (
     INSERT INTO dm.webhook_message_ids (source, message_id, received_at)
     SELECT source, message_id, min(received_at) FROM told GROUP BY source, message_id ORDER BY source, message_id
     ON CONFLICT (source, message_id) DO NOTHING
     RETURNING source, message_id, received_at)
   SELECT told.ordinal::integer FROM told
   JOIN (SELECT * FROM recorded
     UNION ALL
     SELECT k.source, k.message_id, k.received_at FROM dm.webhook_message_ids k
       WHERE (k.source, k.message_id) IN (SELECT source, message_id FROM told)) first USING (source, message_id, received_at)`,
)

/**
 * Records the keys inside `tx` and answers for each whether it is the first: nobody had it before, or whoever had it was received at the
 * same microsecond, which is this very delivery before a crash. One statement.
 */
export const recordFirsts = async (tx: Transaction, keys: readonly OnceKey[]): Promise<boolean[]> => {
  if (keys.length === 0) return []
  const columns = [keys.map((key) => key.source), keys.map((key) => key.messageId), keys.map((key) => key.receivedAt)]
  const firsts = new Set((await tx.query<{ ordinal: number }>(recordKeys, columns)).map(({ ordinal }) => ordinal))
  return keys.map((_, index) => firsts.has(index + 1))
}
