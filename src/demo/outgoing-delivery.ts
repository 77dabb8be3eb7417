import { wireTime } from './render.ts'
import type { SigningKey } from './signing-key.ts'

/** One delivery before it is signed. */
export type OutgoingDelivery = {
  /** ULID; a repeated delivery keeps it. */
  messageId: string
  subscriptionId: string
  /** The type of the header. */
  type: string
  /** Epoch milliseconds. */
  at: number
  body: string
  hasBadSignature?: boolean
  hasDoubleDate?: boolean
}

/** The headers of a delivery but its signature. */
export const unsignedHeaders = (delivery: Omit<OutgoingDelivery, 'body' | 'hasBadSignature'>) => {
  const instant = wireTime(delivery.at)
  return {
    'content-type': 'application/json',
    'user-agent': 'Go-http-client/1.1',
    'kick-event-message-id': delivery.messageId,
    'kick-event-subscription-id': delivery.subscriptionId,
    'kick-event-message-timestamp': delivery.hasDoubleDate ? `${instant.slice(0, 11)}${instant}` : instant,
    'kick-event-type': delivery.type,
    'kick-event-version': '1',
  }
}

/** The headers of a delivery, signed by the platform over `id.timestamp.body`. */
export const deliveryHeaders = async (delivery: OutgoingDelivery, key: SigningKey): Promise<Record<string, string>> => {
  const headers = unsignedHeaders(delivery)
  const timestamp = headers['kick-event-message-timestamp']
  const signature = await key.sign(Buffer.from(`${delivery.messageId}.${timestamp}.${delivery.body}`))
  return { ...headers, 'kick-event-signature': delivery.hasBadSignature ? spoiled(signature) : signature }
}

const spoiled = (signature: string): string => (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
