import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KickServerOptions } from '../../src/demo/kick-server.ts'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'

const verifier = 'v'.repeat(43)
const redirectUri = 'http://localhost:4000/oauth/kick/callback?from=kick'
const minute = 60_000

let kick: KickFixture

const start = async (options: Partial<Omit<KickServerOptions, 'world'>> = {}) => {
  kick = await startKickFixture(options)
  kick.world.add({ id: 7, slug: 'nova', username: 'Nova' })
  kick.world.add({ id: 8, slug: 'orbit' })
  kick.world.goLive(8, { viewers: 12 })
}
beforeEach(() => start())
afterEach(() => kick[Symbol.asyncDispose]())

const asked = (changes: Record<string, string> = {}): Record<string, string> => ({
  client_id: kick.server.credentials.clientId,
  response_type: 'code',
  redirect_uri: redirectUri,
  state: 'the "state"',
  scope: 'user:read channel:read',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
  ...changes,
})
const authorize = (query: Record<string, string>) =>
  fetch(`${kick.server.url}/oauth/authorize?${new URLSearchParams(query)}`, { redirect: 'manual' })
const code = async (changes: Record<string, string> = {}): Promise<string> => {
  const response = await authorize(asked({ login: 'nova', ...changes }))
  return new URL(response.headers.get('location')!).searchParams.get('code')!
}
const app = () => {
  const { clientId, clientSecret } = kick.server.credentials
  return { client_id: clientId, client_secret: clientSecret }
}
// biome-ignore lint/suspicious/noExplicitAny: wire JSON under test
const token = async (form: Record<string, string>): Promise<{ status: number; body: any }> => {
  const response = await kick.tokenRequest({ ...app(), ...form })
  return { status: response.status, body: await response.json() }
}
const exchange = async (changes: Record<string, string> = {}) =>
  token({
    grant_type: 'authorization_code',
    code: changes.code ?? (await code()),
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  })
const get = async (path: string, accessToken: string) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  const response = await fetch(`${kick.server.url}${path}`, { headers })
  return { status: response.status, data: (await response.json()).data }
}

describe('GET /oauth/authorize', () => {
  it('sends whoever names a channel back with a code and the state', async () => {
    const response = await authorize(asked({ login: 'nova' }))
    expect(response.status).toBe(302)
    const location = new URL(response.headers.get('location')!)
    expect(location.origin + location.pathname).toBe('http://localhost:4000/oauth/kick/callback')
    expect(Object.fromEntries(location.searchParams)).toEqual({
      from: 'kick',
      code: expect.stringMatching(/^[\w-]{20,}$/),
      state: 'the "state"',
    })
  })

  it('shows a page of channels whose links do the same', async () => {
    kick.world.add({ id: 9, slug: 'gone', username: '<script>' })
    kick.world.add({ id: 10, slug: 'banned' })
    kick.world.ban(10)
    const response = await authorize(asked())
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const page = await response.text()
    expect(page).not.toContain('<script')
    const links = [...page.matchAll(/href="([^"]+)">([^<]+)</g)].map(([, href, name]) => [
      href!.replaceAll('&amp;', '&'),
      name,
    ])
    expect(links.map(([, name]) => name)).toEqual(['orbit', 'Nova', '&lt;script&gt;', 'Refuse'])
    const followed = await fetch(kick.server.url + links[1]![0], { redirect: 'manual' })
    const location = new URL(followed.headers.get('location')!)
    expect(location.searchParams.get('state')).toBe('the "state"')
    const { body } = await exchange({ code: location.searchParams.get('code')! })
    expect((await get('/public/v1/users', body.access_token)).data).toMatchObject([{ user_id: 7 }])
  })

  it('says so when the user refuses', async () => {
    const response = await authorize(asked({ deny: '1' }))
    const { searchParams } = new URL(response.headers.get('location')!)
    expect([searchParams.get('error'), searchParams.get('code')]).toEqual(['access_denied', null])
  })

  it.each([
    ['another app', { client_id: 'no' }],
    ['an address elsewhere', { redirect_uri: 'https://example.com/' }],
    ['an address that is none', { redirect_uri: 'localhost' }],
    ['no state', { state: '' }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['no challenge', { code_challenge: '' }],
    ['no scope', { scope: '' }],
    ['a scope that does not exist', { scope: 'user:read chat:read' }],
    ['another response type', { response_type: 'token' }],
    ['a channel that does not exist', { login: 'nobody' }],
  ])('refuses %s without sending anybody anywhere', async (_case, changes) => {
    const response = await authorize(asked({ login: 'nova', ...changes }))
    expect([response.status, await response.json()]).toEqual([400, { error: 'Invalid request' }])
  })

  it('knows only registered addresses when there are some', async () => {
    await kick[Symbol.asyncDispose]()
    await start({ redirectUris: ['https://app.example/back'] })
    expect((await authorize(asked({ login: 'nova' }))).status).toBe(400)
    const response = await authorize(asked({ login: 'nova', redirect_uri: 'https://app.example/back' }))
    expect(response.headers.get('location')).toMatch(/^https:\/\/app\.example\/back\?code=/)
  })
})

describe('a token of a user', () => {
  it('comes with a refresh token and the scopes, and lives for two hours', async () => {
    const { status, body } = await exchange()
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 7_200,
      refresh_token: expect.any(String),
      scope: 'user:read channel:read',
    })
    kick.advance(120 * minute - 1)
    expect((await get('/public/v1/users', body.access_token)).status).toBe(200)
    kick.advance(1)
    expect((await get('/public/v1/users', body.access_token)).status).toBe(401)
  })

  it('is for the user’s own channel where none is named, and for any other', async () => {
    const { access_token } = (await exchange()).body
    expect((await get('/public/v1/users', access_token)).data).toMatchObject([{ user_id: 7, name: 'Nova' }])
    expect((await get('/public/v1/channels', access_token)).data).toMatchObject([{ broadcaster_user_id: 7 }])
    expect((await get('/public/v1/users?id=8', access_token)).data).toMatchObject([{ user_id: 8 }])
    expect((await get('/public/v1/channels?slug=orbit', access_token)).data).toMatchObject([{ slug: 'orbit' }])
    expect((await kick.get('/public/v1/users')).status).toBe(400)
  })

  it('may do no more than its scopes', async () => {
    const { access_token } = (await exchange({ code: await code({ scope: 'channel:read' }) })).body
    expect((await get('/public/v1/users', access_token)).status).toBe(403)
    expect((await get('/public/v1/channels', access_token)).status).toBe(200)
    expect((await get('/public/v1/events/subscriptions', access_token)).status).toBe(403)
  })

  it('subscribes to events of the user’s own channel, whatever channel is named', async () => {
    const { access_token } = (await exchange({ code: await code({ scope: 'events:subscribe' }) })).body
    const response = await fetch(`${kick.server.url}/public/v1/events/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        broadcaster_user_id: 8,
        events: [{ name: 'channel.followed', version: 1 }],
        method: 'webhook',
      }),
    })
    expect(response.status).toBe(200)
    expect(kick.server.subscriptions.list()).toMatchObject([{ broadcasterUserId: 7, event: 'channel.followed' }])
  })

  it('is told apart from the app’s by introspection', async () => {
    const { access_token } = (await exchange()).body
    const response = await fetch(`${kick.server.url}/oauth/token/introspect`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect((await response.json()).data).toMatchObject({
      active: true,
      token_type: 'user',
      scope: 'user:read channel:read',
    })
  })

  it('comes once for a code, within ten minutes', async () => {
    const first = await code()
    expect((await exchange({ code: first })).status).toBe(200)
    expect(await exchange({ code: first })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    const second = await code()
    kick.advance(10 * minute)
    expect(await exchange({ code: second })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(43) }, 400, 'invalid_grant'],
    ['another address', { redirect_uri: 'http://localhost:4000/' }, 400, 'invalid_grant'],
    ['an unknown code', { code: 'x' }, 400, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 400, 'Invalid request'],
    ['a wrong secret', { client_secret: 'no' }, 401, 'invalid_client'],
  ])('does not come for %s', async (_case, changes, status, error) => {
    expect(await exchange(changes)).toMatchObject({ status, body: { error } })
  })

  it('is replaced by means of its refresh token, as often as one likes', async () => {
    const { refresh_token } = (await exchange()).body
    for (let n = 0; n < 2; n++) {
      const { body } = await token({ grant_type: 'refresh_token', refresh_token })
      expect(body).toMatchObject({ refresh_token, scope: 'user:read channel:read' })
      expect((await get('/public/v1/users', body.access_token)).data).toMatchObject([{ user_id: 7 }])
    }
    await fetch(`${kick.server.url}/oauth/revoke?token=${refresh_token}`, { method: 'POST' })
    expect((await token({ grant_type: 'refresh_token', refresh_token })).body.error).toBe('invalid_grant')
  })

  it('is replaced together with its refresh token when the platform rotates them', async () => {
    await kick[Symbol.asyncDispose]()
    await start({ rotatesRefreshTokens: true })
    const { refresh_token } = (await exchange()).body
    const { body } = await token({ grant_type: 'refresh_token', refresh_token })
    expect(body.refresh_token).not.toBe(refresh_token)
    expect((await token({ grant_type: 'refresh_token', refresh_token })).body.error).toBe('invalid_grant')
    expect((await token({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).status).toBe(200)
  })
})
