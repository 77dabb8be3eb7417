import { randomBytes } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { type Answer, ok, unauthorized } from './answer.ts'

/** Id and secret of the app that may ask for tokens. */
export type AppCredentials = { clientId: string; clientSecret: string }

/** The token endpoints of the simulated platform and the tokens they issued. */
export type OAuth = {
  /** The token endpoint; the arguments are the content type and the body of the request. */
  token(contentType: string | undefined, body: string): Answer
  revoke(query: URLSearchParams): Answer
  introspect(authorization: string | undefined): Answer
  /** Whether the header carries a token that is issued, not revoked and not expired. */
  accepts(authorization: string | undefined): boolean
  /** The token in this header, or all without one, stop working although they have not expired. */
  invalidate(authorization?: string): void
}

const maxTokens = 1_000

const oauthError = (status: number, error: string, description: string): Answer => ({
  status,
  body: JSON.stringify({ error, error_description: description }),
  headers: { 'cache-control': 'no-store' },
})

const badRequest: Answer = { status: 400, body: JSON.stringify({ error: 'Invalid request' }) }

const bearer = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]

/** Issues opaque app tokens of `tokenLifetimeSeconds`; only the newest 1,000 are remembered. */
export const createOAuth = ({
  clock,
  clientId,
  clientSecret,
  tokenLifetimeSeconds,
}: AppCredentials & { clock: Clock; tokenLifetimeSeconds: number }): OAuth => {
  const expiries = new Map<string, number>()

  const expiryOf = (authorization: string | undefined): number | null => {
    const expiry = expiries.get(bearer(authorization) ?? '')
    return expiry !== undefined && clock() < expiry ? expiry : null
  }

  const grants: Record<string, (form: URLSearchParams) => Answer> = {
    client_credentials() {
      const token = randomBytes(36).toString('base64url')
      expiries.set(token, clock() + tokenLifetimeSeconds * 1000)
      if (expiries.size > maxTokens) expiries.delete(expiries.keys().next().value!)
      return {
        status: 200,
        body: JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds }),
        headers: { 'cache-control': 'no-store' },
      }
    },
    refresh_token: () => oauthError(400, 'invalid_grant', 'The refresh token is invalid, expired or revoked.'),
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
      expiries.delete(token)
      return { status: 200, body: 'OK', contentType: 'text/plain; charset=utf-8' }
    },
    introspect(authorization) {
      if (bearer(authorization) === undefined) return unauthorized
      const expiry = expiryOf(authorization)
      return ok(
        JSON.stringify({
          active: expiry !== null,
          client_id: expiry === null ? '' : clientId,
          token_type: expiry === null ? '' : 'app',
          scope: '',
          exp: expiry === null ? 0 : Math.floor(expiry / 1000),
        }),
      )
    },
    accepts: (authorization) => expiryOf(authorization) !== null,
    invalidate(authorization) {
      if (authorization === undefined) expiries.clear()
      else expiries.delete(bearer(authorization) ?? '')
    },
  }
}
