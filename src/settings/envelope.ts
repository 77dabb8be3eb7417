import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { KeyRing } from '../config/key-ring.ts'

/** The row that an encrypted value belongs to: it can be opened in no other. */
export type EncryptionContext = { env: string; key: string }

/**
 * Why an encrypted value can not be opened: it is none, its key is not ours, the key of that id is another one (or the
 * value is from another row or was altered), or what the right key protects was altered.
 */
export type DecryptionFailure = {
  ok: false
  reason: 'malformed' | 'unknown-key' | 'wrong-key' | 'altered'
  kid: string | null
}

const algorithm = 'aes-256-gcm'
const dataKeyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** `v1.<kid>.<wrapped data key>.<payload>`; both parts are nonce, ciphertext and tag in base64url. */
const form = /^v1\.([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{80})\.([A-Za-z0-9_-]{38,})$/

const boundTo = (part: 'payload' | 'data key', { env, key }: EncryptionContext, kid?: string): Buffer =>
  Buffer.from(JSON.stringify(['channelscope configuration v1', part, env, key, kid]))

const encrypt = (key: KeyObject | Buffer, plain: Buffer, bound: Buffer): string => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

const decrypt = (key: KeyObject | Buffer, sealed: string, bound: Buffer): Buffer | null => {
  const bytes = Buffer.from(sealed, 'base64url')
  // The last character may hold bits that mean nothing: only one spelling of the bytes is ours.
  if (bytes.toString('base64url') !== sealed) return null
  const nonce = bytes.subarray(0, nonceBytes)
  // The length is said, because otherwise a tag that was cut to four bytes is checked by these alone.
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    return null
  }
}

const wrap = ([{ kid, key }]: KeyRing, place: EncryptionContext, dataKey: Buffer, payload: string): string =>
  `v1.${kid}.${encrypt(key, dataKey, boundTo('data key', place, kid))}.${payload}`

type Unwrapped = { ok: true; dataKey: Buffer; payload: string; kid: string }

const unwrap = (ring: KeyRing, place: EncryptionContext, sealed: string): Unwrapped | DecryptionFailure => {
  const [, kid, wrapped, payload] = form.exec(sealed) ?? []
  if (kid === undefined) return { ok: false, reason: 'malformed', kid: null }
  const known = ring.find((one) => one.kid === kid)
  if (known === undefined) return { ok: false, reason: 'unknown-key', kid }
  const dataKey = decrypt(known.key, wrapped!, boundTo('data key', place, kid))
  return dataKey ? { ok: true, dataKey, payload: payload!, kid } : { ok: false, reason: 'wrong-key', kid }
}

/** Encrypts a value under a new random key, which is itself encrypted under the first of the ring. */
export const seal = (ring: KeyRing, place: EncryptionContext, text: string): string => {
  const dataKey = randomBytes(dataKeyBytes)
  return wrap(ring, place, dataKey, encrypt(dataKey, Buffer.from(text), boundTo('payload', place)))
}

/** What `seal` was given for this place. */
export const unseal = (
  ring: KeyRing,
  place: EncryptionContext,
  sealed: string,
): { ok: true; text: string } | DecryptionFailure => {
  const unwrapped = unwrap(ring, place, sealed)
  if (!unwrapped.ok) return unwrapped
  const { dataKey, payload, kid } = unwrapped
  const plain = decrypt(dataKey, payload, boundTo('payload', place))
  return plain ? { ok: true, text: plain.toString() } : { ok: false, reason: 'altered', kid }
}

/** The same encrypted value with its key encrypted under the first of the ring; the value itself is not touched. */
export const rewrap = (
  ring: KeyRing,
  place: EncryptionContext,
  sealed: string,
): { ok: true; sealed: string } | DecryptionFailure => {
  const unwrapped = unwrap(ring, place, sealed)
  return unwrapped.ok ? { ok: true, sealed: wrap(ring, place, unwrapped.dataKey, unwrapped.payload) } : unwrapped
}
