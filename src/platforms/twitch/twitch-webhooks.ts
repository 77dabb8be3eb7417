import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import { parseJson } from '../parse-json.ts'
import { readObject, readText } from '../read-fields.ts'
import type { Verification, WebhookSource } from '../webhook-source.ts'
import { claimsOf, readDeliveryHead } from './delivery-head.ts'
import { readDelivery, readDeliveryChannel } from './read-delivery.ts'

/** What Twitch signs with. */
export type TwitchWebhooksOptions = {
  /** Those that were given with subscriptions; one of them must have signed. */
  secrets: () => readonly string[]
  clock: Clock
}

/** Twitch repeats what was not answered for minutes only, and advises to take nothing older: who sends it then has recorded it. */
const signatureHoldsMs = 10 * 60_000

/** Short and plain, because it goes back as an answer. */
const readChallenge = (body: unknown): string | undefined => {
  const { challenge } = readObject(body)
  return typeof challenge === 'string' && /^[\x21-\x7e]{1,500}$/.test(challenge) ? challenge : undefined
}

/** Twitch's webhooks, signed with our secret; a delivery older than ten minutes is a replay and counts as forged. */
export const createTwitchWebhooks = ({ secrets, clock }: TwitchWebhooksOptions): WebhookSource => ({
  platform: 'twitch',
  headerPrefix: 'twitch-eventsub-',
  read: readDelivery,
  channelOf: readDeliveryChannel,
  verify: async (headers, body): Promise<Verification> => {
    const head = readDeliveryHead(headers)
    if (typeof head === 'string') return { kind: 'malformed', reason: head, message: { ...claimsOf(headers), body } }
    const { prefix, messageType, ...claims } = head
    const content = parseJson(body.toString())
    const subscriptionId = readText(readObject(readObject(content).subscription).id, 100) ?? null
    const message = { ...claims, subscriptionId, body }
    const signature = Buffer.from(claims.signature.slice('sha256='.length), 'hex')
    const isSignedWith = (secret: string): boolean =>
      timingSafeEqual(createHmac('sha256', secret).update(prefix).update(body).digest(), signature)
    if (!secrets().some(isSignedWith))
      return { kind: 'forged', reason: 'the signature is of other bytes or another secret', message }
    if (clock() - claims.sentAt.getTime() > signatureHoldsMs)
      return { kind: 'forged', reason: 'it was sent more than ten minutes ago', message }
    if (messageType !== 'webhook_callback_verification') return { kind: 'delivery', message }
    const text = readChallenge(content)
    return text === undefined
      ? { kind: 'malformed', reason: 'The body must hold a challenge.', message }
      : { kind: 'challenge', text, message }
  },
})
