import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fullBucket, takeTokens } from '../lib/token-bucket.ts'
import { type Answer, edgeBlocked, failure, htmlError, invalid, ok, tooManyRequests, unauthorized } from './answer.ts'
import { InvalidArgument } from './arguments.ts'
import { createAuthorizationCodes } from './authorization-codes.ts'
import { createAuthorize } from './authorize.ts'
import type { Thinning } from './community.ts'
import { createEndpoints } from './endpoints.ts'
import { createEventSubscriptions, type EventSubscriptions } from './event-subscriptions.ts'
import { type AnswerFault, createFaults, type Faults } from './faults.ts'
import { type AppCredentials, createOAuth } from './oauth.ts'
import { createRequestLog, type RequestEntry, type RequestLog } from './request-log.ts'
import { createSigningKey, type SigningKey } from './signing-key.ts'
import { createSubscriptionEndpoints } from './subscription-endpoints.ts'
import { createWebhooks, type WebhookOptions, type Webhooks } from './webhooks.ts'
import type { World } from './world.ts'
import { createWorldEvents } from './world-events.ts'

/** What a simulated Kick serves, and how strict it is. */
export type KickServerOptions = Partial<AppCredentials> & {
  world: World
  /** 0 takes a free port. */
  port?: number
  /** The seed of the chances of faults. */
  seed?: number
  /** Limit of the whole REST API: the steady rate and how many requests are allowed at once; null answers everything. */
  rateLimit?: { perSecond: number; burst: number } | null
  /** Whether refreshing replaces the refresh token. */
  rotatesRefreshTokens?: boolean
  /** The app's redirect addresses; by default any address of this machine. */
  redirectUris?: readonly string[]
  webhooks?: WebhookOptions
  /** What of all that people do is told; everything unless told. */
  thinning?: Thinning
  /** The key that signs deliveries; by default a new one. */
  key?: SigningKey
}

/** A running simulated Kick. Disposing closes every connection, also those that wait for an answer. */
export type KickServer = AsyncDisposable & {
  /** Base URL of both hosts: `/oauth/...` and `/public/...`, without a slash at the end. */
  readonly url: string
  readonly credentials: AppCredentials
  readonly faults: Faults
  readonly requests: RequestLog
  readonly subscriptions: EventSubscriptions
  /** Sends events to the app at each call of `advance`, once it has a URL. */
  readonly webhooks: Webhooks
  /** Makes every token that was issued invalid. */
  invalidateTokens(): void
}

const maxBodyBytes = 64 * 1024

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes <= maxBodyBytes) chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const send = (response: ServerResponse, answer: Answer, fault: AnswerFault | null): void => {
  const body = Buffer.from(answer.body)
  const half = body.subarray(0, Math.floor(body.length / 2))
  const sent = fault?.kind === 'truncated' ? half : body
  response.writeHead(answer.status, {
    ...(answer.status !== 204 && {
      'content-type': answer.contentType ?? 'application/json',
      'content-length': sent.length,
    }),
    ...answer.headers,
  })
  if (fault?.kind === 'cut-off') response.write(half, () => response.destroy())
  else response.end(sent)
}

/** Starts a simulated Kick on the loopback interface: OAuth and REST over what the world shows at its clock. */
export const startKickServer = async (options: KickServerOptions): Promise<KickServer> => {
  const { world, port = 0, seed = 1, rateLimit = null, rotatesRefreshTokens = false } = options
  const { clientId = '01JDEMO0000000000000000000', clientSecret = 'demo-secret' } = options
  const { clock } = world
  const faults = createFaults(seed)
  const codes = createAuthorizationCodes(clock)
  const oauth = createOAuth({ clock, clientId, clientSecret, rotatesRefreshTokens, codes })
  const authorize = createAuthorize(world, codes, clientId, options.redirectUris)
  const subscriptions = createEventSubscriptions(clock, seed)
  const endpoints = {
    ...createEndpoints(world, faults),
    ...createSubscriptionEndpoints(subscriptions, clientId, faults),
  }
  const key = options.key ?? createSigningKey()
  const worldEvents = createWorldEvents(world, seed, options.thinning)
  const webhooks = createWebhooks({ clock, seed, key, subscriptions, worldEvents }, options.webhooks)
  const rate = { burst: rateLimit?.burst ?? 0, perMs: (rateLimit?.perSecond ?? 0) / 1_000 }
  const bucket = fullBucket(rate, clock())
  const admits = (): boolean => !rateLimit || takeTokens(bucket, rate, clock()) === 0
  const { log, record } = createRequestLog()

  /** Endpoints that need no valid token. */
  const open: Record<string, (request: IncomingMessage, query: URLSearchParams) => Answer | Promise<Answer>> = {
    'GET /oauth/authorize': (_request, query) => authorize(query),
    'POST /oauth/token': async (request) => oauth.token(request.headers['content-type'], await readBody(request)),
    'POST /oauth/revoke': (_request, query) => oauth.revoke(query),
    'POST /oauth/token/introspect': (request) => oauth.introspect(request.headers.authorization),
    'POST /public/v1/token/introspect': (request) => oauth.introspect(request.headers.authorization),
    'GET /public/v1/public-key': async () => ok(JSON.stringify({ public_key: await key.publicKeyPem() })),
  }
  const answerTo = async (request: IncomingMessage, name: string, path: string, search: string): Promise<Answer> => {
    if (path.startsWith('/public/') && !admits()) return tooManyRequests()
    const query = new URLSearchParams(search)
    if (Object.hasOwn(open, name)) return open[name]!(request, query)
    const principal = oauth.principalOf(request.headers.authorization)
    if (!principal) return unauthorized
    if (!Object.hasOwn(endpoints, name)) return failure(404, 'Not Found')
    const body = request.method === 'GET' ? '' : await readBody(request)
    try {
      return endpoints[name]!({ query, body, principal })
    } catch (error) {
      if (error instanceof InvalidArgument) return invalid(error.message)
      throw error
    }
  }

  /** The answer of a fault, instead of the right one. */
  const replacement = (fault: AnswerFault | null, request: IncomingMessage): Answer | null => {
    switch (fault?.kind) {
      case 'early-401':
        oauth.invalidate(request.headers.authorization ?? '')
        return unauthorized
      case 'rate-limited':
        return tooManyRequests(fault.retryAfterSeconds)
      case 'html-error':
        return htmlError(fault.status ?? 500)
      case 'rejected':
        return failure(400, 'Invalid request')
      case 'edge-blocked':
        return edgeBlocked
      default:
        return null
    }
  }

  const closing = new AbortController()
  const closed = once(closing.signal, 'abort')

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/' } = request
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const search = mark < 0 ? '' : url.slice(mark + 1)
    const name = `${method} ${path}`
    const userAgent = request.headers['user-agent']
    const entry: RequestEntry = { at: clock(), method, path, query: search, userAgent, status: null }
    record(entry, Object.hasOwn(open, name) || Object.hasOwn(endpoints, name) ? name : undefined)

    const fault = faults.strikeAnswer(path, search)
    if (fault?.kind === 'never-answers') return
    if (fault?.kind === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    const answer = replacement(fault, request) ?? (await answerTo(request, name, path, search))
    if (fault?.kind === 'slow') await delay(fault.delayMs, undefined, { signal: closing.signal }).catch(() => undefined)
    if (fault?.kind === 'held') await Promise.race([fault.until.catch(() => undefined), closed])
    if (response.destroyed) return
    entry.status = answer.status
    send(response, answer, fault)
  }

  const running = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const work = handle(request, response)
      .catch((error: unknown) => {
        if (!response.destroyed) send(response, failure(500, 'Internal server error', String(error)), null)
      })
      .finally(() => running.delete(work))
    running.add(work)
  })
  server.keepAliveTimeout = 60_000
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { clientId, clientSecret },
    faults,
    requests: log,
    subscriptions,
    webhooks,
    invalidateTokens: () => oauth.invalidate(),
    async [Symbol.asyncDispose]() {
      const closedAll = once(server, 'close')
      server.close()
      closing.abort()
      server.closeAllConnections()
      await Promise.all([closedAll, webhooks[Symbol.asyncDispose](), ...running])
    },
  }
}
