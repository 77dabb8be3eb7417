import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { type ServerOptions, WebSocketServer } from 'ws'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import { rateLimitError } from '../../guard/request-errors.ts'
import { ApiError, type ErrorCode } from '../../lib/errors.ts'
import type { TransportOptions } from '../graphql/endpoint.ts'
import { foreignOrigin, type Origins } from '../security/origins.ts'
import type { ConnectionSlot } from '../server/connections.ts'
import { ClientSocket, SocketClient, type SocketServer } from './socket-client.ts'
import { KeepAlive } from './socket-keep-alive.ts'
import { createSocketProtocol } from './socket-protocol.ts'

export type SocketLimits = {
  /** Messages a client may send at once, and again in every ten seconds. */
  messages: number
  /** Largest message of a client. */
  messageBytes: number
  /** How much may wait for a client that does not read. */
  bufferedBytes: number
  /** How often a client is asked whether it is there. */
  pingMs: number
  /** How long a client may take for its first message. */
  initMs: number
}

export type WebsocketOptions = TransportOptions & {
  /** Whose pages may connect. */
  origins: Origins
  limits?: Partial<SocketLimits>
}

const defaults: SocketLimits = {
  messages: 100,
  messageBytes: 64 * 1024,
  bufferedBytes: 1024 * 1024,
  pingMs: 12_000,
  initMs: 3_000,
}

const allowancePerMs = 10_000
const goodbyeMs = 2_000
const goingAway = 1001

const refusal = (code: ErrorCode, status: number, message: string): ApiError =>
  new ApiError(code, message, { http: { status } })

/** Answers an upgrade that is refused as any other request is. */
const refuse = (socket: Duplex, { code, message, extensions }: ApiError): void => {
  const { http, ...more } = extensions
  const { status, headers = {} } = http as { status: number; headers?: Record<string, string> }
  const cost: Cost = { requested: 0, maximum: maximumCost }
  const body = JSON.stringify({ errors: [{ message, extensions: { code, ...more } }], extensions: { cost } })
  const head = {
    ...headers,
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  }
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`)
}

/** Serves the subprotocol graphql-transport-ws at /graphql; an HTTP server passes it the upgrades. */
export const createWebsocket = (options: WebsocketOptions) => {
  const { guard, callers, origins, connections } = options
  const limits = { ...defaults, ...options.limits }
  const open = new Set<SocketClient>()
  let closing = false
  const allGone = Promise.withResolvers<void>()
  const clients: SocketServer = {
    handlers: createSocketProtocol(options, limits.initMs),
    keepAlive: new KeepAlive(limits.pingMs),
    messageRate: { burst: limits.messages, perMs: limits.messages / allowancePerMs },
    bufferedBytes: limits.bufferedBytes,
    left(client) {
      open.delete(client)
      if (closing && open.size === 0) allGone.resolve()
    },
  }
  const settings: ServerOptions<typeof ClientSocket> & { closeTimeout: number } = {
    WebSocket: ClientSocket,
    noServer: true,
    clientTracking: false,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    closeTimeout: goodbyeMs,
    handleProtocols,
  }
  const server = new WebSocketServer(settings)

  /** Refuses, by throwing, a connection that is not taken. */
  const enter = ({ url, headers }: IncomingMessage, address: string): ConnectionSlot => {
    if (url?.split('?', 1)[0] !== '/graphql') throw refusal('NOT_FOUND', 404, 'WebSocket is served at /graphql.')
    // Browsers name the origin of whoever opens a socket.
    if (headers.origin !== undefined && !origins.mayCall(headers.origin, headers.host))
      throw refusal('OPERATION_NOT_ALLOWED', 403, foreignOrigin)
    const wait = guard.admit(address)
    if (wait > 0) throw rateLimitError(wait)
    if (closing) throw refusal('UNAVAILABLE', 503, 'The server is stopping.')
    return connections.acquire('websocket', address)
  }

  return {
    /** Takes over a connection that asks for WebSocket, or refuses it. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
      const lost = () => socket.destroy()
      socket.on('error', lost)
      const address = callers.addressOf(request)
      let slot: ConnectionSlot
      try {
        slot = enter(request, address)
      } catch (error) {
        return refuse(socket, error as ApiError)
      }
      // Also where the handshake fails, or the client goes before it.
      const giveBack = () => slot.release()
      socket.on('close', giveBack)
      server.handleUpgrade(request, socket, head, (client) => {
        socket.off('error', lost)
        socket.off('close', giveBack)
        open.add(new SocketClient(clients, client, socket as Socket, slot, address))
      })
    },
    /** Says goodbye to everyone (1001) and resolves when all are gone, after two seconds at the latest. */
    async [Symbol.asyncDispose](): Promise<void> {
      closing = true
      if (open.size === 0) return
      for (const { socket } of open) socket.close(goingAway, 'Going away')
      await allGone.promise
    },
  }
}
