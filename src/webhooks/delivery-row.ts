import { isUtf8 } from 'node:buffer'
import { queueName } from '../ingest/spool.ts'
import type { InsertTarget } from '../stores/clickhouse/tables/row-format.ts'
import type { Delivery } from './delivery.ts'

/** Where verified deliveries wait until they are projected: rows of one column that holds an encoded delivery. */
export const deliveryQueue: InsertTarget = { table: queueName('webhook'), columns: ['delivery'] }

const base64Prefix = 'base64:'

/** The body as `Delivery.body` holds it, from which `bodyBytes` makes the same bytes again. */
export const bodyText = (body: Buffer): string => {
  const text = isUtf8(body) ? body.toString('utf8') : undefined
  return text === undefined || text.startsWith(base64Prefix) ? base64Prefix + body.toString('base64') : text
}

/** The bytes of a body that `bodyText` wrote. */
export const bodyBytes = (text: string): Buffer =>
  text.startsWith(base64Prefix) ? Buffer.from(text.slice(base64Prefix.length), 'base64') : Buffer.from(text)

type EncodedDelivery = Omit<Delivery, 'sentAt' | 'receivedAt' | 'body'> & { sentAt: number; receivedAt: string }

/**
 * The delivery as one line: JSON without the body, a tab, and the body as it is, because escaping the quotes of one JSON
 * inside another is most of the work. A body with a line break is part of the JSON.
 */
export const encodeDelivery = (delivery: Delivery): string => {
  const { source, messageId, eventType, eventVersion, subscriptionId, receipt, signature, body } = delivery
  const { replay, replayedBy, firstReceivedAt, test, headers } = delivery
  const encoded: EncodedDelivery = {
    source,
    messageId,
    eventType,
    eventVersion,
    subscriptionId,
    sentAt: delivery.sentAt.getTime(),
    receivedAt: delivery.receivedAt.toString(),
    receipt,
    replay,
    ...(firstReceivedAt !== undefined && { firstReceivedAt }),
    ...(test && { test }),
    ...(replayedBy && { replayedBy }),
    signature,
    ...(headers && { headers }),
  }
  return body.includes('\n') ? JSON.stringify({ ...encoded, body }) : `${JSON.stringify(encoded)}\t${body}`
}

const decode = ({ sentAt, receivedAt, ...encoded }: EncodedDelivery & { body: string }): Delivery => ({
  ...encoded,
  sentAt: new Date(sentAt),
  receivedAt: BigInt(receivedAt),
})

/** The delivery of a line that `encodeDelivery` wrote; throws for any other. */
export const decodeDelivery = (row: string): Delivery => {
  // JSON escapes the tabs in its texts.
  const tab = row.indexOf('\t')
  return decode(tab === -1 ? JSON.parse(row) : { ...JSON.parse(row.slice(0, tab)), body: row.slice(tab + 1) })
}
