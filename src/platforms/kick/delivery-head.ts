import type { IncomingHttpHeaders } from 'node:http'
import { isUlid, ulidTime } from '../../lib/ids.ts'
import { readInstant } from '../read-fields.ts'
import type { WebhookMessage } from '../webhook-source.ts'

/** What the headers of a delivery say, and what its signature covers before the body. */
export type DeliveryHead = { unverified: Omit<WebhookMessage, 'body'>; prefix: string }

const skewMs = 10 * 60_000

/** Kick has sent timestamps whose date stands there twice; the last one counts. */
const timestampPattern = /^(?:\d{4}-\d{2}-\d{2}T)?(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))$/

let lastRead: { text: string; instant: Date | undefined } = { text: '', instant: undefined }

/** Deliveries that come close together have the same second. */
const readTimestamp = (text: string): Date | undefined => {
  if (text !== lastRead.text) lastRead = { text, instant: readInstant(timestampPattern.exec(text)?.[1]) }
  return lastRead.instant
}

/** Not signed, so anything short that can be kept is let through. */
const namePattern = /^[\x21-\x7e]{1,100}$/

/** A delivery that waited may be stamped when it goes out at last; its id is as old as what it tells. */
const firstSentAt = (messageId: string, stamped: Date): Date => {
  const made = ulidTime(messageId)
  return made < stamped.getTime() - skewMs ? new Date(made) : stamped
}

const headerOf = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[`kick-event-${name}`]
  return typeof value === 'string' ? value : ''
}

const longestClaim = 100

/** What can be read of headers that no genuine delivery has, cut; an instant that can not be read is an invalid date. */
export const claimsOf = (headers: IncomingHttpHeaders): Omit<WebhookMessage, 'body'> => {
  const claim = (name: string): string => headerOf(headers, name).slice(0, longestClaim)
  return {
    messageId: claim('message-id'),
    eventType: claim('type'),
    eventVersion: claim('version'),
    subscriptionId: claim('subscription-id') || null,
    sentAt: readTimestamp(claim('message-timestamp')) ?? new Date(Number.NaN),
    signature: headerOf(headers, 'signature'),
  }
}

/** Reads the headers of a delivery, or says why no genuine one has them; strict: signed bytes must split one way only. */
export const readDeliveryHead = (headers: IncomingHttpHeaders): DeliveryHead | string => {
  const messageId = headerOf(headers, 'message-id')
  const timestamp = headerOf(headers, 'message-timestamp')
  const eventType = headerOf(headers, 'type')
  const eventVersion = headerOf(headers, 'version')
  const subscriptionId = headerOf(headers, 'subscription-id')
  if (!isUlid(messageId)) return 'Kick-Event-Message-Id must be a ULID.'
  const stamped = readTimestamp(timestamp)
  if (!stamped) return 'Kick-Event-Message-Timestamp must be an RFC 3339 instant.'
  if (!namePattern.test(eventType)) return 'Kick-Event-Type must be the name of an event.'
  if (eventVersion !== '' && !namePattern.test(eventVersion)) return 'Kick-Event-Version must be a version.'
  return {
    prefix: `${messageId}.${timestamp}.`,
    unverified: {
      messageId,
      eventType,
      eventVersion,
      subscriptionId: namePattern.test(subscriptionId) ? subscriptionId : null,
      sentAt: firstSentAt(messageId, stamped),
      signature: headerOf(headers, 'signature'),
    },
  }
}
