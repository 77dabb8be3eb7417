import { timingSafeEqual } from 'node:crypto'
import type { Access, Refusal } from '../../access/access.ts'
import { digestOf } from '../../access/api-key-secret.ts'
import { everybody, type Identity } from '../../access/identity.ts'
import { ApiError } from '../../lib/errors.ts'

export type AccessOptions = {
  adminKey: string
  operatorKey: string
  /** What callers without a key may do. */
  publicAccess: 'read' | 'none'
  /** Knows the keys and tokens besides the two; absent, there are none. */
  access?: Access | undefined
}

/**
 * Tells who calls from the value of an Authorization header (or of its WebSocket counterpart): UNAUTHENTICATED where it is no
 * valid key or token, FORBIDDEN for a token without a role, UNAVAILABLE where what decides that does not answer now.
 */
export type Authenticate = (authorization: string | null | undefined) => Promise<Identity>

const longestCredential = 8_192

// No sentence is longer than the reason of a WebSocket's close may be, 123 bytes.
const unauthenticated = (message: string): ApiError =>
  new ApiError('UNAUTHENTICATED', message, { http: { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } } })

const refusal = {
  missing: () => unauthenticated('This server answers callers with a key only: send "Authorization: Bearer <key>".'),
  invalid: () => unauthenticated('The key is not valid: send "Authorization: Bearer <key>" or no key at all.'),
  revoked: () => unauthenticated('The key was revoked: send one that is valid or no key at all.'),
  expired: () => unauthenticated('The key has expired: send one that is valid or no key at all.'),
  role: () =>
    new ApiError('FORBIDDEN', 'The claim role of the token must be PUBLIC, OPERATOR or ADMIN.', {
      http: { status: 403 },
    }),
  naming: () =>
    unauthenticated('The claims sub (up to 255 characters) and name of the token must have no control characters.'),
} satisfies Record<Refusal['refused'] | 'missing', () => ApiError>

const nobodyCanSay = (error: ApiError): ApiError =>
  new ApiError(
    'UNAVAILABLE',
    error.message,
    { http: { status: 503, headers: { 'Retry-After': '5' } } },
    { cause: error },
  )

/**
 * Knows the two bootstrap keys by itself, without any store, and asks for the others. Comparing takes the same time whichever
 * key is wrong, and however much of it.
 */
export const createAuthenticate = ({ adminKey, operatorKey, publicAccess, access }: AccessOptions): Authenticate => {
  const holders: readonly { key: Buffer; identity: Identity }[] = [
    { key: digestOf(adminKey), identity: { role: 'ADMIN', name: 'admin key', subject: 'bootstrap:admin' } },
    { key: digestOf(operatorKey), identity: { role: 'OPERATOR', name: 'operator key', subject: 'bootstrap:operator' } },
  ]
  return async (authorization) => {
    if (authorization == null) {
      if (publicAccess === 'read') return everybody
      throw refusal.missing()
    }
    const credential = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1] ?? ''
    if (credential === '' || credential.length > longestCredential) throw refusal.invalid()
    const digest = digestOf(credential)
    const [holder] = holders.filter(({ key }) => timingSafeEqual(key, digest))
    if (holder) return holder.identity
    if (!access) throw refusal.invalid()
    const found = await access.identify(credential, digest).catch((error: unknown) => {
      throw error instanceof ApiError && error.code === 'UNAVAILABLE' ? nobodyCanSay(error) : error
    })
    if ('refused' in found) throw refusal[found.refused]()
    return found
  }
}
