import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Spool } from '../ingest/spool.ts'
import { hasNoRoom } from '../ingest/spool-errors.ts'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { Histogram, lagBounds } from '../lib/metric.ts'
import type { PlatformName } from '../platforms/platform.ts'
import type { WebhookMessage, WebhookSource } from '../platforms/webhook-source.ts'
import { bodyText, deliveryQueue, encodeDelivery } from './delivery-row.ts'
import { storedHeaders } from './kept-headers.ts'
import { createRejectedDeliveryRecorder, type RejectedDeliveryRecorder } from './record-rejected-delivery.ts'

/** What became of a request with a webhook. */
export type Receipt =
  /** On the disk; it will be projected from there. */
  | { kind: 'accepted' }
  /** A handshake, to be answered with this text. */
  | { kind: 'challenge'; text: string }
  /** Headers that no genuine delivery has; the text says what is wrong with them. */
  | { kind: 'malformed'; text: string }
  /** Not signed by the platform. */
  | { kind: 'forged' }
  /** The platform has no credentials here. */
  | { kind: 'not-set-up' }
  /** The platform's key is not known, so the signature can not be checked. */
  | { kind: 'unverifiable' }
  /** Genuine, but nothing durable can be written now. */
  | { kind: 'unavailable' }

/** Receives one platform's webhooks. */
export type Receiver = {
  readonly platform: PlatformName
  /** Waits only for the disk of the spool, and for the platform's key when that has changed. */
  receive(headers: IncomingHttpHeaders, body: Buffer): Promise<Receipt>
  /** Whether the platform has credentials here; without them its deliveries are refused. */
  isSetUp(): Promise<boolean>
  /** Whether the last request could not be checked, so that genuine deliveries are refused as well. */
  isBlind(): boolean
  /** How many rejected deliveries the inbox does not have, because too many came at once, by outcome. */
  leftOut: RejectedDeliveryRecorder['leftOut']
  /** Time from the platform's timestamp to the receipt of accepted deliveries: of the last one, and of all in seconds. */
  lag(): { lastMs: number; all: Histogram }
}

type ReceiverOptions = {
  source: WebhookSource
  spool: Pick<Spool, 'append' | 'stats'>
  /** The `env` of every row. */
  env: string
  /** The instants of receipt, shared by all receivers of a process. */
  receiptTime: () => bigint
  clock: Clock
  steady?: Steady
  log: Log
}

const complainEveryMs = 60_000

/** Makes the receiver of one platform. A genuine delivery is accepted once it is on the disk, a repeated one as well. */
export const createReceiver = (options: ReceiverOptions): Receiver => {
  const { source, spool, env, receiptTime, clock, steady = systemSteady, log } = options
  const { platform } = source
  const rejected = createRejectedDeliveryRecorder({ source, spool, env, clock, steady })
  const lag = { lastMs: 0, all: new Histogram(lagBounds) }
  let isBlind = false
  let complainedAt = Number.NEGATIVE_INFINITY

  const accept = async (message: WebhookMessage, headers: string): Promise<Receipt> => {
    const receivedAt = receiptTime()
    const delivery = {
      ...message,
      source: platform,
      body: bodyText(message.body),
      headers,
      receivedAt,
      receipt: randomUUID(),
      replay: false,
    }
    try {
      await spool.append(deliveryQueue, [encodeDelivery(delivery)])
    } catch (error) {
      if (!hasNoRoom(error)) throw error
      if (steady() - complainedAt >= complainEveryMs) {
        complainedAt = steady()
        log.error({ platform, err: error }, 'webhooks are refused because the spool takes no rows')
      }
      return { kind: 'unavailable' }
    }
    lag.lastMs = Number(receivedAt / 1_000n) - message.sentAt.getTime()
    lag.all.observe(Math.max(0, lag.lastMs) / 1_000)
    return { kind: 'accepted' }
  }

  return {
    platform,
    lag: () => lag,
    leftOut: rejected.leftOut,
    // What is nobody's delivery is malformed wherever deliveries are looked at.
    isSetUp: async () => (await source.verify({}, Buffer.alloc(0))).kind !== 'not-set-up',
    isBlind: () => isBlind,
    receive: async (headers, body) => {
      const verification = await source.verify(headers, body)
      if (verification.kind !== 'malformed') isBlind = verification.kind === 'unverifiable'
      const kept = (message: WebhookMessage) => storedHeaders(headers, source.headerPrefix, message)
      switch (verification.kind) {
        case 'delivery':
          return accept(verification.message, kept(verification.message))
        case 'forged':
          rejected.keep('FORGED', verification.message, verification.reason, kept(verification.message))
          return { kind: 'forged' }
        case 'malformed':
          rejected.keep('MALFORMED', verification.message, verification.reason, kept(verification.message))
          return { kind: 'malformed', text: verification.reason }
        case 'unverifiable':
        case 'not-set-up':
          return { kind: verification.kind }
        case 'challenge':
          // The platform waits for the text, whether or not the spool takes the test delivery.
          await accept(verification.message, kept(verification.message)).catch(() => undefined)
          return { kind: 'challenge', text: verification.text }
      }
    },
  }
}
