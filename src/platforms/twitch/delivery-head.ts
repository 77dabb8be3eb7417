import type { IncomingHttpHeaders } from 'node:http'
import { readInstant } from '../read-fields.ts'
import type { WebhookMessage } from '../webhook-source.ts'

/** What Twitch sends; it is not signed, so the body has to agree. */
const messageTypes = ['notification', 'webhook_callback_verification', 'revocation'] as const

/** What the headers of a delivery say; `prefix` is what its signature covers before the body. */
export type DeliveryHead = {
  messageId: string
  messageType: (typeof messageTypes)[number]
  eventType: string
  eventVersion: string
  sentAt: Date
  /** As a header; 64 hexadecimal digits after its name. */
  signature: string
  prefix: string
}

const headerOf = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[`twitch-eventsub-${name}`]
  return typeof value === 'string' ? value : ''
}

const longestClaim = 100

/** What can be read of headers that no genuine delivery has, cut; an instant that can not be read is an invalid date. */
export const claimsOf = (headers: IncomingHttpHeaders): Omit<WebhookMessage, 'body'> => {
  const claim = (name: string): string => headerOf(headers, name).slice(0, longestClaim)
  return {
    messageId: claim('message-id'),
    eventType: claim('subscription-type'),
    eventVersion: claim('subscription-version'),
    subscriptionId: null,
    sentAt: readInstant(claim('message-timestamp')) ?? new Date(Number.NaN),
    signature: headerOf(headers, 'message-signature'),
  }
}

/** Reads the headers of a delivery, or says why no genuine one has them; strict: signed bytes must split one way only. */
export const readDeliveryHead = (headers: IncomingHttpHeaders): DeliveryHead | string => {
  const messageId = headerOf(headers, 'message-id')
  const timestamp = headerOf(headers, 'message-timestamp')
  const signature = headerOf(headers, 'message-signature')
  const eventType = headerOf(headers, 'subscription-type')
  const eventVersion = headerOf(headers, 'subscription-version')
  const messageType = messageTypes.find((type) => type === headerOf(headers, 'message-type'))
  const sentAt = timestamp.endsWith('Z') ? readInstant(timestamp) : undefined
  if (!/^[A-Za-z0-9_=+/-]{1,100}$/.test(messageId)) return 'Twitch-Eventsub-Message-Id must be an id.'
  if (sentAt === undefined) return 'Twitch-Eventsub-Message-Timestamp must be an RFC 3339 instant in UTC.'
  if (messageType === undefined) return `Twitch-Eventsub-Message-Type must be one of ${messageTypes.join(', ')}.`
  if (!/^sha256=[0-9a-f]{64}$/.test(signature))
    return 'Twitch-Eventsub-Message-Signature must be sha256= and 64 lower-case hexadecimal digits.'
  if (!/^[a-z0-9_.]{1,100}$/.test(eventType)) return 'Twitch-Eventsub-Subscription-Type must be the name of an event.'
  if (!/^[a-z0-9.]{1,20}$/.test(eventVersion)) return 'Twitch-Eventsub-Subscription-Version must be a version.'
  return { messageId, messageType, eventType, eventVersion, sentAt, signature, prefix: messageId + timestamp }
}
