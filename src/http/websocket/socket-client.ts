import type { Socket } from 'node:net'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws'
import { WebSocket } from 'ws'
import { fullBucket, type TokenRate, takeTokens } from '../../lib/token-bucket.ts'
import type { ConnectionSlot } from '../server/connections.ts'
import { SocketConnection, type SocketHandlers } from './socket-connection.ts'
import type { AskedClient, KeepAlive } from './socket-keep-alive.ts'
import { SocketWriter } from './socket-writer.ts'

/** What the clients of one server have in common. */
export type SocketServer = {
  readonly handlers: SocketHandlers
  readonly keepAlive: KeepAlive
  /** Messages a client may send. */
  readonly messageRate: TokenRate
  /** How much may wait for a client that does not read, in bytes. */
  readonly bufferedBytes: number
  /** A client is gone. */
  left(client: SocketClient): void
}

const closeCodes = { tooManyMessages: 1008, noProtocol: 4406 }

/** A socket that gives its events to one client. Listeners of its own would take half a kilobyte for each socket. */
export class ClientSocket extends WebSocket {
  client: SocketClient | null = null

  override emit(event: string | symbol, ...given: unknown[]): boolean {
    const { client } = this
    if (!client) return super.emit(event, ...given)
    if (event === 'message') client.receive(given[0] as Buffer)
    else if (event === 'ping') client.allows()
    else if (event === 'pong') client.hear(given[0] as Buffer)
    else if (event === 'close') client.leave()
    // A broken frame or connection is an event as well: ws closes it with the right code by itself.
    return true
  }
}

/** One client with its socket, from the handshake to the end of the connection. */
export class SocketClient implements AskedClient {
  readonly socket: ClientSocket
  readonly #server: SocketServer
  readonly #slot: ConnectionSlot
  readonly #connection: SocketConnection
  readonly #allowance
  readonly #turn: number
  /** What it was asked and has not answered. */
  #question: Buffer | null = null
  #unanswered = 0

  constructor(server: SocketServer, socket: ClientSocket, below: Socket, slot: ConnectionSlot, address: string) {
    this.socket = socket
    this.#server = server
    this.#slot = slot
    this.#allowance = fullBucket(server.messageRate, performance.now())
    const writer = new SocketWriter(socket, below, slot, server.bufferedBytes)
    this.#connection = new SocketConnection(writer, address, server.handlers)
    this.#turn = server.keepAlive.add(this)
    socket.client = this
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      socket.close(closeCodes.noProtocol, `The subprotocol must be ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`)
  }

  /** Takes a message. */
  receive(message: Buffer): void {
    if (this.allows()) this.#connection.receive(String(message))
  }

  /** Counts a message, and whether it may be taken. */
  allows(): boolean {
    const { socket } = this
    if (socket.readyState !== socket.OPEN) return false
    const { messageRate } = this.#server
    if (takeTokens(this.#allowance, messageRate, performance.now()) === 0) return true
    socket.close(closeCodes.tooManyMessages, `At most ${messageRate.burst} messages in ten seconds are allowed.`)
    return false
  }

  /** Ends the connection when two questions have no answer, because the client does not read. */
  ask(question: Buffer): void {
    if (this.#unanswered < 2) {
      this.#unanswered++
      this.#question ??= question
      this.socket.ping(this.#question)
    } else this.socket.terminate()
  }

  /** Only an answer that repeats the question counts: it proves that the client reads. */
  hear(answer: Buffer): void {
    if (!this.#question?.equals(answer)) return
    this.#question = null
    this.#unanswered = 0
  }

  /** The connection is closed. */
  leave(): void {
    this.#server.keepAlive.remove(this, this.#turn)
    this.#slot.release()
    this.#connection.close()
    this.#server.left(this)
  }
}
