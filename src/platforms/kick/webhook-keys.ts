import type { KeyObject } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { createHttp, type HttpOptions } from '../http.ts'
import { readObject } from '../read-fields.ts'
import { createSignatureChecks } from '../signature-checks.ts'
import type { Timer } from '../timer.ts'
import { type AcceptedKey, adoptKey, readPublicKey } from './public-key.ts'

const keyPath = '/public/v1/public-key'

/** How often the platform is asked for its key at most, and while there is none to check with. */
const askEveryMs = 60_000
const askEveryMsWithoutKey = 5_000

/** Requests that may wait for an answer about the key; more are judged by the keys at hand. */
const maxWaiting = 256

export type WebhookKeysOptions = {
  /** Where the platform tells its key. */
  apiUrl: string
  /** Accepted until the platform names another; it must be readable. */
  pinnedKeyPem: string | undefined
  /** For one request of the key; a delivery that no key at hand verifies waits at most that long. */
  timeoutMs: number
  clock: Clock
  timer: Timer
  log: Log
  onRecord?: HttpOptions['onRecord']
}

/** The platform's public keys. */
export type WebhookKeys = AsyncDisposable & {
  /** Whether there is a key to check with. */
  hasKey(): boolean
  /** Whether an accepted key made this RSA PKCS#1 v1.5 signature with SHA-256. */
  verifies(signed: Buffer, signature: Buffer): Promise<boolean>
  /** Asks the platform for its key, once for everybody who waits and only if that is long enough ago; whether there is now a key that was not accepted before. */
  refresh(): Promise<boolean>
}

/** Keys of one platform: the pinned one, and what its API names once a signature does not verify. */
export const createWebhookKeys = (options: WebhookKeysOptions): WebhookKeys => {
  const { apiUrl, pinnedKeyPem, timeoutMs, clock, timer, log, onRecord } = options
  const http = createHttp({ platform: 'kick', baseUrl: apiUrl, timeoutMs, maxConnections: 1, clock, timer, onRecord })
  const checks = createSignatureChecks()
  let accepted: AcceptedKey[] = []
  let asking: Promise<boolean> | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  let waiting = 0

  const pinned = pinnedKeyPem === undefined ? undefined : readPublicKey(pinnedKeyPem)
  if (typeof pinned === 'string') throw new TypeError(`The pinned key is refused: ${pinned}.`)
  if (pinned) accepted = adoptKey(accepted, pinned, timer.now())

  const acceptedNow = (): KeyObject[] => {
    const now = timer.now()
    return accepted.filter(({ until }) => until > now).map(({ key }) => key)
  }

  const ask = async (): Promise<boolean> => {
    const { body, failure } = await http.send({ path: keyPath })
    const key = failure ? failure.message : readPublicKey(readObject(readObject(body).data).public_key)
    if (typeof key === 'string') {
      log.warn({ path: keyPath, reason: key }, 'the platform gave no key for its webhooks')
      return false
    }
    const isNew = !acceptedNow().some((other) => other.equals(key))
    accepted = adoptKey(accepted, key, timer.now())
    if (isNew) log.info({ path: keyPath }, 'the platform now signs its webhooks with another key')
    return isNew
  }

  return {
    hasKey: () => acceptedNow().length > 0,
    verifies: async (signed, signature) => {
      for (const key of acceptedNow()) if (await checks.isGenuine({ key, signed, signature })) return true
      return false
    },
    refresh: async () => {
      if (!asking) {
        const pauseMs = acceptedNow().length > 0 ? askEveryMs : askEveryMsWithoutKey
        if (timer.now() - askedAt < pauseMs) return false
        askedAt = timer.now()
        asking = ask().finally(() => {
          asking = null
        })
      }
      if (waiting >= maxWaiting) return false
      waiting += 1
      try {
        return await asking
      } finally {
        waiting -= 1
      }
    },
    [Symbol.asyncDispose]: async () => {
      await checks[Symbol.asyncDispose]()
      await http[Symbol.asyncDispose]()
      await asking
    },
  }
}
