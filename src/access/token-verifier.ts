import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { ApiError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { maxNameLength, unprintable } from '../lib/printable-name.ts'
import type { Identity, Role } from './identity.ts'
import { createTokenKeys } from './token-keys.ts'

/** How accepted JWTs are signed, and which issuer and audience they must have. */
export type TokenSettings = ({ jwksUrl: string } | { secret: string }) & {
  issuer?: string | undefined
  audience?: string | undefined
}

/** Why a JWT is refused: it is not genuine or not valid yet, it has expired, it has no known role, or a name in it can not be stored. */
export type TokenRefusal = { refused: 'invalid' | 'expired' | 'role' | 'naming' }

/** Checks JWTs. */
export type TokenVerifier = {
  /** The identity in a token; UNAVAILABLE when its key can not be looked up now. */
  verify(token: string, digest: Buffer): Promise<Identity | TokenRefusal>
  [Symbol.asyncDispose](): Promise<void>
}

/** Whether a text has the form of a signed JWT. */
export const isToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

// Never both, because a public key could be used as the secret of an HMAC.
const symmetric = ['HS256']
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const roles: readonly Role[] = ['PUBLIC', 'OPERATOR', 'ADMIN']
// The length in OpenID Connect. A longer subject is refused, because a cut one could be that of another user.
const maxSubjectLength = 255
const latestInstant = 8.64e15

// How many seconds the issuer's clock may be ahead. A token expires at its own instant all the same.
const clockTolerance = 30

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null)

/** The identity in the claims of a token, or why there is none. */
const identityOf = (claims: JWTPayload, digest: Buffer): Identity | TokenRefusal => {
  const role = roles.find((one) => one === claims.role)
  if (role === undefined) return { refused: 'role' }
  const subject = textOf(claims.sub)
  const name = textOf(claims.name) ?? subject
  const isTooLong = subject !== null && subject.length > maxSubjectLength
  if (isTooLong || [subject, name].some((text) => text !== null && unprintable.test(text))) return { refused: 'naming' }
  const shortName = name && [...name].slice(0, maxNameLength).join('')
  const whom = subject ?? shortName ?? digest.toString('base64url', 0, 12)
  const expiresAt = new Date(Math.min(claims.exp! * 1000, latestInstant))
  return { role, name: shortName, subject: `jwt:${whom}`, expiresAt }
}

type Remembered = { identity: Identity; until: number }

const rememberMs = 60_000
const maxRemembered = 10_000

/** Keeps each verified token for a minute, so that a caller who asks often costs one check of a signature. */
export const createTokenVerifier = (options: {
  settings: TokenSettings
  clock: Clock
  steady?: Steady
  log: Log
}): TokenVerifier => {
  const { settings, clock, steady = systemSteady, log } = options
  const remembered = new Map<string, Remembered>()
  const keys = 'jwksUrl' in settings ? createTokenKeys({ url: settings.jwksUrl, now: steady, log }) : null
  const secret = 'secret' in settings ? new TextEncoder().encode(settings.secret) : null

  const claimsOf = async (token: string): Promise<JWTPayload> => {
    const { issuer, audience } = settings
    const allowed: JWTVerifyOptions = {
      algorithms: keys ? asymmetric : symmetric,
      requiredClaims: ['exp'],
      currentDate: new Date(clock()),
      clockTolerance,
      ...(issuer && { issuer }),
      ...(audience && { audience }),
    }
    const { payload } = keys
      ? await jwtVerify(token, (header, parts) => keys.find(header, parts), allowed)
      : await jwtVerify(token, secret!, allowed)
    return payload
  }

  const check = async (token: string, digest: Buffer): Promise<Identity | TokenRefusal> => {
    try {
      return identityOf(await claimsOf(token), digest)
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { refused: 'expired' }
      if (error instanceof ApiError) throw error
      // Anything else comes of a published key that can not be used, such as one that is too short.
      if (!(error instanceof errors.JOSEError)) log.warn({ err: error }, 'a token could not be checked')
      return { refused: 'invalid' }
    }
  }

  return {
    async verify(token, digest) {
      const name = digest.toString('base64')
      const before = remembered.get(name)
      const found = before && steady() < before.until ? before.identity : await check(token, digest)
      if ('refused' in found) return found
      if (found.expiresAt!.getTime() <= clock()) return { refused: 'expired' }
      if (found !== before?.identity) {
        remembered.delete(name)
        remembered.set(name, { identity: found, until: steady() + rememberMs })
        if (remembered.size > maxRemembered) remembered.delete(remembered.keys().next().value!)
      }
      return found
    },
    async [Symbol.asyncDispose]() {
      await keys?.[Symbol.asyncDispose]()
    },
  }
}
