import type { Hub, LiveRequest } from './hub.ts'
import { Body, type LiveMessage } from './message.ts'
import { PullSink, type Subscription } from './pull-sink.ts'
import type { Shape } from './shape.ts'
import type { Sink } from './sink.ts'

const unrendered: Shape = { key: '', render: (message) => new Body(message, '') }

/**
 * What a subscription field answers. A transport that knows it opens it with the shape it needs, so that equal shapes
 * share their work; for everyone else it is an iteration of messages that begins when it is asked for the first.
 */
export class LiveStream<Message extends LiveMessage> implements AsyncIterable<Message> {
  readonly #hub: Hub
  readonly #request: LiveRequest

  constructor(hub: Hub, request: LiveRequest) {
    this.#hub = hub
    this.#request = request
  }

  /** Begins the subscription. */
  open(shape: Shape, sink: Sink): Subscription {
    return this.#hub.subscribe(this.#request, shape, sink)
  }

  [Symbol.asyncIterator](): AsyncIterator<Message> {
    const bodies = new PullSink()
    bodies.read(this.open(unrendered, bodies))
    const unwrap = ({ done, value }: IteratorResult<Body>): IteratorResult<Message> =>
      done ? { done, value: undefined } : { done: false, value: value.message as Message }
    return {
      next: async () => unwrap(await bodies.next()),
      return: async () => unwrap(await bodies.return()),
    }
  }
}
