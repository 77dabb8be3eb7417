import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { type Answer, badRequest, ok, type Principal, unauthorized } from './answer.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'

/** Id and secret of the app that may ask for tokens. */
export type AppCredentials = { clientId: string; clientSecret: string }

/** The token endpoints of the simulated platform and the tokens they issued. */
export type OAuth = {
  /** The token endpoint; the arguments are the content type and the body of the request. */
  token(contentType: string | undefined, body: string): Answer
  revoke(query: URLSearchParams): Answer
  introspect(authorization: string | undefined): Answer
  /** Whom the token in this header stands for; null unless it was issued and neither revoked nor expired. */
  principalOf(authorization: string | undefined): Principal | null
  /** Makes the access token in this header invalid, or all access tokens without a header. */
  invalidate(authorization?: string): void
}

type OAuthOptions = AppCredentials & { clock: Clock; rotatesRefreshTokens: boolean; codes: AuthorizationCodes }
type User = Principal & { kind: 'user' }
type Token = { principal: Principal; expiresAt: number }

const maxTokens = 1_000
const appLifetimeSeconds = 60 * 86_400
const userLifetimeSeconds = 7_200

const oauthError = (status: number, error: string, description: string): Answer => ({
  status,
  body: JSON.stringify({ error, error_description: description }),
  headers: { 'cache-control': 'no-store' },
})

const invalidGrant = oauthError(400, 'invalid_grant', 'The grant is invalid, expired, used or revoked.')

const bearer = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]

/** A new opaque token for a value; only the newest 1,000 are kept. */
const issue = <V>(tokens: Map<string, V>, value: V): string => {
  const token = randomBytes(36).toString('base64url')
  tokens.set(token, value)
  if (tokens.size > maxTokens) tokens.delete(tokens.keys().next().value!)
  return token
}

/** Issues opaque tokens; a refresh token can be used again unless `rotatesRefreshTokens`. */
export const createOAuth = (options: OAuthOptions): OAuth => {
  const { clock, clientId, clientSecret, rotatesRefreshTokens, codes } = options
  const accessTokens = new Map<string, Token>()
  const refreshTokens = new Map<string, User>()

  const validToken = (authorization: string | undefined): Token | null => {
    const token = accessTokens.get(bearer(authorization) ?? '')
    return token && clock() < token.expiresAt ? token : null
  }

  const tokenAnswer = (principal: Principal, lifetimeSeconds: number, more: object = {}): Answer => {
    const token = issue(accessTokens, { principal, expiresAt: clock() + lifetimeSeconds * 1000 })
    return {
      status: 200,
      body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds, ...more }),
      headers: { 'cache-control': 'no-store' },
    }
  }
  const userAnswer = (user: User, refreshToken: string): Answer =>
    tokenAnswer(user, userLifetimeSeconds, { refresh_token: refreshToken, scope: user.scopes.join(' ') })

  const grants: Record<string, (form: URLSearchParams) => Answer> = {
    client_credentials: () => tokenAnswer({ kind: 'app' }, appLifetimeSeconds),
    authorization_code(form) {
      const [code, redirectUri, verifier] = [form.get('code'), form.get('redirect_uri'), form.get('code_verifier')]
      if (!code || !redirectUri || !verifier) return badRequest
      const allowed = codes.redeem(code, redirectUri, verifier)
      if (!allowed) return invalidGrant
      const user: User = { kind: 'user', userId: allowed.userId, scopes: allowed.scopes }
      return userAnswer(user, issue(refreshTokens, user))
    },
    refresh_token(form) {
      const token = form.get('refresh_token') ?? ''
      const user = refreshTokens.get(token)
      if (!user) return invalidGrant
      if (!rotatesRefreshTokens) return userAnswer(user, token)
      refreshTokens.delete(token)
      return userAnswer(user, issue(refreshTokens, user))
    },
  }

  return {
    token(contentType, body) {
      if (!contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')) return badRequest
      const form = new URLSearchParams(body)
      const grantType = form.get('grant_type')
      if (!grantType || !form.get('client_id') || !form.get('client_secret')) return badRequest
      if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
        return oauthError(401, 'invalid_client', 'Client authentication failed.')
      }
      const grant = Object.hasOwn(grants, grantType) ? grants[grantType] : undefined
      return grant?.(form) ?? oauthError(400, 'unsupported_grant_type', `The grant type ${grantType} is not supported.`)
    },
    revoke(query) {
      const token = query.get('token')
      if (!token) return badRequest
      accessTokens.delete(token)
      refreshTokens.delete(token)
      return { status: 200, body: 'OK', contentType: 'text/plain; charset=utf-8' }
    },
    introspect(authorization) {
      if (bearer(authorization) === undefined) return unauthorized
      const token = validToken(authorization)
      return ok(
        JSON.stringify({
          active: token !== null,
          client_id: token ? clientId : '',
          token_type: token?.principal.kind ?? '',
          scope: token?.principal.kind === 'user' ? token.principal.scopes.join(' ') : '',
          exp: token ? Math.floor(token.expiresAt / 1000) : 0,
        }),
      )
    },
    principalOf: (authorization) => validToken(authorization)?.principal ?? null,
    invalidate(authorization) {
      if (authorization === undefined) accessTokens.clear()
      else accessTokens.delete(bearer(authorization) ?? '')
    },
  }
}
