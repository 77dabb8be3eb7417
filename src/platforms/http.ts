import { Pool } from 'undici'
import type { Clock } from '../lib/clock.ts'
import { answerFailure, type Interruption, interruptionFailure } from './failure.ts'
import { followAbort } from './follow-abort.ts'
import { parseJson } from './parse-json.ts'
import type { CallFailure, CallRecord, PlatformName } from './platform.ts'
import { readRetryAfter } from './retry-after.ts'
import type { Timer } from './timer.ts'

const userAgent = 'Mozilla/5.0 (compatible; Channelscope/1.0)'
const maxResponseBytes = 4 * 1024 * 1024

/** A request to one host. */
export type HttpRequest = {
  method?: 'GET' | 'POST'
  /** Starts with a slash and carries no query; it is what the audit shows. */
  path: string
  /** Encoded, without the question mark. */
  query?: string
  headers?: Record<string, string>
  body?: string
}

/** One exchange as it ended: `failure` is null for a 2xx with JSON; `body` is undefined when there was none. */
export type HttpAnswer = {
  status: number | null
  body: unknown
  failure: CallFailure | null
  interruption: Interruption['kind'] | null
  call: CallRecord
}

/** Which host, and the limits on talking to it. */
export type HttpOptions = {
  platform: PlatformName
  /** Scheme, host and an optional path before every request's. */
  baseUrl: string
  /** For the whole exchange, from connecting to the last byte. */
  timeoutMs: number
  maxConnections: number
  clock: Clock
  timer: Timer
}

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

/** Kept-alive connections to one host, with explicit limits on time and size. */
export const createHttp = ({ platform, baseUrl, timeoutMs, maxConnections, clock, timer }: HttpOptions): Http => {
  const base = new URL(baseUrl)
  const prefix = base.pathname.replace(/\/+$/, '')
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

  return {
    send: async (request, signal) => {
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
      using deadline = followAbort(signal)
      const expiry = setTimeout(() => deadline.abort(), timeoutMs)
      try {
        const { status, headers, text } = await exchange(request, deadline.signal)
        const body = parseJson(text)
        const retryAfter = readRetryAfter(headerText(headers['retry-after']), headerText(headers.date), clock())
        const failure = answerFailure(status, body, retryAfter)
        return { status, body, failure, interruption: null, call: record(status, failure) }
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
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
