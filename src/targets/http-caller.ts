import type { IncomingHttpHeaders } from 'node:http'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { answerExcerpt } from '../lib/answer-excerpt.ts'
import { reasonClause, reasonText } from '../lib/errors.ts'
import { ForbiddenAddressError, type GuardedConnect } from './guarded-connect.ts'

/** A request to the host of a caller. */
export type HttpCall = {
  method: 'POST' | 'PATCH'
  /** With its query. */
  path: string
  headers: Readonly<Record<string, string>>
  body: string
}

/** What came of a request. */
export type HttpResult =
  | { kind: 'answered'; status: number; headers: IncomingHttpHeaders; text: string; excerpt: string }
  /** Without an answer. `why` is a sentence without a secret. */
  | { kind: 'failed' | 'forbidden'; why: string }

/** Calls one host. Disposing breaks off what is under way. */
export type HttpCaller = AsyncDisposable & {
  /** Sends one request; never throws, never follows a redirect, never tries again. The message of the signal's reason is a sentence. */
  call(request: HttpCall, signal: AbortSignal): Promise<HttpResult>
}

export type HttpCallerOptions = {
  /** Scheme, host and port. */
  origin: string
  connect: GuardedConnect
  /** What no excerpt of an answer may hold, such as what was sent in headers. */
  secrets: readonly string[]
}

const connections = 4
const longestConnectMs = 5_000
/** What is read of an answer. The rest is not waited for. */
const mostAnswerBytes = 64 * 1024

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** Puts TLS on a guarded connection where the URL asks for it. */
const connectorOf = (connect: GuardedConnect): buildConnector.connector => {
  const secure = buildConnector({ timeout: longestConnectMs })
  return async (options, callback) => {
    try {
      const port = Number(options.port) || defaultPorts[options.protocol]!
      const socket = await connect(options.hostname, port, AbortSignal.timeout(longestConnectMs))
      socket.setNoDelay(true)
      if (options.protocol === 'https:') secure({ ...options, httpSocket: socket }, callback)
      else callback(null, socket)
    } catch (error) {
      callback(error as Error, null)
    }
  }
}

/** The beginning of a body. What comes after it, or does not come, changes nothing of the answer. */
const beginningOf = async (body: Dispatcher.ResponseData['body']): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= mostAnswerBytes) break
    }
  } catch {}
  body.on('error', () => undefined).destroy()
  return Buffer.concat(chunks).subarray(0, mostAnswerBytes).toString()
}

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name of the host is not known.',
  EAI_AGAIN: 'The name of the host could not be looked up.',
  ECONNREFUSED: 'The host refused the connection.',
  ECONNRESET: 'The host ended the connection without an answer.',
  EPIPE: 'The host ended the connection without an answer.',
  UND_ERR_SOCKET: 'The host ended the connection without an answer.',
  UND_ERR_HEADERS_OVERFLOW: 'The headers of the answer were too long.',
  UND_ERR_CONNECT_TIMEOUT: 'The host could not be reached in time.',
  ETIMEDOUT: 'The host could not be reached in time.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The host does not speak TLS there: is it http:// and not https://?',
  EPROTO: 'The host and this system found no common TLS.',
  EHOSTUNREACH: 'The host could not be reached.',
  ENETUNREACH: 'The host could not be reached.',
}

/** Says why nothing was answered, in a sentence. */
export const sayFailure = (error: unknown): string => {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  if (name === 'TimeoutError') return 'The host could not be reached in time.'
  return sentences[String(code)] ?? `The call failed: ${reasonClause(error)}.`
}

/** Connections to one host, kept alive for a few seconds, with a limit on the size of answers. */
export const createHttpCaller = ({ origin, connect, secrets }: HttpCallerOptions): HttpCaller => {
  const pool = new Pool(origin, { connect: connectorOf(connect), connections, pipelining: 1 })
  return {
    call: async ({ method, path, headers, body }, signal) => {
      try {
        const answer = await pool.request({ method, path, headers, body, signal })
        const text = await beginningOf(answer.body)
        const excerpt = answerExcerpt(text, secrets)
        return { kind: 'answered', status: answer.statusCode, headers: answer.headers, text, excerpt }
      } catch (error) {
        if (error instanceof ForbiddenAddressError) return { kind: 'forbidden', why: error.message }
        const why = signal.aborted ? reasonText(signal.reason) : sayFailure(error)
        return { kind: 'failed', why: answerExcerpt(why, secrets) }
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
