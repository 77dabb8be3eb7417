import { type Answer, badRequest } from './answer.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'
import { authorizePage } from './authorize-page.ts'
import type { World } from './world.ts'

/** What a user can allow an app. */
const knownScopes = new Set([
  'user:read',
  'channel:read',
  'channel:write',
  'channel:rewards:read',
  'channel:rewards:write',
  'chat:write',
  'streamkey:read',
  'events:subscribe',
  'moderation:ban',
  'moderation:chat_message:manage',
  'kicks:read',
  'ads:read',
  'ads:write',
])

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

const isLoopback = (uri: string): boolean => {
  const url = URL.parse(uri)
  return url !== null && url.protocol === 'http:' && loopback.has(url.hostname) && url.hash === ''
}

const redirect = (uri: string, values: Record<string, string>): Answer => {
  const url = new URL(uri)
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value)
  return { status: 302, body: '', headers: { location: url.href, 'cache-control': 'no-store' } }
}

/**
 * The page where a user allows the app something, by choosing who they are: `login=<slug>` chooses at once, `deny=1` refuses.
 * Redirects go to the registered addresses, or to this machine when none are registered.
 */
export const createAuthorize =
  ({
    world,
    codes,
    clientId,
    redirectUris,
  }: {
    world: World
    codes: AuthorizationCodes
    clientId: string
    redirectUris: readonly string[] | undefined
  }): ((query: URLSearchParams) => Answer) =>
  (query) => {
    const value = (name: string): string => query.get(name) ?? ''
    const redirectUri = value('redirect_uri')
    const isOurs = redirectUris ? redirectUris.includes(redirectUri) : isLoopback(redirectUri)
    if (value('client_id') !== clientId || !isOurs) return badRequest

    const scopes = value('scope').split(' ').filter(Boolean)
    const codeChallenge = value('code_challenge')
    const isComplete =
      value('response_type') === 'code' &&
      value('state') !== '' &&
      value('code_challenge_method') === 'S256' &&
      /^[\w-]{43}$/.test(codeChallenge) &&
      scopes.length > 0 &&
      scopes.every((scope) => knownScopes.has(scope))
    if (!isComplete) return badRequest

    const state = value('state')
    if (query.has('deny')) return redirect(redirectUri, { error: 'access_denied', state })
    if (!query.has('login')) return authorizePage(world, query)
    const channel = world.bySlug(value('login'))
    if (!channel) return badRequest
    return redirect(redirectUri, {
      code: codes.issue({ userId: channel.id, scopes, redirectUri, codeChallenge }),
      state,
    })
  }
