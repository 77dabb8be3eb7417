import { createLocalJWKSet, errors, type FlattenedJWSInput, type JWSHeaderParameters } from 'jose'
import { request } from 'undici'
import type { Steady } from '../lib/clock.ts'
import { unavailable } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'

type TokenKeysOptions = {
  url: string
  now: Steady
  log: Log
  /** For the whole exchange. */
  timeoutMs?: number
}

/** After this age the keys are loaded again, in the background. */
const refreshMs = 300_000
/** The shortest time between two loads, also when unknown keys are asked for. */
const cooldownMs = 10_000
const maxBytes = 512 * 1024

/** Loads the public keys that the issuer of tokens publishes, at the first use. While it does not answer, known keys stay valid. */
export const createTokenKeys = ({ url, now, log, timeoutMs = 5_000 }: TokenKeysOptions) => {
  const stopping = new AbortController()
  let keys: ReturnType<typeof createLocalJWKSet> | null = null
  let loadedAt = Number.NEGATIVE_INFINITY
  let triedAt = Number.NEGATIVE_INFINITY
  let failed = false
  let loading: Promise<void> | null = null

  const fetchKeys = async (): Promise<ReturnType<typeof createLocalJWKSet>> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)])
    const { statusCode, body } = await request(url, { headers: { accept: 'application/json' }, signal })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new Error(`The answer has more than ${maxBytes} bytes.`)
      chunks.push(chunk)
    }
    if (statusCode !== 200) throw new Error(`The answer has status ${statusCode}.`)
    return createLocalJWKSet(JSON.parse(Buffer.concat(chunks).toString()))
  }

  const loadOnce = async (): Promise<void> => {
    triedAt = now()
    try {
      keys = await fetchKeys()
      loadedAt = now()
      failed = false
    } catch (error) {
      failed = true
      const { message, code } = error as { message: string; code?: string }
      if (!stopping.signal.aborted)
        log.warn({ err: message, code }, 'the keys at JWT_JWKS_URL can not be loaded; known keys stay in use')
    } finally {
      loading = null
    }
  }

  const isWithin = (at: number, ms: number): boolean => now() - at < ms

  /** Loads the keys unless that was just tried; resolves with whether they are up to date. */
  const load = async (): Promise<boolean> => {
    if (!loading && isWithin(triedAt, cooldownMs)) return !failed
    loading ??= loadOnce()
    await loading
    return !failed
  }

  return {
    /** The key of a token; a JOSEError when the issuer has none, UNAVAILABLE when that is not known. */
    async find(header: JWSHeaderParameters, token: FlattenedJWSInput) {
      if (!keys) await load()
      else if (!isWithin(loadedAt, refreshMs)) void load()
      if (!keys) throw unavailable('Tokens can not be checked now: their issuer does not answer.')
      try {
        return await keys(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        if (!(await load()))
          throw unavailable('Tokens of an unknown key can not be checked now: their issuer does not answer.')
        return keys(header, token)
      }
    },
    /** Aborts loading. */
    async [Symbol.asyncDispose](): Promise<void> {
      stopping.abort()
      await loading
    },
  }
}
