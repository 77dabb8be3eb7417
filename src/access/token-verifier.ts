import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { type Clock, type Steady, systemSteady } from '../lib/clock.ts'
import { ApiError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Identity, Role } from './identity.ts'
import { createTokenKeys } from './token-keys.ts'

/** How the JWTs are signed that are accepted, and what else they must say. */
export type TokenSettings = ({ jwksUrl: string } | { secret: string }) & {
  issuer?: string | undefined
  audience?: string | undefined
}

/**
 * Why a JWT lets nobody in: it is not genuine or not in force, its time is over, it carries no role of ours, or it calls its holder by
 * a text that can not be kept.
 */
export type TokenRefusal = { refused: 'invalid' | 'expired' | 'role' | 'naming' }

/** Checks JWTs. */
export type TokenVerifier = {
  /** Who a token says the caller is; UNAVAILABLE where the key it names can not be looked up now. */
  verify(token: string, digest: Buffer): Promise<Identity | TokenRefusal>
  [Symbol.asyncDispose](): Promise<void>
}

/** Whether a text has the form of a signed JWT. */
export const isToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)

// Never both: a public key must not be taken for the secret of an HMAC.
const symmetric = ['HS256']
const asymmetric = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

const roles: readonly Role[] = ['PUBLIC', 'OPERATOR', 'ADMIN']
const maxNameLength = 100
// As OpenID Connect has it. One that were cut could be that of somebody else.
const maxSubjectLength = 255
// No database keeps NUL or half a character, and no log should show a line break of somebody else's.
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const latestInstant = 8.64e15

// How far ahead the issuer's clock may be; a token ends at its own instant all the same.
const clockTolerance = 30

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null)

/** Who the claims mean, or why they mean nobody. */
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

/** Remembers for a minute what it has checked, so that a caller who asks often costs one signature. */
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
