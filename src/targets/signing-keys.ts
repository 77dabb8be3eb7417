import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { z } from 'zod'

/** How a message is signed, as Standard Webhooks calls it: `v1` is HMAC-SHA256 and `v1a` is Ed25519. */
export type SignatureScheme = 'v1' | 'v1a'

/** A key that messages are signed with. */
export type SigningKey = {
  /** `whsec_` and 24 to 64 bytes, or `whsk_` and the 32 bytes of a private key, in base64. */
  key: string
  /** ISO instant after which it signs no more; null where it goes on. */
  until: string | null
}

/** What may be shown of a key. */
export type ShownSigningKey = {
  scheme: SignatureScheme
  /** `whpk_` and the public key in base64, for receivers; null where there is only a shared secret. */
  publicKey: string | null
  until: string | null
}

const prefixes = { v1: 'whsec_', v1a: 'whsk_' } as const
const publicPrefix = 'whpk_'

/** What stands before the 32 bytes of a key of Ed25519 in PKCS #8. */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The scheme and the bytes of a key; undefined where the text is none. */
export const readSigningKey = (text: string): { scheme: SignatureScheme; bytes: Buffer } | undefined => {
  const scheme = text.startsWith(prefixes.v1) ? 'v1' : text.startsWith(prefixes.v1a) ? 'v1a' : undefined
  if (scheme === undefined) return undefined
  const encoded = text.slice(prefixes[scheme].length)
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) return undefined
  const isLongEnough = scheme === 'v1' ? bytes.length >= 24 && bytes.length <= 64 : bytes.length === 32
  return isLongEnough ? { scheme, bytes } : undefined
}

/** The key of Ed25519 that signs, of its 32 bytes. */
export const privateKeyOf = (bytes: Buffer) =>
  createPrivateKey({ key: Buffer.concat([privateKeyHead, bytes]), format: 'der', type: 'pkcs8' })

/** A list of keys of which at least one goes on. */
export const signingKeys = z
  .array(
    z.strictObject(
      {
        key: z.string({ error: 'A signing key must be a text.' }).refine((text) => readSigningKey(text) !== undefined, {
          error: 'A signing key must be whsec_ and 24 to 64 bytes, or whsk_ and 32 bytes, in base64.',
        }),
        until: z.iso.datetime({ error: 'The end of a signing key must be an instant in ISO 8601.' }).nullable(),
      },
      { error: 'Each of the signing keys must be an object of key, a text, and until, an instant or null.' },
    ),
    { error: 'The signing keys must be a list.' },
  )
  .max(4, { error: 'A target has at most four signing keys.' })
  .refine((keys) => keys.some(({ until }) => until === null), { error: 'One signing key must have no end.' })

/** Makes a key that goes on. */
export const createSigningKey = (scheme: SignatureScheme): SigningKey => {
  const bytes =
    scheme === 'v1'
      ? randomBytes(32)
      : generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  return { key: prefixes[scheme] + bytes.toString('base64'), until: null }
}

/** The keys that sign at an instant. */
export const keysAt = (keys: readonly SigningKey[], now: number): SigningKey[] =>
  keys.filter(({ until }) => until === null || Date.parse(until) > now)

/**
 * The keys after a rotation: the new one, and those that sign until now for as long as receivers need to learn it. Of the old ones
 * at most three are kept, the newest first.
 */
export const rotateSigningKeys = (
  keys: readonly SigningKey[],
  next: SigningKey,
  now: number,
  overlapMs: number,
): SigningKey[] => {
  const end = new Date(now + overlapMs).toISOString()
  const old = keysAt(keys, now).map(({ key, until }) => ({ key, until: until !== null && until < end ? until : end }))
  return [next, ...keysAt(old, now).slice(0, 3)]
}

/** What may be shown of a key that was accepted. */
export const showSigningKey = ({ key, until }: SigningKey): ShownSigningKey => {
  const { scheme, bytes } = readSigningKey(key)!
  if (scheme === 'v1') return { scheme, publicKey: null, until }
  const spki = createPublicKey(privateKeyOf(bytes)).export({ format: 'der', type: 'spki' })
  return { scheme, publicKey: publicPrefix + spki.subarray(-32).toString('base64'), until }
}
