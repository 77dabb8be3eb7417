import { wireTime } from './render.ts'
import type { SigningKey } from './signing-key.ts'

/** One delivery before it is signed. */
export type OutgoingDelivery = {
  /** ULID; the same whenever it is repeated. */
  messageId: string
  subscriptionId: string
  /** As the header says. */
  type: string
  /** Epoch milliseconds. */
  at: number
  body: string
  hasBadSignature?: boolean
  hasDoubleDate?: boolean
}

/** The headers of a delivery, signed by the platform over `id.timestamp.body`. */
export const deliveryHeaders = async (letter: OutgoingDelivery, key: SigningKey): Promise<Record<string, string>> => {
  const instant = wireTime(letter.at)
  const timestamp = letter.hasDoubleDate ? `${instant.slice(0, 11)}${instant}` : instant
  const signature = await key.sign(Buffer.from(`${letter.messageId}.${timestamp}.${letter.body}`))
  return {
    'content-type': 'application/json',
    'user-agent': 'Go-http-client/1.1',
    'kick-event-message-id': letter.messageId,
    'kick-event-subscription-id': letter.subscriptionId,
    'kick-event-signature': letter.hasBadSignature ? spoiled(signature) : signature,
    'kick-event-message-timestamp': timestamp,
    'kick-event-type': letter.type,
    'kick-event-version': '1',
  }
}

const spoiled = (signature: string): string => (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
