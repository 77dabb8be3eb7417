import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Guard } from '../../guard/guard.ts'
import type { Clock } from '../../lib/clock.ts'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { isTracing, span } from '../../lib/tracing.ts'
import type { Endpoint } from '../graphql/endpoint.ts'
import { createGraphiql } from '../routes/graphiql.ts'
import type { Callers } from '../security/callers.ts'
import { handleCors, type Origins, requireProof } from '../security/origins.ts'
import { securityHeaders } from '../security/security-headers.ts'
import { defaultConnectionLimits } from './connections.ts'
import { type ReadinessCheck, reasonsNotReady } from './health.ts'
import type { Metrics } from './metrics.ts'
import { asksForWebsocket, faultOfHead } from './request-head.ts'
import { sendError, sendJson, sendRefusal } from './send.ts'

export type HttpServerOptions = {
  host: string
  /** 0 picks a free one. */
  port: number
  /** Whose pages may call. */
  origins: Origins
  /** Whether a GET has to prove that no foreign page sent it unasked. */
  careful?: boolean
  /** Whether the world reaches the server by HTTPS. */
  https?: boolean
  endpoint: Endpoint
  guard: Guard
  callers: Callers
  /** What callers without a key may do. */
  publicAccess?: 'read' | 'none'
  metrics: Metrics
  checks: readonly ReadinessCheck[]
  /** What is wrong although the process can serve, one sentence each without any secret; absent: nothing. */
  degraded?: () => readonly string[]
  /** What answers at further paths. */
  routes?: Readonly<Record<string, Route>>
  /** The same, whatever host and page the request names: these paths prove by themselves who asks. */
  openRoutes?: Readonly<Record<string, Route>>
  clock: Clock
  log: Log
  /** Takes over the connections that ask for WebSocket. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** How long a reader may take nothing of an answer that waits for it, in milliseconds. */
  stalledMs?: number
  /** How long requests under way may go on after the end was asked for. */
  drainMs?: number
}

/** A listening server and where it can be opened on this machine. Disposing of it waits for the requests under way. */
export type HttpServer = { readonly url: string; readonly port: number } & AsyncDisposable

/** Answers the requests to one path. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

const getOnly =
  (route: Route): Route =>
  (request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return route(request, response)
    response.setHeader('Allow', 'GET, HEAD')
    sendError(response, 405, 'BAD_USER_INPUT', 'This path is asked by GET.')
  }

const observeRequest = (
  metrics: Metrics,
  route: string,
  { method = '' }: IncomingMessage,
  response: ServerResponse,
) => {
  const startedAt = performance.now()
  response.once('close', () =>
    metrics.observeRequest({ route, method, status: response.statusCode, durationMs: performance.now() - startedAt }),
  )
}

/** A request in a span of its own, below the caller's where it says so. What follows the path of a URL is not told. */
const inSpan = (
  path: string,
  { method = '', headers }: IncomingMessage,
  response: ServerResponse,
  work: () => Promise<void>,
): Promise<void> => {
  if (!isTracing()) return work()
  const attributes = { 'http.request.method': method, 'http.route': path }
  const parent = headers.traceparent?.toString()
  return span(`${method} ${path}`, { kind: 'server', attributes, parent }, async (current) => {
    await work()
    current.set({ 'http.response.status_code': response.statusCode })
    if (response.statusCode >= 500) current.fail(`answered ${response.statusCode}`)
  })
}

/** Nobody can open the address that stands for all of them: this machine answers at its own. */
const ownAddress: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where whoever is on this machine reaches a server that listens there. */
const openableUrl = ({ family, address, port }: AddressInfo): string => {
  // What follows a % is the network card, and no part of a URL.
  const host = (ownAddress[address] ?? address).replace(/%.*/, '')
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

/** Starts to listen; resolves once it does. */
export const createHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const {
    host,
    port,
    origins,
    careful = false,
    endpoint,
    guard,
    callers,
    publicAccess = 'read',
    metrics,
    checks,
    clock,
    log,
    onUpgrade,
    degraded = () => [],
    stalledMs = defaultConnectionLimits.stalledMs,
  } = options
  const graphiql = createGraphiql(clock)
  const headers = securityHeaders({ https: options.https ?? false })

  const routes: Record<string, Route> = {
    ...options.routes,
    async '/graphql'(request, response) {
      if (handleCors(request, response, origins)) return
      if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
        const { identity } = await callers.of(request)
        if (guard.showsExplorer(identity)) return graphiql.page(request, response)
        return sendError(response, 404, 'NOT_FOUND', 'There is no GraphiQL for this caller.')
      }
      if (careful) requireProof(request)
      await endpoint.handle(request, response)
    },
    [graphiql.scriptPath]: getOnly(graphiql.script),
    '/': getOnly((_, response) => void response.writeHead(302, { Location: '/graphql' }).end()),
    '/metrics': getOnly(async (request, response) => {
      const { identity } = await callers.of(request)
      if (publicAccess === 'none' && identity.role === 'PUBLIC')
        return sendError(response, 403, 'FORBIDDEN', 'Metrics need the role OPERATOR where PUBLIC_ACCESS is none.')
      const text = await metrics.text()
      response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text)
    }),
  }

  const openRoutes: Record<string, Route> = {
    ...options.openRoutes,
    '/health': getOnly((_, response) => sendJson(response, 200, { status: 'ok' })),
    '/ready': getOnly(async (_, response) => {
      const reasons = server.listening ? await reasonsNotReady(checks, log) : ['This process is stopping.']
      sendJson(response, reasons.length === 0 ? 200 : 503, {
        ready: reasons.length === 0,
        reasons,
        degraded: degraded(),
      })
    }),
  }

  /** Runs nothing for a page that may not call, but for a preflight, which asks just that. */
  const forPages =
    (route: Route): Route =>
    (request, response) => {
      if (request.method !== 'OPTIONS') origins.check(request)
      return route(request, response)
    }

  const paths = new Map([
    ...Object.entries(routes).map(([path, route]) => [path, forPages(route)] as const),
    ...Object.entries(openRoutes),
  ])

  const answer = async (route: Route, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await route(request, response)
    } catch (error) {
      // Nobody is left to answer.
      if (request.socket.destroyed) return
      if (response.headersSent) throw error
      if (error instanceof ApiError) return sendRefusal(response, error)
      const requestId = String(response.getHeader('X-Request-Id'))
      log.error({ err: error, path: request.url?.split('?', 1)[0], requestId }, 'a request failed unexpectedly')
      sendError(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on the server.', { requestId })
    }
  }

  const open = new Set<ServerResponse>()
  const server = createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 30_000,
      maxHeaderSize: 16_384,
      // Any other protocol that is offered is ignored; what is wrong with a head is answered like that of any request.
      shouldUpgradeCallback: (request) =>
        onUpgrade !== undefined && asksForWebsocket(request) && faultOfHead(request) === null,
    },
    (request, response) => {
      open.add(response)
      response.once('close', () => open.delete(response))
      // Also comes when nothing happens because an answer is still being worked on.
      response.setTimeout(stalledMs, () => {
        if (request.socket.writableLength > 0) request.socket.destroy()
      })
      response.setHeaders(headers)
      response.setHeader('X-Request-Id', randomUUID())
      if (!server.listening) response.setHeader('Connection', 'close')
      const path = request.url?.split('?', 1)[0] ?? '/'
      const route = paths.get(path)
      observeRequest(metrics, route ? path : 'other', request, response)
      const fault = faultOfHead(request)
      if (fault) return sendRefusal(response, fault)
      if (!route) return sendError(response, 404, 'NOT_FOUND', 'There is nothing at this path.')
      inSpan(path, request, response, () => answer(route, request, response)).catch((error: unknown) => {
        log.error({ err: error, path }, 'a request failed unexpectedly')
        response.destroy()
      })
    },
  )
  if (onUpgrade) server.on('upgrade', onUpgrade)
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    url: openableUrl(address),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const response of open) {
        // A stream of events has no end of its own; its client resumes elsewhere. Other answers are the last on their connections.
        if (String(response.getHeader('content-type')).startsWith('text/event-stream')) response.destroy()
        else if (!response.headersSent) response.setHeader('Connection', 'close')
      }
      const forced = setTimeout(() => server.closeAllConnections(), options.drainMs ?? 5_000)
      await closed
      clearTimeout(forced)
    },
  }
}
