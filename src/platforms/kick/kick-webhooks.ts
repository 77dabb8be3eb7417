import { systemTimer } from '../timer.ts'
import type { WebhookSource } from '../webhook-source.ts'
import { claimsOf, readDeliveryHead } from './delivery-head.ts'
import { documentedKeyOf } from './public-key.ts'
import { readDelivery, readDeliveryChannel } from './read-delivery.ts'
import { createWebhookKeys, type WebhookKeysOptions } from './webhook-keys.ts'

/** Where Kick is and which key it signs with; without a pinned key the documented one where the API is Kick's own, else none. */
export type KickWebhooksOptions = Pick<WebhookKeysOptions, 'apiUrl' | 'clock' | 'log'> & Partial<WebhookKeysOptions>

/** The signature as bytes if it is Base64 as an encoder writes it: decoders forgive what would make many texts one signature. */
const readSignature = (text: string): Buffer | null => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}

/** Kick's webhooks: one RSA key for all apps signs id, timestamp and body. Type, version and subscription are not signed. */
export const createKickWebhooks = (options: KickWebhooksOptions): WebhookSource & AsyncDisposable => {
  const { apiUrl, clock, log, onRecord, timeoutMs = 2_000, timer = systemTimer } = options
  const pinnedKeyPem = options.pinnedKeyPem ?? documentedKeyOf(apiUrl)
  const keys = createWebhookKeys({ apiUrl, pinnedKeyPem, timeoutMs, clock, timer, log, onRecord })

  return {
    platform: 'kick',
    headerPrefix: 'kick-event-',
    read: readDelivery,
    channelOf: readDeliveryChannel,
    verify: async (headers, body) => {
      const head = readDeliveryHead(headers)
      if (typeof head === 'string') return { kind: 'malformed', reason: head, message: { ...claimsOf(headers), body } }
      const { unverified: claims, prefix } = head
      const message = { ...claims, body }
      if (claims.signature === '') return { kind: 'forged', reason: 'there is no signature', message }
      const signature = readSignature(claims.signature)
      if (!signature) return { kind: 'forged', reason: 'the signature is not Base64', message }
      const signed = Buffer.concat([Buffer.from(prefix), body])
      if (
        (await keys.verifies(signed, signature)) ||
        ((await keys.refresh()) && (await keys.verifies(signed, signature)))
      )
        return { kind: 'delivery', message }
      return keys.hasKey()
        ? { kind: 'forged', reason: 'the signature is of other bytes or another key', message }
        : { kind: 'unverifiable', reason: 'there is no key to check with' }
    },
    [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose](),
  }
}
