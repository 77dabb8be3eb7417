import type { Body } from './message.ts'
import type { Sink } from './sink.ts'

/** A subscription as the sink sees it. */
export type Subscription = {
  /** The sink takes messages again. */
  resume(): void
  /** Nobody listens any more. */
  close(): void
}

/**
 * A subscription read by iteration: it holds one chunk of messages and asks for more when that was read. Ending the
 * iteration, even before the first message, ends the subscription.
 */
export class PullSink implements Sink, AsyncIterableIterator<Body> {
  #bodies: Body[] = []
  #reader: { resolve(result: IteratorResult<Body>): void; reject(error: unknown): void } | null = null
  #ended: { error?: unknown } | null = null
  #subscription: Subscription | null = null

  /** Connects it to the subscription it reads from. */
  read(subscription: Subscription): this {
    this.#subscription = subscription
    return this
  }

  get ready(): boolean {
    return this.#bodies.length === 0 && !this.#ended
  }

  write(bodies: readonly Body[]): void {
    this.#bodies.push(...bodies)
    this.#hand()
  }

  end(error?: unknown): void {
    this.#ended ??= error === undefined ? {} : { error }
    this.#hand()
  }

  next(): Promise<IteratorResult<Body>> {
    return new Promise((resolve, reject) => {
      // Reads do not overlap in any protocol that is served; the earlier one of two gets nothing.
      this.#reader?.resolve({ done: true, value: undefined })
      this.#reader = { resolve, reject }
      this.#hand()
    })
  }

  async return(): Promise<IteratorResult<Body>> {
    this.#bodies = []
    this.end()
    this.#subscription?.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #hand(): void {
    const reader = this.#reader
    if (!reader) return
    const body = this.#bodies.shift()
    if (!body && !this.#ended) return
    this.#reader = null
    if (body) reader.resolve({ done: false, value: body })
    else if (this.#ended && 'error' in this.#ended) {
      reader.reject(this.#ended.error)
      this.#ended = {}
    } else reader.resolve({ done: true, value: undefined })
    if (this.ready) queueMicrotask(() => this.#subscription?.resume())
  }
}
