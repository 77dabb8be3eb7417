import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { foreignOrigin, type Origins } from './origins.ts'
import { keepAlive } from './socket-keep-alive.ts'
import { AddressCounter, Allowance } from './socket-limits.ts'
import { SocketOutlet } from './socket-outlet.ts'
import { createSocketProtocol, type SocketProtocolOptions } from './socket-protocol.ts'

export type SocketLimits = {
  /** Open connections in all, from one address, and from this machine, where a proxy may stand. */
  sockets: number
  socketsPerAddress: number
  socketsPerLoopback: number
  /** Messages a client may send at once, and again in every ten seconds. */
  messages: number
  /** Largest message of a client. */
  messageBytes: number
  /** How long a client may take nothing while something waits for it. */
  stalledMs: number
  /** How much may wait for a client that does not read. */
  bufferedBytes: number
  /** How often a client is asked whether it is there. */
  pingMs: number
  /** How long a client may take for its first message. */
  initMs: number
}

export type WebsocketOptions = SocketProtocolOptions & {
  /** Whose pages may connect. */
  origins: Origins
  limits?: Partial<SocketLimits>
}

/** GraphQL over WebSocket. */
export type Websocket = {
  /** Takes over a connection that asks for WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Open connections, and those closed so far because their clients did not read. */
  stats(): { sockets: number; tooSlow: number }
  /** Says goodbye to everyone (1001) and resolves when all are gone, after two seconds at the latest. */
  [Symbol.asyncDispose](): Promise<void>
}

const defaults: SocketLimits = {
  sockets: 20_000,
  socketsPerAddress: 256,
  socketsPerLoopback: 10_000,
  messages: 100,
  messageBytes: 64 * 1024,
  stalledMs: 30_000,
  bufferedBytes: 1024 * 1024,
  pingMs: 12_000,
  initMs: 3_000,
}

const allowancePerMs = 10_000
const goodbyeMs = 2_000
const sweepsPerStall = 20

const closeCodes = { goingAway: 1001, tooManyMessages: 1008, notUnderstood: 4400, tooSlow: 4290 }

/** Why a connection is not taken; after `retryAfterSeconds` it may be. */
type Objection = { status: string; sentence: string; retryAfterSeconds?: number }

const refuse = (socket: Duplex, { status, sentence, retryAfterSeconds }: Objection): void => {
  const body = `${sentence}\n`
  const later = retryAfterSeconds ? `Retry-After: ${retryAfterSeconds}\r\n` : ''
  const headers = `${later}Connection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}`
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`)
}

/** Serves the subprotocol graphql-transport-ws at /graphql; an HTTP server passes it the upgrades. */
export const createWebsocket = (options: WebsocketOptions): Websocket => {
  const { guard, callers, origins } = options
  const limits = { ...defaults, ...options.limits }
  const protocol = createSocketProtocol(options, limits.initMs)
  const addresses = new AddressCounter({ perAddress: limits.socketsPerAddress, perLoopback: limits.socketsPerLoopback })
  const open = new Map<WebSocket, Promise<void>>()
  const congested = new Map<SocketOutlet, number>()
  let tooSlow = 0
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

  const closeSlow = (outlet: SocketOutlet): void => {
    tooSlow++
    outlet.close(closeCodes.tooSlow, 'The client does not read what it is sent.')
  }
  const sweep = setInterval(() => {
    const latest = performance.now() - limits.stalledMs
    for (const [outlet, since] of congested) if (since < latest) closeSlow(outlet)
  }, limits.stalledMs / sweepsPerStall).unref()

  const serve = (ws: WebSocket, socket: Socket, address: string): void => {
    const gone = Promise.withResolvers<void>()
    open.set(ws, gone.promise)
    addresses.enter(address)
    const outlet = new SocketOutlet(ws, socket, congested)
    const allowance = new Allowance(limits.messages, allowancePerMs, performance.now())
    const stopAsking = keepAlive(ws, limits.pingMs)
    let receive: (message: string) => Promise<void>
    const closed = protocol.opened(
      {
        protocol: ws.protocol,
        send: (text) =>
          new Promise((resolve) => {
            if (ws.readyState !== ws.OPEN) return resolve()
            ws.send(text, () => resolve())
            if (ws.bufferedAmount > limits.bufferedBytes) closeSlow(outlet)
          }),
        close: (code, reason) => ws.close(code, reason),
        onMessage: (listener) => {
          receive = listener
        },
      },
      { outlet, address },
    )
    const allowed = (): boolean => {
      if (ws.readyState !== ws.OPEN) return false
      if (allowance.take(performance.now())) return true
      ws.close(closeCodes.tooManyMessages, `At most ${limits.messages} messages in ten seconds are allowed.`)
      return false
    }
    ws.on('message', (message) => {
      if (!allowed()) return
      // The hooks never throw: what does is a message that only a server may send.
      receive(String(message)).catch(() => ws.close(closeCodes.notUnderstood, 'Invalid message received'))
    })
    ws.on('ping', allowed)
    // A broken frame or connection: ws closes it with the right code by itself.
    ws.on('error', () => undefined)
    ws.once('close', async (code, reason) => {
      stopAsking()
      congested.delete(outlet)
      addresses.leave(address)
      await closed(code, String(reason))
      open.delete(ws)
      gone.resolve()
    })
  }

  const objection = ({ url, headers }: IncomingMessage, address: string): Objection | null => {
    if (url?.split('?', 1)[0] !== '/graphql')
      return { status: '404 Not Found', sentence: 'WebSocket is served at /graphql.' }
    // Browsers name the origin of whoever opens a socket.
    if (headers.origin !== undefined && !origins.mayCall(headers.origin, headers.host))
      return { status: '403 Forbidden', sentence: foreignOrigin }
    const retryAfterSeconds = guard.admit(address)
    if (retryAfterSeconds > 0)
      return { status: '429 Too Many Requests', sentence: 'This address connects too often.', retryAfterSeconds }
    if (addresses.isFull(address))
      return { status: '429 Too Many Requests', sentence: 'There are too many connections from this address.' }
    if (closing || open.size >= limits.sockets)
      return { status: '503 Service Unavailable', sentence: 'No connections are taken now.' }
    return null
  }

  return {
    upgrade(request, socket, head) {
      const lost = () => socket.destroy()
      socket.on('error', lost)
      const address = callers.addressOf(request)
      const against = objection(request, address)
      if (against) return refuse(socket, against)
      server.handleUpgrade(request, socket, head, (ws) => {
        socket.off('error', lost)
        serve(ws, socket as Socket, address)
      })
    },
    stats: () => ({ sockets: open.size, tooSlow }),
    async [Symbol.asyncDispose]() {
      closing = true
      clearInterval(sweep)
      for (const ws of open.keys()) ws.close(closeCodes.goingAway, 'Going away')
      await Promise.all(open.values())
    },
  }
}
