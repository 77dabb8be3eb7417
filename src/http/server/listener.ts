import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConfigError } from '../../lib/errors.ts'
import { Reply } from './reply.ts'
import { asksForWebsocket, faultOfHead } from './request-head.ts'

/** Takes over a connection that asks for WebSocket. */
export type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

type ReplyServer = Server<typeof IncomingMessage, typeof Reply>

/** A port that is ours. Connections are cut off until somebody answers. Disposing of it gives the port back. */
export type Listener = AsyncDisposable & {
  readonly server: ReplyServer
  readonly port: number
  /** Where this machine reaches it. */
  readonly url: string
  /** From now on requests are answered, and connections that ask for WebSocket are taken over. */
  answer(onRequest: RequestListener<typeof IncomingMessage, typeof Reply>, onUpgrade?: OnUpgrade): void
}

export type Address = {
  host: string
  /** 0 picks a free one. */
  port: number
  /** Connections that may wait to be accepted; absent, what Node thinks right. */
  backlog?: number
}

/** Why nothing can listen there, as a ConfigError where the operator can change it. */
const listenFailure = (error: unknown, { host, port }: Address): unknown => {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new ConfigError(`PORT ${port} is in use on ${host}: choose another one, or 0 for any that is free.`)
    case 'EACCES':
      return new ConfigError(
        `PORT ${port} needs more rights than this user has: choose one from 1024 to 65535, or 0 for any that is free.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new ConfigError('HOST must be an address or a name of this machine.')
    default:
      return error
  }
}

/** Nobody can open the address that stands for all of them: this machine answers at its own. */
const ownAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const openableUrl = ({ family, address, port }: AddressInfo): string => {
  // What follows a % is the network card, and no part of a URL.
  const host = (ownAddress[address] ?? address).replace(/%.*/, '')
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

const cutOff = (socket: Socket): void => void socket.destroy()

/** Takes a port; a ConfigError where the operator has to choose another one. */
export const listen = async ({ host, port, backlog }: Address): Promise<Listener> => {
  const server: ReplyServer = createServer<typeof IncomingMessage, typeof Reply>({
    ServerResponse: Reply,
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384,
    // Any other protocol that is offered is ignored; what is wrong with a head is answered like that of any request.
    shouldUpgradeCallback: (request) =>
      server.listenerCount('upgrade') > 0 && asksForWebsocket(request) && faultOfHead(request) === null,
  })
  server.on('connection', cutOff)
  server.listen({ host, port, backlog })
  await once(server, 'listening').catch((error: unknown) => {
    throw listenFailure(error, { host, port })
  })
  const bound = server.address() as AddressInfo
  return {
    server,
    port: bound.port,
    url: openableUrl(bound),
    answer(onRequest, onUpgrade) {
      server.off('connection', cutOff)
      server.on('request', onRequest)
      if (onUpgrade) server.on('upgrade', onUpgrade)
    },
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
