import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { KeyRing } from '../config/key-ring.ts'

/** The row that an encrypted value belongs to: in another row it can not be decrypted. */
export type EncryptionContext = { env: string; key: string }

/**
 * Why an encrypted value can not be decrypted: it has another form, its key is not known, the known key with that id is another
 * one (or the value is from another row), or the value was altered.
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
  // The last character can have unused bits, so the same bytes have several spellings. Only one of them is accepted.
  if (bytes.toString('base64url') !== sealed) return null
  const nonce = bytes.subarray(0, nonceBytes)
  // The length is given, because otherwise a tag that was cut to four bytes would be accepted.
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes }).setAAD(bound)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
  } catch {
    return null
  }
}

const wrap = ([{ kid, key }]: KeyRing, context: EncryptionContext, dataKey: Buffer, payload: string): string =>
  `v1.${kid}.${encrypt(key, dataKey, boundTo('data key', context, kid))}.${payload}`

type Unwrapped = { ok: true; dataKey: Buffer; payload: string; kid: string }

const unwrap = (
  ring: readonly KeyRing[number][],
  context: EncryptionContext,
  sealed: string,
): Unwrapped | DecryptionFailure => {
  const [, kid, wrapped, payload] = form.exec(sealed) ?? []
  if (kid === undefined) return { ok: false, reason: 'malformed', kid: null }
  const known = ring.find((one) => one.kid === kid)
  if (known === undefined) return { ok: false, reason: 'unknown-key', kid }
  const dataKey = decrypt(known.key, wrapped!, boundTo('data key', context, kid))
  return dataKey ? { ok: true, dataKey, payload: payload!, kid } : { ok: false, reason: 'wrong-key', kid }
}

/** Encrypts a value under a new random key, which is itself encrypted under the first of the ring. */
export const seal = (ring: KeyRing, context: EncryptionContext, text: string): string => {
  const dataKey = randomBytes(dataKeyBytes)
  return wrap(ring, context, dataKey, encrypt(dataKey, Buffer.from(text), boundTo('payload', context)))
}

/** Decrypts a value that `seal` encrypted for this context. */
export const unseal = (
  ring: readonly KeyRing[number][],
  context: EncryptionContext,
  sealed: string,
): { ok: true; text: string } | DecryptionFailure => {
  const unwrapped = unwrap(ring, context, sealed)
  if (!unwrapped.ok) return unwrapped
  const { dataKey, payload, kid } = unwrapped
  const plain = decrypt(dataKey, payload, boundTo('payload', context))
  return plain ? { ok: true, text: plain.toString() } : { ok: false, reason: 'altered', kid }
}

/** Encrypts the key of a value under the first key of the ring; the encrypted value stays the same. */
export const rewrap = (
  ring: KeyRing,
  context: EncryptionContext,
  sealed: string,
): { ok: true; sealed: string } | DecryptionFailure => {
  const unwrapped = unwrap(ring, context, sealed)
  return unwrapped.ok ? { ok: true, sealed: wrap(ring, context, unwrapped.dataKey, unwrapped.payload) } : unwrapped
}
