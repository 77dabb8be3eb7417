import type { Body } from './message.ts'

/** Where the messages of one subscription go. */
export type MessageSink = {
  /** Whether a message would be sent now. When it becomes true again the sink calls `resume()` of its subscription. */
  readonly ready: boolean
  /** Takes all bodies, in order; a few kilobytes at most unless a single one is larger. */
  write(bodies: readonly Body[]): void
  /** Called once when the subscription is over, with the reason unless the hub itself ended. */
  end(error?: unknown): void
}

/** A subscription for its sink. Only the signal that it began with ends it. */
export type Subscription = {
  /** To be called when the sink takes messages again. */
  resume(): void
}
