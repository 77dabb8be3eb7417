import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'

/** What a user has allowed the app, and the challenge by which the app proves that it asked. */
type Authorization = { userId: number; scopes: readonly string[]; redirectUri: string; codeChallenge: string }

/** The codes between a user's consent and the app's tokens. */
export type AuthorizationCodes = {
  issue(authorization: Authorization): string
  /** The authorization if code, address and verifier belong together; else null. The code is used up in any case. */
  redeem(code: string, redirectUri: string, codeVerifier: string): Authorization | null
}

const lifetimeMs = 600_000
const maxCodes = 1_000

/** Makes codes that are valid for ten minutes; only the newest 1,000 are kept. */
export const createAuthorizationCodes = (clock: Clock): AuthorizationCodes => {
  const codes = new Map<string, Authorization & { expiresAt: number }>()
  return {
    issue(authorization) {
      const code = randomBytes(24).toString('base64url')
      codes.set(code, { ...authorization, expiresAt: clock() + lifetimeMs })
      if (codes.size > maxCodes) codes.delete(codes.keys().next().value!)
      return code
    },
    redeem(code, redirectUri, codeVerifier) {
      const found = codes.get(code)
      codes.delete(code)
      if (!found || clock() >= found.expiresAt || found.redirectUri !== redirectUri) return null
      const challenge = createHash('sha256').update(codeVerifier).digest('base64url')
      return challenge === found.codeChallenge ? found : null
    },
  }
}
