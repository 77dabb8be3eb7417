import type { GraphQLError } from 'graphql'
import { CloseCode, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws'
import { nestsTooDeep } from '../../lib/shallow-json.ts'
import type { EndListener, EndSignal, Subscription } from '../../live/message.ts'
import type { SocketWriter } from './socket-writer.ts'

/**
 * One operation of a connection, from the instant at which its id was taken. It is the signal of its own end as well: there may be
 * thousands that stay, and an AbortController with a listener takes a kilobyte.
 */
export class SocketOperation implements EndSignal {
  readonly id: string
  readonly connection: SocketConnection
  /** Whether the client has completed it or is gone, be it before anything of it has begun. */
  aborted = false
  readonly reason = undefined
  /** What goes on when the client takes messages again; null where nothing does. */
  subscription: Subscription | null = null
  #listener: EndListener | null = null

  constructor(id: string, connection: SocketConnection) {
    this.id = id
    this.connection = connection
  }

  /** At most one listener at a time. */
  addEventListener(_: 'abort', listener: EndListener): void {
    this.#listener = listener
  }

  removeEventListener(): void {
    this.#listener = null
  }

  /** Tells the client a result, given as JSON text, unless the operation was cancelled. */
  next(result: string): void {
    if (this.aborted) return
    this.connection.send(`{"id":${JSON.stringify(this.id)},"type":"${MessageType.Next}","payload":${result}}`)
  }

  /** Ends it with these errors, or as completed where there are none, unless it was cancelled. */
  end(errors: readonly GraphQLError[] | null): void {
    if (!this.aborted) this.connection.finish(this.id, errors)
  }

  /** The client wants no more of it. */
  cancel(): void {
    const listener = this.#listener
    this.aborted = true
    this.#listener = null
    listener?.handleEvent()
  }
}

/** What is done with the messages of connections, the same for all of them. */
export type SocketHandlers = {
  /** How long a client may take for its first message, in milliseconds. */
  readonly initMs: number
  /** Whether the client is let in, by what it sent first; whoever is not was told so by closing. */
  greet(connection: SocketConnection, params: Record<string, unknown> | undefined): Promise<boolean>
  /** Carries out an operation and ends it, at once or after its messages. Never rejects. */
  run(operation: SocketOperation, payload: SubscribePayload): Promise<void>
}

const longestId = 128
const idTooLong = `The id of an operation must have at most ${longestId} characters.`

const understood = (text: string): ReturnType<typeof parseMessage> | null => {
  try {
    return nestsTooDeep(text) ? null : parseMessage(text)
  } catch {
    return null
  }
}

/** Ends a connection whose client says nothing. */
const endSilent = (connection: SocketConnection): void =>
  connection.writer.close(CloseCode.ConnectionInitialisationTimeout, 'The first message did not come in time.')

/**
 * One connection of the protocol graphql-transport-ws. An operation is its own signal and never its id: the id may be used again as soon
 * as the operation is cancelled, and whatever of it is still on its way ends without a word.
 */
export class SocketConnection implements Subscription {
  readonly writer: SocketWriter
  /** Where the client comes from. */
  readonly address: string
  /** What it was let in with; every operation asks again what that is worth. */
  authorization: string | null = null
  /** Stops watching whether it may stay; null where nothing is watched. */
  stopWatching: (() => void) | null = null
  readonly #handlers: SocketHandlers
  readonly #operations = new Map<string, SocketOperation>()
  #tooLate: NodeJS.Timeout | null
  #state: 'new' | 'greeting' | 'welcome' | 'closed' = 'new'

  constructor(writer: SocketWriter, address: string, handlers: SocketHandlers) {
    this.writer = writer
    this.address = address
    this.#handlers = handlers
    writer.whenFree = this
    this.#tooLate = setTimeout(endSilent, handlers.initMs, this)
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** How many operations it has now. */
  get operations(): number {
    return this.#operations.size
  }

  /** Takes a message of the client. */
  receive(text: string): void {
    if (this.isClosed) return
    const message = understood(text)
    if (!message) this.writer.close(CloseCode.BadRequest, 'The message could not be understood.')
    else if ('id' in message && message.id.length > longestId) this.writer.close(CloseCode.BadRequest, idTooLong)
    else if (message.type === MessageType.ConnectionInit) void this.#greet(message.payload)
    else if (message.type === MessageType.Ping) this.#tell({ type: MessageType.Pong, payload: message.payload })
    else if (message.type === MessageType.Subscribe) this.#begin(message.id, message.payload)
    else if (message.type === MessageType.Complete) this.#cancel(message.id)
    else if (message.type !== MessageType.Pong)
      this.writer.close(CloseCode.BadRequest, 'Only a server sends messages of this type.')
  }

  /** Sends a message of the protocol. */
  send(text: string): void {
    this.writer.send(text)
  }

  /** Resumes its subscriptions in turn for as long as the client takes messages. A resumed one goes to the end of the queue. */
  resume(): void {
    for (const [id, operation] of [...this.#operations]) {
      if (!this.writer.ready) return
      if (!operation.subscription || this.#operations.get(id) !== operation) continue
      this.#operations.delete(id)
      this.#operations.set(id, operation)
      operation.subscription.resume()
    }
  }

  /** Ends an operation with these errors, or as completed where there are none. */
  finish(id: string, errors: readonly GraphQLError[] | null): void {
    this.#operations.delete(id)
    this.#tell(errors ? { id, type: MessageType.Error, payload: errors } : { id, type: MessageType.Complete })
  }

  /** The connection is closed: cancels whatever is under way. */
  close(): void {
    if (this.isClosed) return
    this.#state = 'closed'
    this.#stopWaiting()
    for (const id of [...this.#operations.keys()]) this.#cancel(id)
    this.stopWatching?.()
  }

  async #greet(params: Record<string, unknown> | undefined): Promise<void> {
    if (this.#state !== 'new')
      return this.writer.close(CloseCode.TooManyInitialisationRequests, 'The first message came twice.')
    this.#state = 'greeting'
    this.#stopWaiting()
    if (!(await this.#handlers.greet(this, params)) || this.isClosed) return
    this.#state = 'welcome'
    this.#tell({ type: MessageType.ConnectionAck })
  }

  #begin(id: string, payload: SubscribePayload): void {
    if (this.#state !== 'welcome') {
      this.writer.close(CloseCode.Unauthorized, 'The client was not let in yet: wait for connection_ack.')
    } else if (this.#operations.has(id)) {
      this.writer.close(CloseCode.SubscriberAlreadyExists, 'There is an operation with this id already.')
    } else {
      const operation = new SocketOperation(id, this)
      this.#operations.set(id, operation)
      void this.#handlers.run(operation, payload)
    }
  }

  #cancel(id: string): void {
    const operation = this.#operations.get(id)
    this.#operations.delete(id)
    operation?.cancel()
  }

  #stopWaiting(): void {
    if (this.#tooLate) clearTimeout(this.#tooLate)
    this.#tooLate = null
  }

  #tell(message: object): void {
    this.send(JSON.stringify(message))
  }
}
