import { createHmac, sign } from 'node:crypto'
import { privateKeyOf, readSigningKey, type SigningKey } from './signing-keys.ts'

/** What is signed: the body exactly as it is sent, for one attempt. */
export type SignedMessage = {
  /** The same at every attempt, without a full stop. */
  id: string
  /** When the attempt is made, in epoch milliseconds. */
  at: number
  body: string
}

/** The headers of Standard Webhooks: a signature by each of the keys, which were accepted. */
export const signatureHeaders = ({ id, at, body }: SignedMessage, keys: readonly SigningKey[]) => {
  const timestamp = String(Math.floor(at / 1_000))
  const content = Buffer.from(`${id}.${timestamp}.${body}`)
  const signatures = keys.map(({ key }) => {
    const { scheme, bytes } = readSigningKey(key)!
    const signature =
      scheme === 'v1' ? createHmac('sha256', bytes).update(content).digest() : sign(null, content, privateKeyOf(bytes))
    return `${scheme},${signature.toString('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
