import type { EventType } from './event-subscriptions.ts'

/** Something that happened on the simulated platform and that subscribers are told. */
export type PlatformEvent = {
  readonly type: EventType
  readonly broadcasterUserId: number
  /** Epoch milliseconds. */
  readonly at: number
  /** The body of a delivery of it, rendered anew by each call. */
  body(): Record<string, unknown>
}
