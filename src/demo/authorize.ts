import { type Answer, badRequest } from './answer.ts'
import type { AuthorizationCodes } from './authorization-codes.ts'
import { words } from './name-words.ts'
import type { World } from './world.ts'

const shown = 24

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!)

/** A page to choose a channel from, those with the largest audience first. Each is a link that grants what the query asks for. */
const authorizePage = (world: World, query: URLSearchParams): Answer => {
  const now = world.clock()
  const link = (name: string, value: string): string => {
    const next = new URLSearchParams(query)
    next.set(name, value)
    return escapeHtml(`/oauth/authorize?${next}`)
  }
  const channels = [...world.channels()]
    .filter(({ banned }) => !banned)
    .map((channel) => ({ channel, viewers: world.isListed(channel, now) ? world.viewers(channel, now) : 0 }))
    .sort((a, b) => b.viewers - a.viewers)
    .slice(0, shown)
  const items = channels.map(
    ({ channel, viewers }) =>
      `<li><a href="${link('login', channel.slug)}">${escapeHtml(channel.username)}</a>${viewers ? ` <small>live, ${viewers} watching</small>` : ''}</li>`,
  )
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  return {
    status: 200,
    contentType: 'text/html; charset=utf-8',
    headers: { 'cache-control': 'no-store' },
    body: `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Log in to the simulated Kick</title>
<style>body{font:16px/1.6 system-ui;max-width:34rem;margin:2rem auto;padding:0 1rem}ul{columns:2;padding:0;list-style:none}small{color:#777}</style>
<h1>Who are you?</h1>
<p>This is the simulated platform. Choose a channel to be: the app gets <code>${escapeHtml(query.get('scope') ?? '')}</code>.</p>
<ul>${items.join('\n')}</ul>
<form action="/oauth/authorize">${hidden.join('')}<label>Another channel: <input name="login" required></label> <button>Log in</button></form>
<p><a href="${link('deny', '1')}">Refuse</a></p>
</html>
`,
  }
}

/** What a user can allow an app. */
const knownScopes = new Set(
  words(`
    user:read channel:read channel:write channel:rewards:read channel:rewards:write chat:write streamkey:read
    events:subscribe moderation:ban moderation:chat_message:manage kicks:read ads:read ads:write
  `),
)

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

/** Answers `/oauth/authorize`: a user says who they are (`login=<slug>`) and grants scopes or refuses (`deny=1`). */
export const createAuthorize =
  (world: World, codes: AuthorizationCodes, clientId: string, redirectUris: readonly string[] | undefined) =>
  (query: URLSearchParams): Answer => {
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
    const code = codes.issue({ userId: channel.id, scopes, redirectUri, codeChallenge })
    return redirect(redirectUri, { code, state })
  }
