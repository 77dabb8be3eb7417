import { Pool } from 'undici'
import { answerExcerpt } from '../lib/answer-excerpt.ts'
import type { Clock } from '../lib/clock.ts'
import { readRetryAfter } from '../lib/retry-after.ts'
import { isTracing, span } from '../lib/tracing.ts'
import { withoutLastSlashes } from '../lib/urls.ts'
import { answerFailure, type Interruption, interruptionFailure } from './failure.ts'
import { linkedAbortController } from './linked-abort-controller.ts'
import { parseJson } from './parse-json.ts'
import type { CallFailure, CallRecord, PlatformName } from './platform.ts'
import { readRateLimit } from './rate-limit-headers.ts'
import type { Timer } from './timer.ts'

const userAgent = 'Mozilla/5.0 (compatible; Channelscope/1.0)'
const ordinaryResponseBytes = 4 * 1024 * 1024

/** A request to one host. */
export type HttpRequest = {
  method?: 'GET' | 'POST' | 'DELETE'
  /** Starts with a slash and carries no query; it is what the audit shows. */
  path: string
  /** Encoded, without the question mark. */
  query?: string
  headers?: Record<string, string>
  body?: string
  /** Any 2xx is a success; its body is not read. */
  bodyless?: boolean
}

/** One exchange as it ended: `failure` is null for a 2xx with JSON, or with anything where none was expected; `body` is undefined when there was no JSON. */
export type HttpAnswer = {
  status: number | null
  body: unknown
  /** The beginning of the answer as it may be kept; absent where answers are not kept. */
  excerpt?: () => string
  failure: CallFailure | null
  interruption: Interruption['kind'] | null
  call: CallRecord
  /** Milliseconds until the host's allowance is renewed, where it says that nothing is left of it. */
  exhaustedForMs?: number
}

/** Which host, and the limits on talking to it. */
export type HttpOptions = {
  platform: PlatformName
  /** Scheme, host and an optional path before every request's. */
  baseUrl: string
  /** For the whole exchange, from connecting to the last byte. */
  timeoutMs: number
  maxConnections: number
  /** A longer answer is broken off; 4 MiB unless told. */
  maxResponseBytes?: number
  clock: Clock
  timer: Timer
  onCall?: OnCall | undefined
  /** The secrets of the host now. The beginning of a failed answer is kept without them; absent where answers hold tokens, so that none is kept. */
  secrets?: () => readonly string[]
  /** Is given the record of every request that was sent; for those who do not hand it on with an answer. */
  onRecord?: ((call: CallRecord) => void) | undefined
}

/** Is told of every request that was sent; it never throws. */
export type OnCall = (call: {
  platform: PlatformName
  outcome: CallFailure['kind'] | 'answered'
  durationMs: number
  /** How many may be sent to this host, where that is bounded. */
  requestsPerSecond?: number
}) => void

/** One host's connections; disposing it breaks off what is under way. */
export type Http = AsyncDisposable & {
  /** Sends one request and reads the whole answer; never throws, never follows a redirect, never tries again. */
  send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer>
}

const interruptionOf = (error: unknown): Interruption => {
  const code = String((error as { code?: unknown } | null)?.code ?? 'unknown')
  if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code)) return { kind: 'timeout' }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return { kind: 'reset' }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { kind: 'oversized' }
  return { kind: 'unreachable', code }
}

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value

/** What a request carries that no log may hold: the values of its headers, and members of its body that are called secret. */
const secretsOf = ({ headers = {}, body = '' }: HttpRequest): string[] => [
  ...Object.values(headers).map((value) => value.replace(/^Bearer /, '')),
  ...body.matchAll(/"secret":"([^"]{1,500})"/g).map(([, secret]) => secret!),
]

/** Kept-alive connections to one host, with explicit limits on time and size. */
export const createHttp = (options: HttpOptions): Http => {
  const { platform, baseUrl, timeoutMs, maxConnections, clock, timer, onCall } = options
  const { maxResponseBytes = ordinaryResponseBytes, secrets, onRecord } = options
  const base = new URL(baseUrl)
  const prefix = withoutLastSlashes(base.pathname)
  const pool = new Pool(base.origin, {
    connections: maxConnections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxResponseBytes,
  })

  const exchange = async ({ method = 'GET', path, query, headers, body }: HttpRequest, signal: AbortSignal) => {
    const answer = await pool.request({
      method,
      path: prefix + path + (query === undefined ? '' : `?${query}`),
      headers: { accept: 'application/json', 'user-agent': userAgent, ...headers },
      body,
      signal,
    })
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
  }

  const send = async (request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> => {
    const requestedAt = clock()
    const startedAt = timer.now()
    const record = (status: number | null, failure: CallFailure | null): CallRecord => ({
      platform,
      endpoint: request.path,
      requestedAt: new Date(requestedAt),
      durationMs: Math.round(timer.now() - startedAt),
      status,
      items: 0,
      error: failure?.message ?? null,
    })
    using deadline = linkedAbortController(signal)
    const expiry = setTimeout(() => deadline.abort(), timeoutMs)
    try {
      const { status, headers, text } = await exchange(request, deadline.signal)
      const body = parseJson(text)
      const limit = readRateLimit(headers, clock())
      const retryAfter =
        readRetryAfter(headerText(headers['retry-after']), headerText(headers.date), clock()) ??
        (status === 429 ? limit?.resetMs : undefined)
      const done = request.bodyless === true && status >= 200 && status < 300
      const failure = done ? null : answerFailure(status, body, retryAfter)
      const exhaustedForMs = limit?.remaining === 0 ? limit.resetMs : undefined
      const excerpt = secrets && (() => answerExcerpt(text, [...secrets(), ...secretsOf(request)]))
      const kept = failure && excerpt?.()
      const call = { ...record(status, failure), ...(kept && { body: kept }) }
      return { status, body, excerpt, failure, interruption: null, call, exhaustedForMs }
    } catch (error) {
      const interruption: Interruption = signal?.aborted
        ? { kind: 'aborted' }
        : deadline.signal.aborted
          ? { kind: 'timeout' }
          : interruptionOf(error)
      const failure = interruptionFailure(interruption)
      return { status: null, body: undefined, failure, interruption: interruption.kind, call: record(null, failure) }
    } finally {
      clearTimeout(expiry)
    }
  }

  const observed = async (request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> => {
    const startedAt = performance.now()
    const answer = await send(request, signal)
    onRecord?.(answer.call)
    onCall?.({ platform, outcome: answer.failure?.kind ?? 'answered', durationMs: performance.now() - startedAt })
    return answer
  }

  return {
    // Our place in a trace is nobody else's business: no header tells it.
    send: (request, signal) => {
      if (!isTracing()) return observed(request, signal)
      const { method = 'GET', path } = request
      const attributes = { 'http.request.method': method, 'server.address': base.hostname, 'url.path': path }
      return span(`${platform} ${method} ${path}`, { kind: 'client', attributes }, async (current) => {
        const answer = await observed(request, signal)
        if (answer.status !== null) current.set({ 'http.response.status_code': answer.status })
        if (answer.failure) current.fail(answer.failure.kind)
        return answer
      })
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
