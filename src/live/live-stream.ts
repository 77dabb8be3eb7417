import type { Hub, LiveRequest } from './hub.ts'
import type { EndSignal, LiveMessage, MessageSink, Renderer, Subscription } from './message.ts'

/**
 * The value of a subscription field. A transport opens it with its renderer, so that equal renderers share their work. Nothing
 * begins before that, so an unused stream leaves nothing behind.
 */
export class LiveStream<Message extends LiveMessage> implements AsyncIterable<Message> {
  readonly #hub: Hub
  readonly #request: LiveRequest

  constructor(hub: Hub, request: LiveRequest) {
    this.#hub = hub
    this.#request = request
  }

  /** Begins the subscription; it lasts until `signal` aborts, and does not begin when that has happened already. */
  open(renderer: Renderer, sink: MessageSink, signal: EndSignal): Subscription {
    return this.#hub.subscribe(this.#request, renderer, sink, signal)
  }

  /** graphql-js needs an iterable, but no transport iterates. */
  [Symbol.asyncIterator](): AsyncIterator<Message> {
    throw new Error('a LiveStream is opened, not iterated')
  }
}
