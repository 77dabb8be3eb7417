import type { Hub, LiveRequest } from './hub.ts'
import type { LiveMessage } from './message.ts'
import type { MessageSink, Subscription } from './message-sink.ts'
import type { Renderer } from './renderer.ts'

/**
 * What a subscription field answers. A transport opens it with the shape that it needs, so that equal shapes share their
 * work. Nothing begins before that, so one that is dropped leaves nothing behind.
 */
export class LiveStream<Message extends LiveMessage> implements AsyncIterable<Message> {
  readonly #hub: Hub
  readonly #request: LiveRequest

  constructor(hub: Hub, request: LiveRequest) {
    this.#hub = hub
    this.#request = request
  }

  /** Begins the subscription; it lasts until `signal` aborts, and does not begin where that has happened already. */
  open(shape: Renderer, sink: MessageSink, signal: AbortSignal): Subscription {
    return this.#hub.subscribe(this.#request, shape, sink, signal)
  }

  /** graphql-js wants a subscription to be iterable; no transport of ours iterates. */
  [Symbol.asyncIterator](): AsyncIterator<Message> {
    throw new Error('a LiveStream is opened, not iterated')
  }
}
