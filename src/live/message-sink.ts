import type { Body } from './message.ts'

/** Where the messages of one subscription go. */
export type MessageSink = {
  /** Whether a message would leave now. After it turns false the sink calls `resume()` of its subscription once it is true again. */
  readonly ready: boolean
  /** Takes all of them, in order; a few kilobytes at most unless a single one is larger. */
  write(bodies: readonly Body[]): void
  /** The subscription is over, whoever ended it: called once, with why where it was not the hub's own end. */
  end(error?: unknown): void
}

/** A subscription as its sink sees it; what ends it is the signal that it was begun with. */
export type Subscription = {
  /** The sink takes messages again. */
  resume(): void
}
