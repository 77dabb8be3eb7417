import { describe, expect, it } from 'vitest'
import type { Reply } from '../../support/platforms/scripted-http.ts'
import { startTwitchAgainst } from '../../support/platforms/twitch-against.ts'

const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))

describe('every call', () => {
  it('carries the app token and the id of the app', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.add({ id: '1' })
    expect((await setup.twitch.fetchLive(['1'])).ok).toBe(true)
    expect(setup.server.apiCalls()[0]!.headers).toMatchObject({
      'client-id': 'twitch-client',
      authorization: 'Bearer app-token-1',
    })
  })

  it('is repeated once with a new token when the old one is refused early', async () => {
    await using setup = await startTwitchAgainst()
    await setup.twitch.fetchLive(['1'])
    setup.server.invalidateTokens()
    const result = await setup.twitch.fetchLive(['1'])
    expect(result.ok).toBe(true)
    expect(result.otherCalls?.map(({ endpoint, status }) => `${status} ${endpoint}`)).toEqual([
      '401 /streams',
      '200 /oauth2/token',
    ])
  })

  it.each([
    ['an HTML error page', { status: 500, text: '<html>oops app-token-1</html>' }, 'unavailable', 500],
    ['truncated JSON', { text: '{"data":[{"user_id":"1"' }, 'malformed', 200],
    ['a connection that ends in the middle, twice', 'half', 'unavailable', null],
    ['another shape', { json: { streams: [] } }, 'malformed', 200],
    ['rows that name nobody', { json: { data: [{ type: 'live' }] } }, 'malformed', 200],
    ['a refusal', { status: 400, json: { error: 'Bad Request', status: 400, message: 'no' } }, 'rejected', 400],
  ] as const)('that gets %s says nothing about the channels', async (_name, reply, kind, status) => {
    await using setup = await startTwitchAgainst()
    setup.server.next(reply as Reply)
    if (reply === 'half') setup.server.next(reply)
    const result = await setup.twitch.fetchLive(['1'])
    expect(result).toMatchObject({ ok: false, failure: { kind, status } })
    expect(JSON.stringify(result)).not.toMatch(/app-token|twitch-secret/)
    expect(!result.ok && result.failure.message).not.toContain('html')
  })

  it('after a 429 waits until the rate limit is renewed, and goes on then', async () => {
    await using setup = await startTwitchAgainst()
    const date = new Date(Date.UTC(2020, 0, 1)).toUTCString()
    const headers = { date, 'ratelimit-remaining': '0', 'ratelimit-reset': String(Date.UTC(2020, 0, 1) / 1000 + 42) }
    setup.server.next({ status: 429, headers, json: { error: 'Too Many Requests', status: 429, message: 'slow' } })
    expect(await setup.twitch.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'rate-limited', retryAfterMs: 42_000 },
    })
    await setup.timer.advance(41_000)
    expect(await setup.twitch.fetchProfiles(['1'])).toMatchObject({ ok: false, failure: { retryAfterMs: 1_000 } })
    expect(setup.server.apiCalls()).toHaveLength(1)
    await setup.timer.advance(1_000)
    expect((await setup.twitch.fetchLive(['1'])).ok).toBe(true)
  })

  it('that used up the rate limit is answered, and the next waits until it is renewed', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.rateLimit(0, 30)
    expect((await setup.twitch.fetchLive(['1'])).ok).toBe(true)
    expect(await setup.twitch.fetchLive(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'rate-limited', status: null, retryAfterMs: 30_000 },
    })
    setup.server.rateLimit(799, 1)
    await setup.timer.advance(30_000)
    expect((await setup.twitch.fetchLive(['1'])).ok).toBe(true)
    expect((await setup.twitch.fetchLive(['1'])).ok).toBe(true)
  })
})

describe('fetchLive', () => {
  it('shows everybody who is live of a hundred, though Twitch shows twenty unless told', async () => {
    await using setup = await startTwitchAgainst()
    for (const id of ids(100)) {
      setup.server.add({ id })
      if (id !== '7') setup.server.streams.set(id, { viewer_count: Number(id) })
    }
    const result = await setup.twitch.fetchLive(ids(100))
    expect(result.ok && result.value.size).toBe(99)
    expect(result.ok && result.value.get('100')).toMatchObject({ viewerCount: 100, category: 'Just Chatting' })
    expect(result.ok && result.value.has('7')).toBe(false)
    expect(setup.server.apiCalls()).toHaveLength(1)
  })

  it('ignores users that it did not ask for', async () => {
    await using setup = await startTwitchAgainst()
    const row = (user_id: string) => ({ user_id, type: 'live', started_at: '2026-11-22T10:00:00Z' })
    setup.server.next({ json: { data: [row('2'), row('1')] } })
    const result = await setup.twitch.fetchLive(['1'])
    expect(result.ok && [...result.value.keys()]).toEqual(['1'])
  })

  it('takes a hundred numeric ids at most, and no request for none', async () => {
    await using setup = await startTwitchAgainst()
    await expect(setup.twitch.fetchLive(ids(101))).rejects.toThrow(RangeError)
    await expect(setup.twitch.fetchLive(['1&first=1'])).rejects.toThrow(RangeError)
    expect(await setup.twitch.fetchLive([])).toMatchObject({ ok: true, value: new Map(), call: { status: null } })
    expect(setup.server.seen).toHaveLength(0)
  })
})

describe('users', () => {
  it('are found by login, in any case', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.add({ id: '9', login: 'somebody' })
    expect(await setup.twitch.resolveHandle('SomeBody')).toMatchObject({
      ok: true,
      value: { platformUserId: '9', slug: 'somebody', displayName: 'SOMEBODY', bio: 'about somebody' },
    })
    expect(await setup.twitch.resolveHandle('nobody')).toMatchObject({ ok: true, value: null })
  })

  it('are nobody under a login that Twitch or we take for none', async () => {
    await using setup = await startTwitchAgainst()
    expect(await setup.twitch.resolveHandle('_abc')).toMatchObject({ ok: true, value: null, call: { status: 400 } })
    for (const login of ['', 'a-b', 'x'.repeat(26), 'a&id=1', 'é'])
      expect(await setup.twitch.resolveHandle(login)).toMatchObject({ ok: true, value: null, call: { status: null } })
    expect(setup.server.apiCalls()).toHaveLength(1)
  })

  it('are looked up by a hundred ids, and who is gone is absent', async () => {
    await using setup = await startTwitchAgainst()
    for (const id of ids(99)) setup.server.add({ id })
    const result = await setup.twitch.fetchProfiles(ids(100))
    expect(result.ok && [...result.value.keys()]).toEqual(ids(99))
    expect(result.ok && result.value.get('5')).not.toHaveProperty('followerCount')
  })
})

describe('follower totals', () => {
  it('are told for one channel at a time', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.add({ id: '1', followers: 1_234 })
    const result = await setup.twitch.followerTotals!.fetch(['1'])
    expect(result.ok && [...result.value.values()]).toEqual([{ platformUserId: '1', followerCount: 1_234 }])
  })

  it('are no capability for an hour after Twitch refused them to the app, and nothing else is', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.add({ id: '1' })
    const { twitch, server, timer } = setup
    expect(twitch.capabilities.has('follower-total')).toBe(true)
    server.allowFollowers(false)
    expect(await twitch.followerTotals!.fetch(['1'])).toMatchObject({ ok: false, failure: { kind: 'unauthorized' } })
    expect([...twitch.capabilities].sort()).toEqual(['live-status', 'profiles', 'resolve-handle', 'viewer-count'])
    expect((await twitch.fetchLive(['1'])).ok).toBe(true)
    server.allowFollowers(true)
    await timer.advance(3_600_000)
    expect(twitch.capabilities.has('follower-total')).toBe(true)
    expect((await twitch.followerTotals!.fetch(['1'])).ok).toBe(true)
  })

  it('that could not be had for another reason stay a capability', async () => {
    await using setup = await startTwitchAgainst()
    setup.server.next({ status: 500, text: '<html>' })
    expect((await setup.twitch.followerTotals!.fetch(['1'])).ok).toBe(false)
    expect(setup.twitch.capabilities.has('follower-total')).toBe(true)
  })

  it('stay a capability when it is the app itself that Twitch refuses', async () => {
    await using setup = await startTwitchAgainst({ clientSecret: 'wrong' })
    expect(await setup.twitch.followerTotals!.fetch(['1'])).toMatchObject({
      ok: false,
      failure: { kind: 'unauthorized' },
    })
    expect(setup.twitch.capabilities.has('follower-total')).toBe(true)
  })
})
