import type { GraphQLError } from 'graphql'
import { CloseCode, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws'
import { nestsTooDeep } from '../../lib/shallow-json.ts'

/** The other end of a connection. */
export type Peer = {
  /** Sends a message of the protocol. */
  send(text: string): void
  /** Closes the connection with a code and a sentence of at most 123 bytes. */
  close(code: number, reason: string): void
}

/** One operation of a connection, from the instant at which its id was taken. */
export type SocketOperation = {
  readonly id: string
  readonly payload: SubscribePayload
  /** Aborts when the client has completed the operation or is gone, be it before anything of the operation has begun. */
  readonly signal: AbortSignal
  /** Operations of the same connection beside this one. */
  readonly others: number
  /** Tells the client a result, given as JSON text, unless the operation was cancelled. */
  next(result: string): void
}

/** What is done with the messages of one connection. */
export type SocketHandlers = {
  /** Whether the client is let in, by what it sent first; whoever is not was told so by closing. */
  greet(params: Record<string, unknown> | undefined): Promise<boolean>
  /** Carries out an operation; resolves with the errors that end it, or null where it was completed or cancelled. Never rejects. */
  run(operation: SocketOperation): Promise<readonly GraphQLError[] | null>
  /** The connection is closed, and every operation was cancelled. */
  closed(): void
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

/**
 * One connection of the protocol graphql-transport-ws. An operation belongs to its own signal and never to its id: the id may be
 * used again as soon as the operation is cancelled, and whatever of it is still on its way ends without a word.
 */
export class SocketConnection {
  readonly #peer: Peer
  readonly #handlers: SocketHandlers
  readonly #operations = new Map<string, AbortController>()
  readonly #tooLate: NodeJS.Timeout
  #state: 'new' | 'greeting' | 'welcome' | 'closed' = 'new'

  /** The client has `initMs` for its first message. */
  constructor(peer: Peer, handlers: SocketHandlers, initMs: number) {
    this.#peer = peer
    this.#handlers = handlers
    this.#tooLate = setTimeout(
      () => peer.close(CloseCode.ConnectionInitialisationTimeout, 'The first message did not come in time.'),
      initMs,
    )
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** Takes a message of the client. */
  receive(text: string): void {
    if (this.isClosed) return
    const message = understood(text)
    if (!message) this.#peer.close(CloseCode.BadRequest, 'The message could not be understood.')
    else if ('id' in message && message.id.length > longestId) this.#peer.close(CloseCode.BadRequest, idTooLong)
    else if (message.type === MessageType.ConnectionInit) void this.#greet(message.payload)
    else if (message.type === MessageType.Ping) this.#send({ type: MessageType.Pong, payload: message.payload })
    else if (message.type === MessageType.Subscribe) this.#begin(message.id, message.payload)
    else if (message.type === MessageType.Complete) this.#cancel(message.id)
    else if (message.type !== MessageType.Pong)
      this.#peer.close(CloseCode.BadRequest, 'Only a server sends messages of this type.')
  }

  /** The connection is closed: cancels whatever is under way. */
  close(): void {
    if (this.isClosed) return
    this.#state = 'closed'
    clearTimeout(this.#tooLate)
    for (const id of [...this.#operations.keys()]) this.#cancel(id)
    this.#handlers.closed()
  }

  async #greet(params: Record<string, unknown> | undefined): Promise<void> {
    if (this.#state !== 'new')
      return this.#peer.close(CloseCode.TooManyInitialisationRequests, 'The first message came twice.')
    this.#state = 'greeting'
    clearTimeout(this.#tooLate)
    if (!(await this.#handlers.greet(params)) || this.isClosed) return
    this.#state = 'welcome'
    this.#send({ type: MessageType.ConnectionAck })
  }

  #begin(id: string, payload: SubscribePayload): void {
    if (this.#state !== 'welcome') {
      this.#peer.close(CloseCode.Unauthorized, 'The client was not let in yet: wait for connection_ack.')
    } else if (this.#operations.has(id)) {
      this.#peer.close(CloseCode.SubscriberAlreadyExists, 'There is an operation with this id already.')
    } else {
      const cancelled = new AbortController()
      this.#operations.set(id, cancelled)
      void this.#run(id, payload, cancelled.signal)
    }
  }

  async #run(id: string, payload: SubscribePayload, signal: AbortSignal): Promise<void> {
    const tell = (type: MessageType, content?: unknown): void => {
      if (!signal.aborted) this.#send({ id, type, payload: content })
    }
    const others = this.#operations.size - 1
    const next = (result: string): void => {
      if (!signal.aborted)
        this.#peer.send(`{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":${result}}`)
    }
    const errors = await this.#handlers.run({ id, payload, signal, others, next })
    if (signal.aborted) return
    this.#operations.delete(id)
    if (errors) tell(MessageType.Error, errors)
    else tell(MessageType.Complete)
  }

  #cancel(id: string): void {
    const cancelled = this.#operations.get(id)
    this.#operations.delete(id)
    cancelled?.abort()
  }

  #send(message: object): void {
    this.#peer.send(JSON.stringify(message))
  }
}
