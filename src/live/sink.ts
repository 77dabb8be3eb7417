import type { Body } from './message.ts'

/** Where the messages of one subscription go. */
export type Sink = {
  /** Whether a message would leave now. After it turns false the sink calls `resume()` of its subscription once it is true again. */
  readonly ready: boolean
  /** Takes all of them, in order; a few kilobytes at most unless a single one is larger. */
  write(bodies: readonly Body[]): void
  /** Nothing follows: the subscription is over, or can not go on because of the error. */
  end(error?: unknown): void
}
