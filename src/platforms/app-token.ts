import { backoffMs } from '../lib/backoff.ts'
import type { Log } from '../lib/log.ts'
import { type Authorizer, type Grant, pauseBounds } from './api-host.ts'
import { interruptionFailure } from './failure.ts'
import { createHttp, type HttpOptions } from './http.ts'
import type { CallFailure } from './platform.ts'
import { readObject } from './read-fields.ts'

const headerSafe = /^[\x21-\x7e]{1,4096}$/
const assumedLifeSeconds = 3_600

/** Who an app is. */
export type AppCredentials = { readonly clientId: string; readonly clientSecret: string }

/** The token endpoint and the app's credentials for it. */
export type AppTokenOptions = Omit<HttpOptions, 'maxConnections'> & {
  path: string
  /** Who we are now, read before each use. */
  credentials: () => AppCredentials
  /** What every call carries beside the token. */
  headers?: (credentials: AppCredentials) => Record<string, string>
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

const formOf = ({ clientId, clientSecret }: AppCredentials): string =>
  new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }).toString()

/**
 * An OAuth app token as a bearer header: minted once for all who wait, and after a failed mint only after a pause. What was given to
 * other credentials, be it a token or a pause, is nothing to the present ones.
 */
export const createAppToken = (options: AppTokenOptions): Authorizer & AsyncDisposable => {
  const { platform, path, timer, random, log } = options
  const http = createHttp({ ...options, maxConnections: 1 })
  const lifetime = new AbortController()
  let form = formOf(options.credentials())
  let held: { token: string; headers: Record<string, string>; until: number } | null = null
  let minting: Promise<Grant> | null = null
  const underWay = new Set<Promise<Grant>>()
  let failed: { failure: CallFailure; until: number; inARow: number } | null = null

  /** Forgets what belongs to credentials that have changed. */
  const follow = (): void => {
    const now = formOf(options.credentials())
    if (now === form) return
    form = now
    held = minting = failed = null
  }

  const fail = (failure: CallFailure, used: string): CallFailure => {
    const inARow = (failed?.inARow ?? 0) + 1
    const retryAfterMs = failure.retryAfterMs ?? backoffMs(inARow - 1, { ...pauseBounds, random })
    const told = { ...failure, message: `no token: ${failure.message}`, retryAfterMs }
    log.warn({ platform, status: failure.status, reason: failure.message, retryAfterMs }, 'no app token was given')
    if (used === form) failed = { failure: told, until: timer.now() + retryAfterMs, inARow }
    return told
  }

  const mint = async (): Promise<Grant> => {
    const used = form
    const own = options.headers?.(options.credentials())
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status, body, failure, call } = await http.send(
      { method: 'POST', path, headers, body: used },
      lifetime.signal,
    )
    const answer = failure === null ? readToken(body) : null
    if (answer !== null) {
      const given = {
        token: answer.token,
        headers: { ...own, authorization: `Bearer ${answer.token}` },
        until: timer.now() + answer.lifeMs,
      }
      if (used === form) {
        failed = null
        held = given
      }
      log.info({ platform, lifeMs: answer.lifeMs }, 'a new app token was given')
      return { ok: true, headers: given.headers, calls: [call] }
    }
    if (failure === null) {
      const message = 'the answer holds no token'
      return {
        ok: false,
        failure: fail({ kind: 'malformed', status, message }, used),
        calls: [{ ...call, error: message }],
      }
    }
    const refused = failure.kind === 'rejected' || failure.kind === 'unauthorized'
    const message = `the client id or secret was refused with ${status}`
    const reason: CallFailure = refused ? { kind: 'unauthorized', status, message } : failure
    return { ok: false, failure: fail(reason, used), calls: [call] }
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
      follow()
      if (held !== null && timer.now() < held.until) return { ok: true, headers: held.headers, calls: [] }
      const waitMs = failed === null ? 0 : Math.ceil(failed.until - timer.now())
      if (failed !== null && waitMs > 0) {
        return { ok: false, failure: { ...failed.failure, status: null, retryAfterMs: waitMs }, calls: [] }
      }
      const first = minting === null
      if (minting === null) {
        const own = mint().finally(() => {
          if (minting === own) minting = null
          underWay.delete(own)
        })
        minting = own
        underWay.add(own)
      }
      // The mint belongs to all who wait: one caller giving up ends its own wait only, and one caller audits the call.
      const shared: Promise<Grant> = minting
      const grant = await Promise.race([shared, aborted(signal, shared)])
      return first ? grant : { ...grant, calls: [] }
    },
    drop: (headers) => {
      if (held?.headers === headers) held = null
      return true
    },
    identity: () => formOf(options.credentials()),
    secrets: () => [options.credentials().clientSecret, ...(held ? [held.token] : [])],
    [Symbol.asyncDispose]: async () => {
      lifetime.abort()
      await Promise.all(underWay)
      await http[Symbol.asyncDispose]()
    },
  }
}
