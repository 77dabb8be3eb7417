import type { Body } from '../../live/message.ts'
import type { MessageSink, Subscription } from '../../live/message-sink.ts'

/** The way out to one client, shared by all its subscriptions. */
export type ClientWriter = {
  /** Whether a message would leave now. After it turns false all its subscriptions are resumed once it is true again. */
  readonly ready: boolean
  /** Writes messages, each between the two given texts of ASCII. */
  write(before: string, bodies: readonly Body[], after: string): void
  add(subscription: Subscription): void
  remove(subscription: Subscription): void
}

/** What surrounds each message of one subscription on its way; of ASCII, or of the bytes of UTF-8 as characters. */
export type Frame = { readonly before: string; readonly after: string }

/** One subscription's share of an outlet. */
export class SubscriptionSink implements MessageSink {
  readonly #outlet: ClientWriter
  readonly #frame: Frame
  readonly #over = Promise.withResolvers<void>()

  constructor(outlet: ClientWriter, frame: Frame) {
    this.#outlet = outlet
    this.#frame = frame
    // It may end before anyone waits for that.
    this.#over.promise.catch(() => undefined)
  }

  /** Passes on what the subscription is told; resolves when it is over, and rejects with why it was ended. */
  async follow(subscription: Subscription): Promise<void> {
    this.#outlet.add(subscription)
    try {
      await this.#over.promise
    } finally {
      this.#outlet.remove(subscription)
    }
  }

  get ready(): boolean {
    return this.#outlet.ready
  }

  write(bodies: readonly Body[]): void {
    this.#outlet.write(this.#frame.before, bodies, this.#frame.after)
  }

  end(error?: unknown): void {
    if (error === undefined) this.#over.resolve()
    else this.#over.reject(error)
  }
}

/** Goes on with subscriptions in turn for as long as the outlet is ready; whoever went on goes behind those who wait. */
export const resumeInTurn = (outlet: Pick<ClientWriter, 'ready'>, subscriptions: Set<Subscription>): void => {
  for (const subscription of [...subscriptions]) {
    if (!outlet.ready) return
    if (!subscriptions.delete(subscription)) continue
    subscriptions.add(subscription)
    subscription.resume()
  }
}
