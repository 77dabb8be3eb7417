import type { Body, MessageSink, Subscription } from '../../live/message.ts'

/** The way out to one client, shared by all its subscriptions. */
export type ClientWriter = {
  /** Whether a message would leave now. When it becomes true again, all subscriptions are resumed. */
  readonly ready: boolean
  /** Writes messages, each between two texts of ASCII. */
  write(before: string, bodies: readonly Body[], after: string): void
  add(subscription: Subscription): void
  remove(subscription: Subscription): void
}

/** What surrounds each message of one subscription: ASCII, or the bytes of UTF-8 as characters. */
export type Frame = { readonly before: string; readonly after: string }

/** The way out of one subscription: a client's writer, and the frame around each message. */
export class SubscriptionSink implements MessageSink {
  readonly #writer: ClientWriter
  readonly #frame: Frame
  readonly #over = Promise.withResolvers<void>()

  constructor(writer: ClientWriter, frame: Frame) {
    this.#writer = writer
    this.#frame = frame
    // The subscription may end before anybody waits for its end.
    this.#over.promise.catch(() => undefined)
  }

  /** Passes the messages of a subscription on. Resolves when it is over; rejects with the reason where it was ended. */
  async follow(subscription: Subscription): Promise<void> {
    this.#writer.add(subscription)
    try {
      await this.#over.promise
    } finally {
      this.#writer.remove(subscription)
    }
  }

  get ready(): boolean {
    return this.#writer.ready
  }

  write(bodies: readonly Body[]): void {
    this.#writer.write(this.#frame.before, bodies, this.#frame.after)
  }

  end(error?: unknown): void {
    if (error === undefined) this.#over.resolve()
    else this.#over.reject(error)
  }
}

/** Resumes subscriptions in turn for as long as the writer is ready. A resumed one goes to the end of the queue. */
export const resumeInTurn = (writer: Pick<ClientWriter, 'ready'>, subscriptions: Set<Subscription>): void => {
  for (const subscription of [...subscriptions]) {
    if (!writer.ready) return
    if (!subscriptions.delete(subscription)) continue
    subscriptions.add(subscription)
    subscription.resume()
  }
}
