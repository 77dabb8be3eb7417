import type { IncomingHttpHeaders } from 'node:http'
import type { Observed } from '../../prisma/generated/models.ts'
import type { PlatformName, ProfileObservation } from './platform.ts'

/** What a delivery says of itself; only a verified one is what the platform sent. */
export type WebhookMessage = {
  /** The platform's id of this delivery, the same when it is repeated. */
  messageId: string
  /** As claimed; not every platform signs it. */
  eventType: string
  eventVersion: string
  /** The platform's id of the subscription that asked for it; null when it names none. Not every platform signs it. */
  subscriptionId: string | null
  /** The platform's own time of the delivery. */
  sentAt: Date
  signature: string
  body: Buffer
}

/** The type of the test deliveries that an operator sends. No platform has it, so nobody else can send one. */
export const testEventType = 'channelscope.test'

/** What a request to a webhook path turned out to be. */
export type Verification =
  | { kind: 'delivery'; message: WebhookMessage }
  /** A handshake: answered with this text, changes nothing. `message` is a test delivery. */
  | { kind: 'challenge'; text: string; message: WebhookMessage }
  /** Headers that no genuine delivery has; `message` is what can be read of what it claims, its `sentAt` perhaps invalid. */
  | { kind: 'malformed'; reason: string; message: WebhookMessage }
  /** Well-formed and not signed by the platform; `message` is what it claims. */
  | { kind: 'forged'; reason: string; message: WebhookMessage }
  /** The platform has no credentials here, so it delivers nothing. */
  | { kind: 'not-set-up' }
  /** Can not be checked now, for example without a key. */
  | { kind: 'unverifiable'; reason: string }

/** A chat message as the platform told it. */
export type ChatLine = {
  /** The platform's id of the message itself, the same in every delivery of it. */
  messageId: string
  /** The chatter. */
  platformUserId: string
  username: string
  content: string
  /** JSON lists. */
  emotes: string
  badges: string
  /** When it was sent. */
  createdAt: Date
}

/** What a delivery tells, whatever platform it came from. `broadcaster` is the channel it is about, as seen at `sentAt`. Every date in it is from outside. */
export type DeliveredFact =
  | { kind: 'chat'; broadcaster: ProfileObservation; line: ChatLine }
  | { kind: 'follow'; broadcaster: ProfileObservation; followerUserId: string; occurredAt: Date }
  | {
      kind: 'stream-start'
      broadcaster: ProfileObservation
      startedAt: Date
      /** When the platform says that it was on; absent where a delivery may have waited for hours, and proves no more than the start. */
      onAt?: Date
      platformStreamId?: string
      title?: string
    }
  /** Without `startedAt` and `platformStreamId` where the platform does not say which broadcast ended. */
  | {
      kind: 'stream-end'
      broadcaster: ProfileObservation
      startedAt: Date | null
      platformStreamId?: string
      endedAt: Date
      title?: string
    }
  | ({ kind: 'metadata'; broadcaster: ProfileObservation } & Observed<'StreamSession'>)
  /** A delivery that only shows that deliveries arrive; without a broadcaster where it is about no channel. */
  | { kind: 'test'; broadcaster?: ProfileObservation }
  /** The platform has ended a subscription. */
  | { kind: 'revoked'; subscriptionId: string; reason: string }
  /** Known and well-formed, kept as it came: there is nothing to project. */
  | { kind: 'kept'; broadcaster: ProfileObservation }
  /** An unknown type or version; kept, and read again after an upgrade. */
  | { kind: 'unsupported' }
  /** The body has another shape than its type. */
  | { kind: 'type-mismatch'; reason: string }
  /** Not a JSON object, or without what every event of the platform has. */
  | { kind: 'malformed'; reason: string }

/** Reads the bodies of a platform's deliveries. */
export type DeliveryReader = Pick<WebhookSource, 'read' | 'channelOf'>

/** A platform's webhooks: who sent it, and what it tells. */
export type WebhookSource = {
  readonly platform: PlatformName
  /** How the names of its own headers begin, in lower case: these are kept with a delivery. Absent where it has none. */
  readonly headerPrefix?: string | undefined
  /** Never throws; a signature is over the raw bytes. */
  verify(headers: IncomingHttpHeaders, body: Buffer): Promise<Verification>
  /** Pure; never throws. `sentAt` is not later than the receipt. */
  read(message: Pick<WebhookMessage, 'eventType' | 'eventVersion' | 'sentAt'> & { body: string }): DeliveredFact
  /** The channel that a body says it is about, whatever else is wrong with it; undefined where it names none. Pure; never throws. */
  channelOf(body: string): string | undefined
}
