import type { Cost } from '../../guard/cost.ts'
import type { Body, MessageSink } from '../../live/message.ts'
import type { Frame } from '../graphql/client-writer.ts'
import type { LiveOperation } from '../graphql/live-operation.ts'
import type { SocketOperation } from './socket-connection.ts'
import type { SocketFrames } from './socket-frames.ts'
import type { SocketWriter } from './socket-writer.ts'

/** A subscription that goes on. Of the request it keeps nothing, because there may be thousands that stay for hours. */
export class SocketSubscription implements MessageSink {
  readonly #operation: SocketOperation
  readonly #writer: SocketWriter
  readonly #frames: SocketFrames
  readonly #frame: Frame
  readonly #fail: (errors: readonly unknown[]) => void

  /** `fail` ends the operation with errors. */
  constructor(
    operation: SocketOperation,
    frames: SocketFrames,
    cost: Cost,
    fail: (errors: readonly unknown[]) => void,
  ) {
    this.#operation = operation
    this.#writer = operation.connection.writer
    this.#frames = frames
    this.#frame = frames.of(operation.id, cost)
    this.#fail = fail
  }

  /** Begins it, unless the operation was cancelled. Throws where it can not begin. */
  follow({ stream, renderer }: LiveOperation): void {
    if (this.#operation.aborted) return
    this.#operation.subscription = stream.open(renderer, this, this.#operation)
  }

  get ready(): boolean {
    return this.#writer.ready
  }

  write(bodies: readonly Body[]): void {
    this.#writer.write(this.#frames.join(this.#frame, bodies))
  }

  end(error?: unknown): void {
    this.#operation.subscription = null
    if (this.#operation.aborted) return
    if (error === undefined) this.#operation.end(null)
    else this.#fail([error])
  }
}
