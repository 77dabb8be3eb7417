import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../../../../src/platforms/parse-json.ts'
import { readInstant, readObject, readText, readUserId } from '../../../../src/platforms/read-fields.ts'
import type { WebhookSource } from '../../../../src/platforms/webhook-source.ts'

/** What Stage delivers when somebody writes in a chat. */
export type StageLine = { id: string; at: string; subscription: string; channel: string; from: string; text: string }

/** The header of a delivery that says who sent it. */
export const signatureHeader = 'stage-signature'

/** What Stage signs a delivery with: the digest of its body under the token. */
export const signStage = (token: string, body: Buffer | string): string =>
  createHmac('sha256', token).update(body).digest('hex')

/** Stage's webhooks. */
export const createStageWebhooks = (token: () => string): WebhookSource => ({
  platform: 'stage',
  verify: async (headers, body) => {
    const signature = String(headers[signatureHeader])
    const { id, at, subscription } = readObject(parseJson(body.toString()))
    const [messageId, sentAt] = [readText(id), readInstant(at)]
    const message = {
      messageId: messageId ?? '',
      eventType: 'line.said',
      eventVersion: '1',
      subscriptionId: readText(subscription) ?? null,
      sentAt: sentAt ?? new Date(Number.NaN),
      signature,
      body,
    }
    if (!messageId || !sentAt || !/^[0-9a-f]{64}$/.test(signature))
      return { kind: 'malformed', reason: 'This is no delivery of Stage.', message }
    return timingSafeEqual(Buffer.from(signature), Buffer.from(signStage(token(), body)))
      ? { kind: 'delivery', message }
      : { kind: 'forged', reason: 'it is signed with another token', message }
  },
  channelOf: (body) => readUserId(readObject(parseJson(body)).channel),
  read: ({ body, sentAt }) => {
    const { id, channel, from, text } = readObject(parseJson(body))
    const [messageId, broadcaster, chatter] = [readText(id), readUserId(channel), readUserId(from)]
    if (!messageId || !broadcaster || !chatter) return { kind: 'malformed', reason: 'it says not who wrote where' }
    return {
      kind: 'chat',
      broadcaster: { platformUserId: broadcaster },
      line: {
        messageId,
        platformUserId: chatter,
        username: `user ${chatter}`,
        content: readText(text) ?? '',
        emotes: '[]',
        badges: '[]',
        createdAt: sentAt,
      },
    }
  },
})
