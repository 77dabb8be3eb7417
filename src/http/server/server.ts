import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { ApiError } from '../../lib/errors.ts'
import type { Log } from '../../lib/log.ts'
import { isTracing, span } from '../../lib/tracing.ts'
import type { Origins } from '../security/origins.ts'
import { securityHeaders } from '../security/security-headers.ts'
import { defaultConnectionLimits } from './connections.ts'
import type { Listener, OnUpgrade } from './listener.ts'
import type { Metrics } from './metrics.ts'
import type { Reply } from './reply.ts'
import { faultOfHead } from './request-head.ts'
import type { Route, Routes } from './route.ts'
import { sendError, sendNotFound, sendRefusal } from './send.ts'

export type HttpServerOptions = {
  listener: Listener
  /** Whose pages may call. */
  origins: Origins
  /** Whether the world reaches the server by HTTPS. */
  https?: boolean
  routes: Routes
  /** Routes for whatever host and page a request names: they prove by themselves who asks. */
  openRoutes: Routes
  /** Answers the paths that no route has, for whatever host and page; absent, nothing is there. */
  rest?: Route
  metrics: Pick<Metrics, 'observeRequest'>
  log: Log
  /** Takes over the connections that ask for WebSocket. */
  onUpgrade?: OnUpgrade
  /** How long a reader may take nothing of an answer that waits for it, in milliseconds. */
  stalledMs?: number
  /** How long requests under way may go on after the end was asked for. */
  drainMs?: number
}

/** A request in a span of its own, below the caller's where it says so. What follows the path of a URL is not told. */
const inSpan = (
  path: string,
  { method = '', headers }: IncomingMessage,
  response: Reply,
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

/** The path that a request asks for. */
const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** Ends a connection whose reader took nothing for too long. It is also asked where nothing happened because an answer is still being worked on. */
const endStalled = (socket: Socket): void => {
  if (socket.writableLength > 0) socket.destroy()
}

/** Answers what comes to the listener. Disposing closes the listener and waits for the requests under way. */
export const serveHttp = (options: HttpServerOptions): AsyncDisposable => {
  const { listener, origins, metrics, log, stalledMs = defaultConnectionLimits.stalledMs } = options
  const { server } = listener
  const headers = [...securityHeaders({ https: options.https ?? false })].flat()

  /** Runs nothing for a page that may not call, but for a preflight, which asks just that. */
  const forPages =
    (route: Route): Route =>
    (request, response) => {
      if (request.method !== 'OPTIONS') origins.check(request)
      return route(request, response)
    }

  const paths = new Map([
    ...Object.entries(options.routes).map(([path, route]) => [path, forPages(route)] as const),
    ...Object.entries(options.openRoutes),
  ])

  const answer = async (route: Route, request: IncomingMessage, response: Reply): Promise<void> => {
    try {
      await route(request, response)
    } catch (error) {
      // Nobody is left to answer.
      if (request.socket.destroyed) return
      if (response.headersSent) throw error
      if (error instanceof ApiError) return sendRefusal(response, error)
      const { requestId } = response
      log.error({ err: error, path: request.url?.split('?', 1)[0], requestId }, 'a request failed unexpectedly')
      sendError(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on the server.', { requestId })
    }
  }

  const open = new Set<Reply>()
  // Node sets the timer of a connection anew for each request anyway.
  server.setTimeout(stalledMs)
  listener.answer((request, response) => {
    const startedAt = performance.now()
    const asked = pathOf(request)
    const known = paths.get(asked)
    // Whoever asks makes up the other paths.
    const path = known ? asked : 'other'
    const route = known ?? options.rest ?? sendNotFound
    open.add(response)
    response.on('close', () => {
      open.delete(response)
      const { method = '' } = request
      const durationMs = performance.now() - startedAt
      metrics.observeRequest({ route: path, method, status: response.statusCode, durationMs })
    })
    response.on('timeout', endStalled)
    response.tell(...headers, 'X-Request-Id', response.requestId)
    if (!server.listening) response.setHeader('Connection', 'close')
    const fault = faultOfHead(request)
    if (fault) return sendRefusal(response, fault)
    inSpan(path, request, response, () => answer(route, request, response)).catch((error: unknown) => {
      log.error({ err: error, path }, 'a request failed unexpectedly')
      response.destroy()
    })
  }, options.onUpgrade)
  return {
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
