import type { DeadLetter } from '../ingest/dead-letter.ts'
import { decodeDelivery, deliveryQueue } from '../webhooks/delivery-row.ts'
import { namesBroadcaster, namesPerson } from './persons.ts'
import type { Subject } from './subject.ts'

/** One row of the spool with its columns. */
export type SpoolRow = Pick<DeadLetter, 'table' | 'columns' | 'row'>

const valuesOf = ({ columns, row }: SpoolRow): Readonly<Record<string, unknown>> => {
  const values = JSON.parse(row) as unknown[]
  return Object.fromEntries(columns.map((column, index) => [column, values[index]]))
}

const inDelivery = (subject: Subject, source: unknown, body: string, channelUserId?: unknown): boolean => {
  if (source !== subject.platform) return false
  return subject.kind === 'channel'
    ? channelUserId === subject.platformUserId || namesBroadcaster(body, subject.platformUserId)
    : namesPerson(body, subject.platformUserId)
}

/** Whether a row that waits in a spool, or a dead letter, holds a subject. A row that can not be read might, and counts as if it did. */
export const rowHolds = (subject: Subject, row: SpoolRow): boolean => {
  try {
    if (row.table === deliveryQueue.table) {
      const { source, body } = decodeDelivery(row.row)
      return inDelivery(subject, source, body)
    }
    const values = valuesOf(row)
    if ('payload' in values) return inDelivery(subject, values.source, String(values.payload), values.channel_user_id)
    if ('content' in values)
      return subject.kind === 'channel'
        ? String(values.channel_id) === String(subject.channelId)
        : values.platform_user_id === subject.platformUserId
    return (
      subject.kind === 'channel' &&
      values.platform === subject.platform &&
      values.platform_user_id === subject.platformUserId
    )
  } catch {
    return row.row.includes(subject.platformUserId)
  }
}
