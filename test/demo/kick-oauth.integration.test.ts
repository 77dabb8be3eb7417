import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KickFixture, startKickFixture } from '../support/platforms/kick-fixture.ts'

const app = { client_id: 'the-app', client_secret: 's3cret & more' }
const grant = { grant_type: 'client_credentials', ...app }

let kick: KickFixture

beforeEach(async () => {
  kick = await startKickFixture({ clientId: app.client_id, clientSecret: app.client_secret })
})
afterEach(() => kick[Symbol.asyncDispose]())

const post = (path: string, token?: string) =>
  fetch(`${kick.server.url}${path}`, { method: 'POST', headers: token ? { authorization: `Bearer ${token}` } : {} })
const status = async () => (await kick.get('/public/v1/livestreams/stats')).status

describe('POST /oauth/token', () => {
  it('issues an opaque app token for 60 days without refresh token and scope', async () => {
    const response = await kick.tokenRequest(grant)
    expect(response.status).toBe(200)
    const body = (await response.json()) as { access_token: string }
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 5_184_000 })
    expect(body.access_token.length).toBe(48)
  })

  it('accepts a token until the instant it expires', async () => {
    expect(await status()).toBe(200)
    kick.advance(5_184_000_000 - 1)
    expect(await status()).toBe(200)
    kick.advance(1)
    expect(await status()).toBe(401)
  })

  it.each([
    ['a wrong secret', { ...grant, client_secret: 'no' }, 401, 'invalid_client'],
    ['an unknown app', { ...grant, client_id: 'no' }, 401, 'invalid_client'],
    ['no secret', { grant_type: grant.grant_type, client_id: app.client_id }, 400, 'Invalid request'],
    ['no grant type', app, 400, 'Invalid request'],
    ['a code alone', { ...grant, grant_type: 'authorization_code', code: 'x' }, 400, 'Invalid request'],
    ['an unknown grant', { ...grant, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [
      'a grant named like a method of every object',
      { ...grant, grant_type: 'toString' },
      400,
      'unsupported_grant_type',
    ],
    ['a refresh token', { ...grant, grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
  ])('refuses %s without the envelope of the API', async (_case, form, expected, error) => {
    const response = await kick.tokenRequest(form)
    expect(response.status).toBe(expected)
    const body = await response.json()
    expect(body).toMatchObject({ error })
    expect(body).not.toHaveProperty('message')
  })

  it('refuses a body that is not a form', async () => {
    const response = await fetch(`${kick.server.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(grant),
    })
    expect([response.status, await response.json()]).toEqual([400, { error: 'Invalid request' }])
  })
})

describe('tokens', () => {
  it('tells by introspection whether a token is active and until when', async () => {
    const token = await kick.authorize()
    const active = await (await post('/oauth/token/introspect', token)).json()
    const exp = kick.now() / 1000 + 5_184_000
    expect(active).toEqual({
      data: { active: true, client_id: app.client_id, token_type: 'app', scope: '', exp },
      message: 'OK',
    })
    const unknown = await post('/oauth/token/introspect', 'unknown')
    expect([unknown.status, await unknown.json()]).toMatchObject([200, { data: { active: false } }])
    expect((await post('/oauth/token/introspect')).status).toBe(401)
  })

  it.each(['token_hint_type', 'token_type_hint'])('stops accepting a revoked token (%s)', async (hint) => {
    const token = await kick.authorize()
    const response = await post(`/oauth/revoke?token=${token}&${hint}=access_token`)
    expect([response.status, await response.text()]).toEqual([200, 'OK'])
    expect(await status()).toBe(401)
    expect((await post(`/oauth/revoke?token=${token}`)).status).toBe(200)
    expect((await post('/oauth/revoke')).status).toBe(400)
  })

  it('stops accepting all tokens when told so, and accepts a new one', async () => {
    kick.server.invalidateTokens()
    expect(await status()).toBe(401)
    await kick.authorize()
    expect(await status()).toBe(200)
  })
})
