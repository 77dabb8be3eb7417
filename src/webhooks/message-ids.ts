import { columnsOfRows } from '../lib/json-rows.ts'
import { expressions } from '../stores/postgres/model.ts'
import type { Transaction } from '../stores/postgres/postgres.ts'
import { sql, statement } from '../stores/postgres/statement.ts'
import type { Delivery } from './delivery.ts'

/** The key of something that must count once, a delivery or a fact, and the receipt that it came with. */
export type OnceKey = { source: string; messageId: string } & Pick<Delivery, 'receivedAt' | 'receipt'>

// Inserted in one order everywhere, so that two processes with the same keys never deadlock. A key that exists is rewritten
// unchanged: only so does the statement return a row that another transaction was inserting meanwhile.
const recordKeys = statement(
  'webhook_record_ids',
  sql`WITH given AS (
     SELECT ordinal, source, message_id, timestamptz 'epoch' + micros * interval '1 microsecond' AS received_at, receipt
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[]) WITH ORDINALITY AS v(source, message_id, micros, receipt, ordinal)),
   first AS (
     INSERT INTO dm.webhook_message_ids AS known (source, message_id, received_at, receipt)
     SELECT DISTINCT ON (source, message_id) source, message_id, received_at, receipt
     FROM given ORDER BY source, message_id, received_at, receipt
     ON CONFLICT (source, message_id) DO UPDATE SET receipt = known.receipt
     RETURNING source, message_id, received_at, receipt)
   SELECT ${expressions<{ ordinal: number }>({ ordinal: 'given.ordinal::integer' })} FROM given JOIN first USING (source, message_id, received_at, receipt)`,
)

/**
 * Records the keys inside `tx` and returns for each whether it is the first. It is when the key is new, and also when it is
 * stored with the same receipt: then it is our own delivery from before a crash. The instant of receipt alone does not decide,
 * because two nodes can receive in the same microsecond. One statement.
 */
export const recordFirsts = async (tx: Transaction, keys: readonly OnceKey[]): Promise<boolean[]> => {
  if (keys.length === 0) return []
  const columns = columnsOfRows(keys, 'source', 'messageId', 'receivedAt', 'receipt')
  const firsts = new Set((await tx.query(recordKeys, columns)).map(({ ordinal }) => ordinal))
  return keys.map((_, index) => firsts.has(index + 1))
}

const firstDeliveries = statement(
  'webhook_first_deliveries',
  sql`SELECT ${expressions<{ ordinal: number; messageId: string }>({ ordinal: 'v.ordinal::integer', messageId: 'd.message_id' })}
   FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS v(key_source, key_id, source, ordinal)
   JOIN dm.webhook_message_ids k ON k.source = v.key_source AND k.message_id = v.key_id
   JOIN dm.webhook_message_ids d ON d.received_at = k.received_at AND d.receipt = k.receipt AND d.source = v.source`,
)

/**
 * The message id of the delivery that told each fact first, found by its receipt; null where that was a replay. `key` is the key of
 * the fact, `source` the platform. One statement.
 */
export const firstMessageIds = async (
  tx: Transaction,
  facts: readonly { key: Pick<OnceKey, 'source' | 'messageId'>; source: string }[],
): Promise<(string | null)[]> => {
  if (facts.length === 0) return []
  const rows = facts.map(({ key, source }) => ({ keySource: key.source, keyId: key.messageId, source }))
  const found = await tx.query(firstDeliveries, columnsOfRows(rows, 'keySource', 'keyId', 'source'))
  const known = new Map(found.map(({ ordinal, messageId }) => [ordinal, messageId]))
  return facts.map((_, index) => known.get(index + 1) ?? null)
}
