import type { Transaction } from '../stores/postgres/postgres.ts'
import { statement } from '../stores/postgres/statement.ts'
import type { Delivery } from './delivery.ts'

/** What must count once: a delivery by its message id, or a fact by its own id; and by which receipt it came. */
export type OnceKey = { source: string; messageId: string } & Pick<Delivery, 'receivedAt' | 'receipt'>

// Inserted in one order everywhere, so that two processes with the same keys can not wait for each other in a circle. A key
// that is there is rewritten as it is: so it is read after its transaction has ended, also one that this statement had to wait for.
const recordKeys = statement(
  'webhook_record_ids',
  `WITH told AS (
     SELECT ordinal, source, message_id, timestamptz 'epoch' + micros * interval '1 microsecond' AS received_at, receipt
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[]) WITH ORDINALITY AS v(source, message_id, micros, receipt, ordinal)),
   first AS (
     INSERT INTO dm.webhook_message_ids AS known (source, message_id, received_at, receipt)
     SELECT DISTINCT ON (source, message_id) source, message_id, received_at, receipt
     FROM told ORDER BY source, message_id, received_at, receipt
     ON CONFLICT (source, message_id) DO UPDATE SET receipt = known.receipt
     RETURNING source, message_id, received_at, receipt)
   SELECT told.ordinal::integer FROM told JOIN first USING (source, message_id, received_at, receipt)`,
)

/**
 * Records the keys inside `tx` and answers for each whether it is the first: nobody had it before, or it came by this very receipt, which
 * is our own delivery before a crash. An instant alone never says so: two nodes receive in the same microsecond. One statement.
 */
export const recordFirsts = async (tx: Transaction, keys: readonly OnceKey[]): Promise<boolean[]> => {
  if (keys.length === 0) return []
  const columns = [
    keys.map((key) => key.source),
    keys.map((key) => key.messageId),
    keys.map((key) => key.receivedAt),
    keys.map((key) => key.receipt),
  ]
  const firsts = new Set((await tx.query<{ ordinal: number }>(recordKeys, columns)).map(({ ordinal }) => ordinal))
  return keys.map((_, index) => firsts.has(index + 1))
}
