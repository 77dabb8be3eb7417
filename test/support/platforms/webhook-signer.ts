import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { newUlid } from '../../../src/lib/ids.ts'

/** What a signed delivery says; everything but the body has a default of a genuine one of now. */
export type SignedContent = {
  body: string | Buffer
  messageId?: string
  timestamp?: string
  type?: string
  version?: string
  subscriptionId?: string
}

/** A delivery as a client sends it. */
export type SignedDelivery = { headers: Record<string, string>; body: Buffer }

const publicPem = ({ publicKey }: { publicKey: KeyObject }): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** Signs deliveries as Kick does, with the given private key or one of its own of 2,048 bits. */
export const createSigner = (keys: { privateKey: KeyObject; publicKey: KeyObject } = rsaKeys()) => ({
  publicKeyPem: publicPem(keys),
  /** The same key for a simulated platform. */
  key: {
    publicKeyPem: async () => publicPem(keys),
    sign: async (data: Buffer) => sign('sha256', data, keys.privateKey).toString('base64'),
    rotate: () => Promise.reject(new Error('This key stays.')),
  },
  sign: ({ body, ...content }: SignedContent): SignedDelivery => {
    const messageId = content.messageId ?? newUlid()
    const timestamp = content.timestamp ?? new Date().toISOString().replace(/\.\d+/, '')
    const bytes = Buffer.from(body as Buffer)
    const signature = sign('sha256', Buffer.concat([Buffer.from(`${messageId}.${timestamp}.`), bytes]), keys.privateKey)
    return {
      headers: {
        'content-type': 'application/json',
        'kick-event-message-id': messageId,
        'kick-event-subscription-id': content.subscriptionId ?? newUlid(),
        'kick-event-signature': signature.toString('base64'),
        'kick-event-message-timestamp': timestamp,
        'kick-event-type': content.type ?? 'chat.message.sent',
        'kick-event-version': content.version ?? '1',
      },
      body: bytes,
    }
  },
})

export type Signer = ReturnType<typeof createSigner>

/** A pair of RSA keys of this many bits. */
export const rsaKeys = (modulusLength = 2_048) => generateKeyPairSync('rsa', { modulusLength })
