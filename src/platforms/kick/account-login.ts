import * as oauth from 'oauth4webapi'
import type { AccountLogin, LoginRequest, LoginResult } from '../account-login.ts'
import type { AdapterOptions } from '../api-host.ts'
import type { AppCredentials } from '../app-token.ts'
import { createHttp, type HttpOptions } from '../http.ts'
import type { ProfileObservation } from '../platform.ts'
import { readObject, readUserId } from '../read-fields.ts'
import { systemTimer } from '../timer.ts'
import type { KickAccess } from './kick-platform.ts'
import { readChannels, readUsers } from './read-channel.ts'

const scope = 'user:read channel:read'

/** What a login needs. */
export type KickLoginOptions = KickAccess &
  Pick<AdapterOptions, 'clock' | 'log' | 'timeoutMs'> &
  Pick<HttpOptions, 'onRecord'> & {
    /** Who we are now, where that may change. */
    credentials?: () => AppCredentials
  }

type Tokens = { access: string; refresh: string | undefined }

/** Kick gave no usable answer. */
class Unanswered extends Error {}

/** Logging in to Kick: authorization code with PKCE, who the user is by their own token, and the token is revoked. */
export const createKickLogin = (options: KickLoginOptions): AccountLogin => {
  const { apiUrl, idUrl, clock, log, onRecord, timeoutMs = 10_000, credentials = () => options } = options
  const shared = { platform: 'kick', timeoutMs, maxConnections: 4, clock, timer: systemTimer, onRecord } as const
  const id = createHttp({ ...shared, baseUrl: idUrl })
  const api = createHttp({ ...shared, baseUrl: apiUrl })
  const server: oauth.AuthorizationServer = { issuer: idUrl, token_endpoint: `${idUrl}/oauth/token` }
  const clientNow = (): oauth.Client => ({ client_id: credentials().clientId })

  /** The token endpoint through the connections, limits and headers of every other call. */
  const fetchToken = async (_url: string, { headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
    const answer = await id.send({ method: 'POST', path: '/oauth/token', headers, body: body.toString() })
    if (answer.status === null || answer.status >= 500 || answer.status === 429) throw new Unanswered()
    return Response.json(answer.body ?? null, { status: answer.status })
  }

  const redeem = async (parameters: URLSearchParams, { redirectUri, codeVerifier }: LoginRequest): Promise<Tokens> => {
    const client = clientNow()
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(credentials().clientSecret),
      parameters,
      redirectUri,
      codeVerifier,
      { [oauth.customFetch]: fetchToken, [oauth.allowInsecureRequests]: idUrl.startsWith('http:') },
    )
    const { access_token, refresh_token } = await oauth.processAuthorizationCodeResponse(server, client, response)
    return { access: access_token, refresh: refresh_token }
  }

  const ask = async (path: string, token: string): Promise<unknown> => {
    const { body, failure } = await api.send({ path, headers: { authorization: `Bearer ${token}` } })
    if (failure !== null) throw new Unanswered(failure.message)
    return body
  }

  const whoIs = async (token: string): Promise<ProfileObservation> => {
    const users = await ask('/public/v1/users', token)
    const rows = readObject(users).data
    const userId = Array.isArray(rows) && rows.length === 1 ? readUserId(readObject(rows[0]).user_id) : undefined
    if (userId === undefined) throw new Unanswered('the answer does not name one user')
    const self = new Set([userId])
    const user = readUsers(users, self)
    const channel = readChannels(await ask('/public/v1/channels', token), self)
    return {
      platformUserId: userId,
      ...(channel.ok && channel.value.get(userId)),
      ...(user.ok && user.value.get(userId)),
    }
  }

  const revoke = async (token: string, hint: string): Promise<void> => {
    const query = new URLSearchParams({ token, token_hint_type: hint }).toString()
    const { failure } = await id.send({ method: 'POST', path: '/oauth/revoke', query, bodyless: true })
    if (failure !== null)
      log.warn({ platform: 'kick', reason: failure.message }, 'the token of a user could not be revoked')
  }

  /** The parameters as the library wants them, or what they say instead of a code. */
  const checked = (parameters: URLSearchParams, state: string): URLSearchParams | 'denied' | 'refused' => {
    try {
      return parameters.has('error') || (parameters.get('code') && parameters.getAll('code').length === 1)
        ? oauth.validateAuthResponse(server, clientNow(), parameters, state)
        : 'refused'
    } catch (error) {
      return error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied' ? 'denied' : 'refused'
    }
  }

  const failed = (error: unknown): LoginResult => {
    if (error instanceof oauth.ResponseBodyError && error.error !== 'invalid_client') return { kind: 'refused' }
    if (error instanceof Unanswered || error instanceof oauth.OperationProcessingError) {
      log.warn({ platform: 'kick', reason: error.message }, 'a login could not be completed')
      return { kind: 'unavailable' }
    }
    if (error instanceof oauth.ResponseBodyError) {
      log.error({ platform: 'kick' }, 'the client id or secret was refused at a login')
      return { kind: 'unavailable' }
    }
    throw error
  }

  return {
    platform: 'kick',
    get secret() {
      return credentials().clientSecret
    },

    authorizeUrl: async ({ redirectUri, state, codeVerifier }) => {
      const query = new URLSearchParams({
        // Kick's page turns the first mention of this address into another one; it must not be that of the redirect.
        ...(redirectUri.includes('127.0.0.1') && { first: '127.0.0.1' }),
        response_type: 'code',
        client_id: credentials().clientId,
        redirect_uri: redirectUri,
        scope,
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      })
      return `${idUrl}/oauth/authorize?${query}`
    },

    identify: async (parameters, request) => {
      const answer = checked(parameters, request.state)
      if (typeof answer === 'string') return { kind: answer }
      try {
        const observedAt = new Date(clock())
        const tokens = await redeem(answer, request)
        try {
          return { kind: 'user', profile: await whoIs(tokens.access), observedAt }
        } finally {
          await Promise.all([
            revoke(tokens.access, 'access_token'),
            tokens.refresh === undefined ? undefined : revoke(tokens.refresh, 'refresh_token'),
          ])
        }
      } catch (error) {
        return failed(error)
      }
    },

    [Symbol.asyncDispose]: async () => {
      await Promise.all([id[Symbol.asyncDispose](), api[Symbol.asyncDispose]()])
    },
  }
}
