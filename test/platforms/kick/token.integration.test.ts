import { describe, expect, it } from 'vitest'
import { type KickScript, startKickAgainst, tokenReply } from '../../support/platforms/kick-against.ts'
import type { Reply, SeenRequest } from '../../support/platforms/scripted-http.ts'

const nobody: Reply = { json: { data: [], message: 'OK' } }
const unauthorized: Reply = { status: 401, json: { data: null, message: 'Unauthorized' } }
const bearer = (request: SeenRequest) => request.headers.authorization?.replace('Bearer ', '')

/** An API that takes only this token. */
const onlyAccepts =
  (token: string): KickScript['api'] =>
  (request) =>
    bearer(request) === token ? nobody : unauthorized

describe('the app token', () => {
  it('is asked for by client credentials in a form', async () => {
    await using setup = await startKickAgainst({ api: () => nobody })
    await setup.kick.fetchLive(['1'])
    const [request] = setup.server.seen
    expect(request).toMatchObject({ method: 'POST', path: '/oauth/token' })
    expect(request!.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(request!.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'very-secret',
    })
  })

  it('is minted once for all who need it at the same moment', async () => {
    await using setup = await startKickAgainst({ api: () => nobody })
    const results = await Promise.all(Array.from({ length: 20 }, () => setup.kick.fetchLive(['1'])))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(setup.mints()).toBe(1)
    expect(results.flatMap(({ otherCalls = [] }) => otherCalls)).toHaveLength(1)
  })

  it('is replaced shortly before it expires, and not earlier', async () => {
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: (_request, number) => tokenReply(`token-${number}`, 3_600),
    })
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(3_539_000)
    await setup.kick.fetchLive(['1'])
    expect(setup.mints()).toBe(1)
    await setup.timer.advance(1_000)
    await setup.kick.fetchLive(['1'])
    expect(setup.mints()).toBe(2)
    expect(bearer(setup.apiCalls().at(-1)!)).toBe('token-2')
  })

  it.each([undefined, null, 0, -5, 'soon'])('is kept for an hour when its life is %j', async (expiresIn) => {
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: () => ({ json: { access_token: 'token', expires_in: expiresIn } }),
    })
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(3_500_000)
    await setup.kick.fetchLive(['1'])
    expect(setup.mints()).toBe(1)
  })

  it('refused early is replaced once and the call repeated', async () => {
    await using setup = await startKickAgainst({ api: onlyAccepts('token-2') })
    const result = await setup.kick.fetchLive(['1'])
    expect(result.ok).toBe(true)
    expect(setup.mints()).toBe(2)
    expect(result.otherCalls?.map(({ endpoint, status }) => `${status} ${endpoint}`)).toEqual([
      '200 /oauth/token',
      '401 /public/v1/users/livestreams',
      '200 /oauth/token',
    ])
  })

  it('refused to many calls at once is replaced once for all of them', async () => {
    const waiting: (() => void)[] = []
    const api = async (request: SeenRequest): Promise<Reply> => {
      if (bearer(request) !== 'token-1') return nobody
      // All ten are under way with the old token before the first of them is refused.
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        if (waiting.length === 10) for (const go of waiting) go()
      })
      return unauthorized
    }
    await using setup = await startKickAgainst({ api })
    const results = await Promise.all(Array.from({ length: 10 }, () => setup.kick.fetchLive(['1'])))
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(setup.mints()).toBe(2)
  })

  it('refused again right after it was minted is a failure of that call, with one repetition', async () => {
    await using setup = await startKickAgainst({ api: () => unauthorized })
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unauthorized', status: 401 },
    })
    expect(setup.apiCalls()).toHaveLength(2)
    expect(setup.mints()).toBe(2)
  })

  it('refused over and over opens the circuit, so that neither host is pestered', async () => {
    await using setup = await startKickAgainst({ api: () => unauthorized })
    for (let i = 0; i < 50; i++) await setup.kick.fetchLive(['1'])
    expect(setup.apiCalls()).toHaveLength(10)
    expect(setup.mints()).toBe(6)
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unavailable', status: null, retryAfterMs: 1_000 },
    })
  })
})

describe('a token host that fails', () => {
  const invalidClient: Reply = { status: 401, json: { error: 'invalid_client', error_description: 'very-secret' } }

  it.each([
    ['wrong credentials with 401', invalidClient, 'unauthorized'],
    ['wrong credentials with 400', { status: 400, json: { error: 'Invalid request' } }, 'unauthorized'],
    ['an edge block', { status: 403, json: { error: 'Request blocked by security policy.' } }, 'blocked'],
    ['an error page', { status: 503, text: '<html>very-secret</html>' }, 'unavailable'],
    ['too many requests', { status: 429, text: '' }, 'rate-limited'],
    ['an answer without a token', { json: { token_type: 'Bearer' } }, 'malformed'],
    ['a token that fits no header', { json: { access_token: 'a\r\nb' } }, 'malformed'],
    ['truncated JSON', { text: '{"access_token":"abc' }, 'malformed'],
    ['a closed connection', 'half', 'unavailable'],
  ] as const)(
    'by %s makes calls fail as %s, without asking the API and without the secret',
    async (_name, reply, kind) => {
      await using setup = await startKickAgainst({ api: () => nobody, token: () => reply as Reply })
      const result = await setup.kick.fetchLive(['1'])
      expect(result).toMatchObject({ ok: false, failure: { kind }, call: { status: null } })
      expect(JSON.stringify(result)).not.toMatch(/very-secret|abc/)
      expect(setup.apiCalls()).toHaveLength(0)
    },
  )

  it('is asked again only after a growing pause, and then forgiven', async () => {
    let well = false
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: () => (well ? tokenReply('token', 3_600) : invalidClient),
    })
    const ask = async () => {
      const result = await setup.kick.fetchLive(['1'])
      return result.ok ? 'ok' : result.failure.retryAfterMs
    }
    expect([await ask(), await ask(), setup.mints()]).toEqual([1_000, 1_000, 1])
    await setup.timer.advance(400)
    expect([await ask(), setup.mints()]).toEqual([600, 1])
    await setup.timer.advance(600)
    expect([await ask(), setup.mints()]).toEqual([2_000, 2])
    await setup.timer.advance(2_000)
    well = true
    expect([await ask(), setup.mints()]).toEqual(['ok', 3])
    well = false
    await setup.timer.advance(3_600_000)
    expect([await ask(), setup.mints()]).toEqual([1_000, 4])
  })

  it('tells nothing about the API, which is called as soon as there is a token', async () => {
    let well = false
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: () => (well ? tokenReply('token') : { status: 503, headers: { 'retry-after': '1' }, text: '' }),
    })
    for (let i = 0; i < 10; i++) {
      expect(await setup.kick.fetchLive(['1'])).toMatchObject({ ok: false, failure: { retryAfterMs: 1_000 } })
      await setup.timer.advance(1_000)
    }
    well = true
    expect((await setup.kick.fetchLive(['1'])).ok).toBe(true)
  })

  it('is left alone for as long as it asks', async () => {
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: () => ({ status: 429, headers: { 'retry-after': '90' }, text: '' }),
    })
    await setup.kick.fetchLive(['1'])
    await setup.timer.advance(89_000)
    expect(await setup.kick.fetchLive(['1'])).toMatchObject({ failure: { kind: 'rate-limited', retryAfterMs: 1_000 } })
    expect(setup.mints()).toBe(1)
  })

  it('holds up a caller no longer than the caller wants, and the others still get their token', async () => {
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await using setup = await startKickAgainst({
      api: () => nobody,
      token: async () => {
        asked.resolve()
        await gate.promise
        return tokenReply('token')
      },
    })
    const leaving = new AbortController()
    const first = setup.kick.fetchLive(['1'], leaving.signal)
    const second = setup.kick.fetchLive(['1'])
    await asked.promise
    leaving.abort()
    expect(await first).toMatchObject({ ok: false, failure: { status: null } })
    gate.resolve()
    expect((await second).ok).toBe(true)
    expect(setup.mints()).toBe(1)
  })
})
