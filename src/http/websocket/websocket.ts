import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { type Cost, maximumCost } from '../../guard/cost.ts'
import { rateLimitError } from '../../guard/request-errors.ts'
import { ApiError, type ErrorCode } from '../../lib/errors.ts'
import { fullBucket, takeTokens } from '../../lib/token-bucket.ts'
import type { TransportOptions } from '../graphql/endpoint.ts'
import { foreignOrigin, type Origins } from '../security/origins.ts'
import type { ConnectionSlot } from '../server/connections.ts'
import { keepAlive } from './socket-keep-alive.ts'
import { createSocketProtocol } from './socket-protocol.ts'
import { SocketWriter } from './socket-writer.ts'

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

const closeCodes = { goingAway: 1001, tooManyMessages: 1008, noProtocol: 4406 }

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
  const messageRate = { burst: limits.messages, perMs: limits.messages / allowancePerMs }
  const connect = createSocketProtocol(options, limits.initMs)
  const open = new Map<WebSocket, Promise<void>>()
  let closing = false
  const settings: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    closeTimeout: goodbyeMs,
    handleProtocols,
  }
  const server = new WebSocketServer(settings)

  const serve = (ws: WebSocket, socket: Socket, slot: ConnectionSlot, address: string): void => {
    const closed = Promise.withResolvers<void>()
    open.set(ws, closed.promise)
    const writer = new SocketWriter(ws, socket, slot)
    const allowance = fullBucket(messageRate, performance.now())
    const stopAsking = keepAlive(ws, limits.pingMs)
    const send = (text: string): void => {
      if (ws.readyState !== ws.OPEN) return
      ws.send(text)
      if (ws.bufferedAmount > limits.bufferedBytes) writer.closeSlow()
    }
    const connection = connect({ writer, address, send })
    const allowed = (): boolean => {
      if (ws.readyState !== ws.OPEN) return false
      if (takeTokens(allowance, messageRate, performance.now()) === 0) return true
      ws.close(closeCodes.tooManyMessages, `At most ${limits.messages} messages in ten seconds are allowed.`)
      return false
    }
    ws.on('message', (message) => {
      if (allowed()) connection.receive(String(message))
    })
    ws.on('ping', allowed)
    // A broken frame or connection: ws closes it with the right code by itself.
    ws.on('error', () => undefined)
    ws.once('close', () => {
      stopAsking()
      slot.release()
      connection.close()
      open.delete(ws)
      closed.resolve()
    })
    if (ws.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      ws.close(closeCodes.noProtocol, `The subprotocol must be ${GRAPHQL_TRANSPORT_WS_PROTOCOL}.`)
  }

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
      socket.once('close', () => slot.release())
      server.handleUpgrade(request, socket, head, (ws) => {
        socket.off('error', lost)
        serve(ws, socket as Socket, slot, address)
      })
    },
    /** Says goodbye to everyone (1001) and resolves when all are gone, after two seconds at the latest. */
    async [Symbol.asyncDispose](): Promise<void> {
      closing = true
      for (const ws of open.keys()) ws.close(closeCodes.goingAway, 'Going away')
      await Promise.all(open.values())
    },
  }
}
