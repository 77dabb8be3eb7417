import { backoffMs } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'
import { type Authorizer, type Grant, pauseBounds } from './api-host.ts'
import { interruptionFailure } from './failure.ts'
import { createHttp, type HttpOptions } from './http.ts'
import type { CallFailure } from './platform.ts'
import { readObject } from './read-fields.ts'

const headerSafe = /^[\x21-\x7e]{1,4096}$/
const assumedLifeSeconds = 3_600

/** The token endpoint and the app's credentials for it. */
export type AppTokenOptions = Omit<HttpOptions, 'maxConnections'> & {
  path: string
  clientId: string
  clientSecret: string
  /** What every call carries beside the token. */
  headers?: Record<string, string>
  log: Log
  /** Returns [0, 1). */
  random?: () => number
}

/** A token and the milliseconds for which it may be used, or null when the answer holds none. */
const readToken = (body: unknown): { token: string; lifeMs: number } | null => {
  const { access_token: token, expires_in: expiresIn } = readObject(body)
  if (typeof token !== 'string' || !headerSafe.test(token)) return null
  const seconds = Number(expiresIn) > 0 ? Number(expiresIn) : assumedLifeSeconds
  return { token, lifeMs: 1000 * (seconds - Math.min(60, seconds / 10)) }
}

/** An OAuth app token as a bearer header: minted once for all who wait, and after a failed mint only after a pause. */
export const createAppToken = (options: AppTokenOptions): Authorizer & AsyncDisposable => {
  const { platform, path, clientId, clientSecret, timer, random, log } = options
  const http = createHttp({ ...options, maxConnections: 1 })
  const lifetime = new AbortController()
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }).toString()
  let held: { headers: Record<string, string>; until: number } | null = null
  let minting: Promise<Grant> | null = null
  let failed: { failure: CallFailure; until: number; inARow: number } | null = null

  const fail = (failure: CallFailure): CallFailure => {
    const inARow = (failed?.inARow ?? 0) + 1
    const retryAfterMs = failure.retryAfterMs ?? backoffMs(inARow - 1, { ...pauseBounds, random })
    const told = { ...failure, message: `no token: ${failure.message}`, retryAfterMs }
    log.warn({ platform, status: failure.status, reason: failure.message, retryAfterMs }, 'no app token was given')
    failed = { failure: told, until: timer.now() + retryAfterMs, inARow }
    return told
  }

  const mint = async (): Promise<Grant> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, body, failure, call } = await http.send(
      { method: 'POST', path, headers, body: form },
      lifetime.signal,
    )
    const answer = failure === null ? readToken(body) : null
    if (answer !== null) {
      failed = null
      held = {
        headers: { ...options.headers, authorization: `Bearer ${answer.token}` },
        until: timer.now() + answer.lifeMs,
      }
      log.info({ platform, lifeMs: answer.lifeMs }, 'a new app token was given')
      return { ok: true, headers: held.headers, calls: [call] }
    }
    if (failure === null) {
      const message = 'the answer holds no token'
      return { ok: false, failure: fail({ kind: 'malformed', status, message }), calls: [{ ...call, error: message }] }
    }
    const refused = failure.kind === 'rejected' || failure.kind === 'unauthorized'
    const message = `the client id or secret was refused with ${status}`
    return { ok: false, failure: fail(refused ? { kind: 'unauthorized', status, message } : failure), calls: [call] }
  }

  const aborted = (signal: AbortSignal | undefined, until: Promise<unknown>): Promise<Grant> =>
    new Promise((resolve) => {
      const abort = () => resolve({ ok: false, failure: interruptionFailure({ kind: 'aborted' }), calls: [] })
      if (signal?.aborted) abort()
      signal?.addEventListener('abort', abort, { once: true })
      void until.then(() => signal?.removeEventListener('abort', abort))
    })

  return {
    get: async (signal) => {
      if (held !== null && timer.now() < held.until) return { ok: true, headers: held.headers, calls: [] }
      const waitMs = failed === null ? 0 : Math.ceil(failed.until - timer.now())
      if (failed !== null && waitMs > 0) {
        return { ok: false, failure: { ...failed.failure, status: null, retryAfterMs: waitMs }, calls: [] }
      }
      const first = minting === null
      minting ??= mint().finally(() => {
        minting = null
      })
      // The mint belongs to all who wait: one caller giving up ends its own wait only, and one caller audits the call.
      const shared = minting
      const grant = await Promise.race([shared, aborted(signal, shared)])
      return first ? grant : { ...grant, calls: [] }
    },
    drop: (headers) => {
      if (held?.headers === headers) held = null
      return true
    },
    [Symbol.asyncDispose]: async () => {
      lifetime.abort()
      await minting
      await http[Symbol.asyncDispose]()
    },
  }
}
